// DeBERTa's disentangled attention (He et al. 2020, arXiv:2006.03654, eq. 4): a score is q_i k_j + q_i K_b + k_j Q_b, where
// K and Q are the key and query projections of a table of distances, and b is the row of the distance i - j.
import Arrays
import Foundation

/// The rows of DeBERTa's table of distances.
package struct RelativeDistances: Sendable {
  let span: Int
  let maximumDistance: Int

  /// - Parameters:
  ///   - span: the table has 2 span rows. Distances up to span / 2 have a row each, longer ones share them.
  ///   - maximumDistance: from here on all distances have the last row; 0 where every distance up to `span` has its own.
  package init(span: Int, maximumDistance: Int) { (self.span, self.maximumDistance) = (span, maximumDistance) }

  /// The row of a distance: the query's position less the key's.
  package func row(_ distance: Int) -> Int {
    let (exact, length) = (span / 2, abs(distance))
    var bucket = length
    if maximumDistance > 0, length > exact {
      // In Float as in transformers, since the quotient may be an integer.
      let share = log(Float(length) / Float(exact)) / log(Float(Double(maximumDistance - 1) / Double(exact)))
      bucket = Int((share * Float(exact - 1)).rounded(.up)) + exact
    }
    return min(max(span + (distance < 0 ? -bucket : bucket), 0), 2 * span - 1)
  }

  /// The rows that sequences of up to `longest` tokens need.
  func rows(longest: Int) -> Range<Int> { row(1 - longest)..<row(longest - 1) + 1 }
}

/// K and Q: the key and query projections of the rows `RelativeDistances.rows(longest:)` (rows, heads * headSize), or
/// their gradients; `copies` of them, one after the other.
struct DistanceProjections {
  /// One for each member, or one for each sequence.
  let copies: Int
  /// Nil where queries do not see distances.
  let keys: Activations?
  /// Nil where keys do not see distances.
  let queries: Activations?
}

/// The disentangled part of the scores.
struct DisentangledScores: Sendable {
  let distances: RelativeDistances

  /// The part of one head of one sequence at a time, with the memory that it needs.
  struct Head {
    let attention: Attention
    let pass: Pass
    let projections: DistanceProjections
    /// The rows of the table that were projected.
    let rows: Range<Int>
    /// [distance + longest - 1] The row of a distance among them: the query's position less the key's.
    let rowOfDistance: [Int]
    /// The head's K, transposed: (headSize, rows).
    let transposedKeys: Activations
    /// q K (queries, rows) of a block.
    let ofQueries: Activations
    /// Q k (rows, tokens) of a head.
    let ofKeys: Activations

    /// Prepares the blocks of a head, of which this is the first, for its transposed `keys`.
    func begin(_ block: AttentionBlock, keys: Activations) {
      let (used, width) = (rows(of: block), attention.queryWidth)
      if let all = projections.keys {
        transpose(
          rows: used.count, columns: attention.headSize, all + start(block), xRow: width, into: transposedKeys,
          yRow: stride(block))
      }
      if let all = projections.queries {
        multiplySmall(
          rows: used.count, columns: block.wholeStride, inner: attention.headSize, all + start(block), aRow: width,
          aInner: 1, keys, bRow: block.wholeStride, into: ofKeys, cRow: block.wholeStride)
      }
    }

    /// Adds the products with distances to those of a block's queries and keys, p (queries, keys).
    func add(to p: Activations, _ block: AttentionBlock, _ q: Activations) {
      if projections.keys != nil {
        multiplySmall(
          rows: block.queries, columns: stride(block), inner: attention.headSize, q + block.query,
          aRow: attention.queryWidth, aInner: 1, transposedKeys, bRow: stride(block), into: ofQueries,
          cRow: stride(block))
      }
      forEachQuery(block) { query, rows in
        let p = p + query * block.stride
        if projections.keys != nil {
          let products = ofQueries + query * stride(block)
          for key in 0..<block.keys.count { p[key] += products[rows[-key]] }
        }
        if projections.queries != nil {
          let products = ofKeys + block.keys.lowerBound
          for key in 0..<block.keys.count { p[key] += products[rows[-key] * block.wholeStride + key] }
        }
      }
    }

    /// The rows that the block's sequence needs, among those that were projected.
    func rows(of block: AttentionBlock) -> Range<Int> {
      let zero = rowOfDistance.count / 2
      return rowOfDistance[zero - (block.tokens - 1)]..<rowOfDistance[zero + block.tokens - 1] + 1
    }

    /// The offset of the first of them in the projections for the block's sequence and head.
    func start(_ block: AttentionBlock) -> Int {
      let copy = block.sequence / (pass.batch.count / projections.copies)
      return (copy * rows.count + rows(of: block).lowerBound) * attention.queryWidth
        + block.head * attention.headSize
    }

    /// From one query of `ofQueries` to the next.
    func stride(_ block: AttentionBlock) -> Int { AttentionBlock.stride(rows(of: block).count) }

    /// Calls `body` for each query of a block. `rows[-key]` is the row of the distance between it and a key, counted from
    /// the first row that the sequence needs.
    func forEachQuery(_ block: AttentionBlock, _ body: (_ query: Int, _ rows: UnsafePointer<Int>) -> Void) {
      let (zero, first) = (rowOfDistance.count / 2, rows(of: block).lowerBound)
      let counted = rowOfDistance.map { $0 - first }
      counted.withUnsafeBufferPointer { rows in
        for query in 0..<block.queries {
          body(query, rows.baseAddress! + zero + block.position + query - block.keys.lowerBound)
        }
      }
    }
  }

  /// The part of one head for projections of the distances.
  func head(_ attention: Attention, _ projections: DistanceProjections, longest: Int, _ pass: Pass) -> Head {
    let rows = distances.rows(longest: longest)
    let (stride, tokens) = (AttentionBlock.stride(rows.count), AttentionBlock.stride(longest))
    return Head(
      attention: attention, pass: pass, projections: projections, rows: rows,
      rowOfDistance: (1 - longest...longest - 1).map { distances.row($0) - rows.lowerBound },
      transposedKeys: pass.room(attention.headSize * stride),
      ofQueries: pass.room(AttentionBlock.size * stride), ofKeys: pass.room(rows.count * tokens))
  }

  /// The backward pass of one head of one sequence at a time.
  struct HeadGradients {
    let head: Head
    /// To which the gradients of K and Q are added; nil where no trained tensor needs them.
    let projections: DistanceProjections?
    /// The gradients of `Head.ofQueries` and `Head.ofKeys`.
    private let ofQueries: Activations
    private let ofKeys: Activations

    init(_ head: Head, _ projections: DistanceProjections?) {
      (self.head, self.projections) = (head, projections)
      ofQueries = head.pass.room(AttentionBlock.size * AttentionBlock.stride(head.rows.count))
      ofKeys = head.pass.room(head.rows.count * AttentionBlock.stride(head.pass.batch.longest))
    }

    /// Adds what the gradients dp (queries, keys) of a block's products give to dq, dk and the projections' gradients.
    func add(
      _ dp: Activations, _ block: AttentionBlock, _ tape: Attention.Tape, dq: Activations, dk: Activations
    ) {
      if head.projections.keys != nil { addQueries(dp, block, tape.q, dq) }
      if head.projections.queries != nil { addKeys(dp, block, tape.k, dk) }
    }

    /// For s = q K: dq += ds K and dK += dsᵀ q.
    private func addQueries(_ dp: Activations, _ block: AttentionBlock, _ q: Activations, _ dq: Activations) {
      let (rows, stride, start) = (head.rows(of: block).count, head.stride(block), head.start(block))
      let (width, size) = (head.attention.queryWidth, head.attention.headSize)
      ofQueries.update(repeating: 0, count: block.queries * stride)
      head.forEachQuery(block) { query, rows in
        let (dp, products) = (dp + query * block.stride, ofQueries + query * stride)
        for key in 0..<block.keys.count { products[rows[-key]] += dp[key] }
      }
      if let keys = head.projections.keys {
        multiplySmall(
          rows: block.queries, columns: size, inner: rows, ofQueries, aRow: stride, aInner: 1, keys + start,
          bRow: width,
          into: dq + block.query, cRow: width, adding: true)
      }
      if let gradients = projections?.keys {
        multiplySmall(
          rows: rows, columns: size, inner: block.queries, ofQueries, aRow: 1, aInner: stride, q + block.query,
          bRow: width, into: gradients + start, cRow: width, adding: true)
      }
    }

    /// For s = Q k, after a head's last block: dk += dsᵀ Q and dQ += ds k.
    private func addKeys(_ dp: Activations, _ block: AttentionBlock, _ k: Activations, _ dk: Activations) {
      let (rows, stride, start) = (head.rows(of: block).count, block.wholeStride, head.start(block))
      let (width, size) = (head.attention.keyWidth, head.attention.headSize)
      if block.isFirst { ofKeys.update(repeating: 0, count: rows * stride) }
      head.forEachQuery(block) { query, rows in
        let (dp, products) = (dp + query * block.stride, ofKeys + block.keys.lowerBound)
        for key in 0..<block.keys.count { products[rows[-key] * stride + key] += dp[key] }
      }
      guard block.isLast else { return }
      if let queries = head.projections.queries {
        multiplySmall(
          rows: block.tokens, columns: size, inner: rows, ofKeys, aRow: 1, aInner: stride, queries + start,
          bRow: head.attention.queryWidth, into: dk + block.start, cRow: width, adding: true)
      }
      if let gradients = projections?.queries {
        multiplySmall(
          rows: rows, columns: size, inner: block.tokens, ofKeys, aRow: stride, aInner: 1, k + block.start,
          bRow: width, into: gradients + start, cRow: head.attention.queryWidth, adding: true)
      }
    }
  }
}
