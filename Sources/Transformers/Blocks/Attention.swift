// Scaled dot-product attention (Vaswani et al. 2017, arXiv:1706.03762, eq. 1) over packed sequences, each by itself, with
// key and value heads shared by groups of query heads (Ainslie et al. 2023, arXiv:2305.13245).
import Arrays

/// Attention without its projections.
///
/// Only the weights (queries, keys) of one block of queries exist at a time, in the processor's cache. The backward pass
/// computes them again, which costs less than storing and loading them.
struct Attention: Sendable {
  let heads: Int
  let keyValueHeads: Int
  let headSize: Int
  /// Whether a position sees only itself and what is before it.
  let causal: Bool

  /// What the backward pass needs of the forward pass: q (rows, heads * headSize), k and v (all rows, keyValueHeads *
  /// headSize).
  struct Tape {
    let (q, k, v): (Activations, Activations, Activations)
  }

  var queryWidth: Int { heads * headSize }
  var keyWidth: Int { keyValueHeads * headSize }
  private var scale: Float { 1 / Float(headSize).squareRoot() }

  /// The context (rows, heads * headSize) of q (rows, heads * headSize), k and v (all rows, keyValueHeads * headSize),
  /// kept for the backward pass if `kept`.
  ///
  /// - Parameter pass: on the queries' rows.
  func forward(
    _ q: Activations, _ k: Activations, _ v: Activations, kept: Bool, _ pass: Pass
  ) -> (context: Activations, tape: Tape) {
    let context = pass.activation(queryWidth, kept: kept)
    let width = weightStride(pass.batch.longest)
    let (p, keys) = (pass.room(blockSize * width), pass.room(headSize * width))
    forEachBlock(pass) { block in
      if block.isFirst { transpose(k, block, into: keys) }
      weigh(q, keys, block, into: p)
      multiplySmall(
        rows: block.queries, columns: headSize, inner: block.keys, p, aRow: block.stride, aInner: 1, v + block.key,
        bRow: keyWidth, into: context + block.query, cRow: queryWidth)
    }
    return (context, Tape(q: q, k: k, v: v))
  }

  /// (dq, dk, dv) of the context's gradient dc (rows, heads * headSize); dk and dv have all rows.
  ///
  /// - Parameter pass: on the queries' rows.
  func backward(_ dc: Activations, _ tape: Tape, _ pass: Pass) -> (dq: Activations, dk: Activations, dv: Activations) {
    let keyRoom = pass.batch.tokens.count * keyWidth
    let (dq, dk, dv) = (pass.activation(queryWidth), pass.room(keyRoom), pass.room(keyRoom))
    let width = weightStride(pass.batch.longest)
    let (p, dp) = (pass.room(blockSize * width), pass.room(blockSize * width))
    let (keys, values) = (pass.room(headSize * width), pass.room(headSize * width))
    forEachBlock(pass) { block in
      let (n, stride) = (block.keys, block.stride)
      if block.isFirst {
        transpose(tape.k, block, into: keys)
        transpose(tape.v, block, into: values)
      }
      weigh(tape.q, keys, block, into: p)
      multiplySmall(
        rows: n, columns: headSize, inner: block.queries, p, aRow: 1, aInner: stride, dc + block.query,
        bRow: queryWidth, into: dv + block.key, cRow: keyWidth, adding: block.adds)
      multiplySmall(
        rows: block.queries, columns: stride, inner: headSize, dc + block.query, aRow: queryWidth, aInner: 1, values,
        bRow: block.wholeStride, into: dp, cRow: stride)
      for row in 0..<block.queries {
        softmaxBackward(dp + row * stride, weights: p + row * stride, count: n, scale: scale)
      }
      multiplySmall(
        rows: block.queries, columns: headSize, inner: n, dp, aRow: stride, aInner: 1, tape.k + block.key,
        bRow: keyWidth, into: dq + block.query, cRow: queryWidth)
      multiplySmall(
        rows: n, columns: headSize, inner: block.queries, dp, aRow: 1, aInner: stride, tape.q + block.query,
        bRow: queryWidth, into: dk + block.key, cRow: keyWidth, adding: block.adds)
    }
    return (dq, dk, dv)
  }

  /// The attention weights (queries, keys) of a block: the softmax of q kᵀ / sqrt(headSize), where `keys` holds kᵀ.
  private func weigh(_ q: Activations, _ keys: Activations, _ block: Block, into p: Activations) {
    let stride = block.stride
    multiplySmall(
      rows: block.queries, columns: stride, inner: headSize, q + block.query, aRow: queryWidth, aInner: 1, keys,
      bRow: block.wholeStride, into: p, cRow: stride)
    for row in 0..<block.queries {
      let seen = causal ? block.position + row + 1 : block.keys
      if !block.branches.isEmpty {
        for hidden in block.otherBranches(row) { p[row * stride + hidden] = -.infinity }
      }
      softmax(p + row * stride, count: seen, scale: scale)
      for hidden in seen..<block.keys { p[row * stride + hidden] = 0 }
    }
  }

  /// The columns of a head of x (all rows, keyValueHeads * headSize), as rows.
  private func transpose(_ x: Activations, _ block: Block, into y: Activations) {
    Arrays.transpose(
      rows: block.tokens, columns: headSize, x + block.key, xRow: keyWidth, into: y, yRow: block.wholeStride)
  }

  /// Some queries of one head of one sequence.
  private struct Block {
    /// Tokens of the sequence.
    let tokens: Int
    /// The tokens of each of its branches; empty without.
    let branches: [Range<Int>]
    /// How many queries the block has, and the position of the first.
    let (queries, position): (Int, Int)
    /// How many of the sequence's first tokens they may see; the rest is skipped.
    let keys: Int
    /// The offset of the head's values of the first query, in q and the context.
    let query: Int
    /// The offset of the head's values of the sequence's first token, in k and v.
    let key: Int
    /// Whether it is the head's first.
    let isFirst: Bool
    /// Whether an earlier block, or an earlier query head with the same key and value head, has set dk and dv.
    let adds: Bool

    /// From one row of weights to the next.
    var stride: Int { weightStride(keys) }
    /// From one row of a transposed head to the next.
    var wholeStride: Int { weightStride(tokens) }

    /// The tokens between the shared beginning and the branch of query `query`, which that query does not see.
    func otherBranches(_ query: Int) -> Range<Int> {
      let token = position + query
      guard let first = branches.first?.lowerBound, let own = branches.first(where: { $0.contains(token) }) else {
        return token..<token
      }
      return first..<own.lowerBound
    }
  }

  /// Calls `body` for the blocks of every head of every sequence that has queries. A head's last queries come first: they see all keys and so set
  /// every row of dk and dv, to which the others add.
  private func forEachBlock(_ pass: Pass, _ body: (Block) -> Void) {
    let group = heads / keyValueHeads
    for (sequence, asking) in pass.selection.ranges.enumerated() where !asking.isEmpty {
      let rows = pass.batch.rows(of: sequence)
      let branches = pass.batch.branches[sequence].map {
        $0.lowerBound - rows.lowerBound..<$0.upperBound - rows.lowerBound
      }
      for head in 0..<heads {
        for end in stride(from: asking.count, to: 0, by: -blockSize) {
          let start = max(0, end - blockSize)
          let position = asking.lowerBound - rows.lowerBound + start
          let isFirst = end == asking.count
          body(
            Block(
              tokens: rows.count, branches: branches, queries: end - start, position: position,
              keys: causal && !isFirst ? position + end - start : rows.count,
              query: (pass.selection.starts[sequence] + start) * queryWidth + head * headSize,
              key: rows.lowerBound * keyWidth + head / group * headSize, isFirst: isFirst,
              adds: !isFirst || head % group != 0))
        }
      }
    }
  }
}

/// Queries of a block: its weights over a thousand keys take 256 kilobytes.
private let blockSize = 64

/// From one row of attention weights to the next: a multiple of sixteen, so that no row of a product has a tail. Values
/// beyond the keys are written and never read.
private func weightStride(_ tokens: Int) -> Int { (tokens + 15) & ~15 }

extension PackedBatch {
  /// Tokens of the longest sequence.
  fileprivate var longest: Int { (0..<count).map { rows(of: $0).count }.max() ?? 0 }
}
