// Scaled dot-product attention (Vaswani et al. 2017, arXiv:1706.03762, eq. 1) over packed sequences, each by itself, with
// key and value heads shared by groups of query heads (Ainslie et al. 2023, arXiv:2305.13245).
import Arrays

/// Attention without its projections.
struct Attention: Sendable {
  let heads: Int
  let keyValueHeads: Int
  let headSize: Int
  /// Whether a position sees only itself and what is before it.
  let causal: Bool

  /// What the backward pass needs of the forward pass.
  struct Tape {
    let (q, k, v): (Numbers, Numbers, Numbers)
    /// Attention weights: for each sequence of n tokens, heads times a row of n for each query, `weightStride` apart.
    let weights: Numbers
  }

  private var queryWidth: Int { heads * headSize }
  private var keyWidth: Int { keyValueHeads * headSize }
  private var scale: Float { 1 / Float(headSize).squareRoot() }

  /// The context (rows, heads * headSize) of q (rows, heads * headSize), k and v (all rows, keyValueHeads * headSize),
  /// kept for the way back if the caller says so.
  ///
  /// - Parameter pass: on the queries' rows.
  func forward(
    _ q: Numbers, _ k: Numbers, _ v: Numbers, kept: Bool, _ pass: Pass
  ) -> (context: Numbers, tape: Tape) {
    let context = pass.activation(queryWidth, kept: kept)
    let weights = pass.room(heads * pass.sumOfWeightSizes, kept: true)
    let keys = pass.room(headSize * weightStride(pass.batch.longest))
    forEachHead(pass, weights) { place in
      let (n, p, stride) = (place.count, place.weights, weightStride(place.count))
      transpose(rows: n, columns: headSize, k + place.key, xRow: keyWidth, into: keys, yRow: stride)
      multiplySmall(
        rows: place.queries, columns: stride, inner: headSize, q + place.query, aRow: queryWidth, aInner: 1, keys,
        bRow: stride, into: p, cRow: stride)
      for row in 0..<place.queries {
        let seen = causal ? place.position + row + 1 : n
        if !place.branches.isEmpty {
          for hidden in place.otherBranches(row) { p[row * stride + hidden] = -.infinity }
        }
        softmax(p + row * stride, count: seen, scale: scale)
        for hidden in seen..<n { p[row * stride + hidden] = 0 }
      }
      multiplySmall(
        rows: place.queries, columns: headSize, inner: n, p, aRow: stride, aInner: 1, v + place.key, bRow: keyWidth,
        into: context + place.query, cRow: queryWidth)
    }
    return (context, Tape(q: q, k: k, v: v, weights: weights))
  }

  /// (dq, dk, dv) of the context's gradient dc (rows, heads * headSize); dk and dv have all rows.
  ///
  /// - Parameter pass: on the queries' rows.
  func backward(_ dc: Numbers, _ tape: Tape, _ pass: Pass) -> (dq: Numbers, dk: Numbers, dv: Numbers) {
    let keyRoom = pass.batch.tokens.count * keyWidth
    let (dq, dk, dv) = (pass.activation(queryWidth), pass.room(keyRoom), pass.room(keyRoom))
    let longest = pass.batch.longest
    let dp = pass.room(longest * weightStride(longest))
    let values = pass.room(headSize * weightStride(longest))
    forEachHead(pass, tape.weights) { place in
      let (n, p, stride) = (place.count, UnsafePointer(place.weights), weightStride(place.count))
      // Query heads of one group come one after the other: the first sets the shared gradients, the rest add to them.
      multiplySmall(
        rows: n, columns: headSize, inner: place.queries, p, aRow: 1, aInner: stride, dc + place.query,
        bRow: queryWidth, into: dv + place.key, cRow: keyWidth, adding: place.addsToGroup)
      transpose(rows: n, columns: headSize, tape.v + place.key, xRow: keyWidth, into: values, yRow: stride)
      multiplySmall(
        rows: place.queries, columns: stride, inner: headSize, dc + place.query, aRow: queryWidth, aInner: 1, values,
        bRow: stride, into: dp, cRow: stride)
      for row in 0..<place.queries {
        softmaxBackward(dp + row * stride, weights: p + row * stride, count: n, scale: scale)
      }
      multiplySmall(
        rows: place.queries, columns: headSize, inner: n, dp, aRow: stride, aInner: 1, tape.k + place.key,
        bRow: keyWidth,
        into: dq + place.query, cRow: queryWidth)
      multiplySmall(
        rows: n, columns: headSize, inner: place.queries, dp, aRow: 1, aInner: stride, tape.q + place.query,
        bRow: queryWidth, into: dk + place.key, cRow: keyWidth, adding: place.addsToGroup)
    }
    return (dq, dk, dv)
  }

  /// One head of one sequence.
  private struct Place {
    /// Tokens of the sequence.
    let count: Int
    /// The tokens of each of its branches; empty without.
    let branches: [Range<Int>]
    /// How many of them ask, and the position of the first that does.
    let (queries, position): (Int, Int)
    /// Where the head's numbers of the first token that asks begin, in q and the context.
    let query: Int
    /// Where those of the first token begin, in k and v.
    let key: Int
    /// The head's attention weights (queries, count), rows `weightStride` apart.
    let weights: Numbers
    /// Whether an earlier query head has the same key and value head.
    let addsToGroup: Bool

    /// The tokens between the shared beginning and the branch of the one that asks as number `query`, which it does not
    /// see.
    func otherBranches(_ query: Int) -> Range<Int> {
      let token = position + query
      guard let first = branches.first?.lowerBound, let own = branches.first(where: { $0.contains(token) }) else {
        return token..<token
      }
      return first..<own.lowerBound
    }
  }

  private func forEachHead(_ pass: Pass, _ weights: Numbers, _ body: (Place) -> Void) {
    let group = heads / keyValueHeads
    var next = weights
    for (sequence, asking) in pass.selection.ranges.enumerated() where !asking.isEmpty {
      let rows = pass.batch.rows(of: sequence)
      let branches = pass.batch.branches[sequence].map {
        $0.lowerBound - rows.lowerBound..<$0.upperBound - rows.lowerBound
      }
      for head in 0..<heads {
        body(
          Place(
            count: rows.count, branches: branches, queries: asking.count,
            position: asking.lowerBound - rows.lowerBound,
            query: pass.selection.starts[sequence] * queryWidth + head * headSize,
            key: rows.lowerBound * keyWidth + head / group * headSize, weights: next,
            addsToGroup: head % group != 0))
        next += asking.count * weightStride(rows.count)
      }
    }
  }
}

/// From one row of a sequence's attention weights to the next: a multiple of sixteen, so that no row of a product has a
/// tail. What lies beyond the sequence is written and never read.
private func weightStride(_ tokens: Int) -> Int { (tokens + 15) & ~15 }

extension Pass {
  /// The size of one head's attention weights over all sequences.
  fileprivate var sumOfWeightSizes: Int {
    selection.ranges.enumerated().reduce(0) { $0 + $1.element.count * weightStride(batch.rows(of: $1.offset).count) }
  }
}

extension PackedBatch {
  /// Tokens of the longest sequence.
  fileprivate var longest: Int { (0..<count).map { rows(of: $0).count }.max() ?? 0 }
}
