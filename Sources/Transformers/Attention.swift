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
    /// Attention weights: for each sequence of n tokens, heads times n rows of n, `weightStride` apart.
    let weights: Numbers
  }

  private var queryWidth: Int { heads * headSize }
  private var keyWidth: Int { keyValueHeads * headSize }
  private var scale: Float { 1 / Float(headSize).squareRoot() }

  /// The context (rows, heads * headSize) of q (rows, heads * headSize), k and v (rows, keyValueHeads * headSize),
  /// kept for the way back if the caller says so.
  func forward(
    _ q: Numbers, _ k: Numbers, _ v: Numbers, kept: Bool, _ pass: Pass
  ) -> (context: Numbers, tape: Tape) {
    let context = pass.activation(queryWidth, kept: kept)
    let weights = pass.room(heads * pass.batch.sumOfWeightSizes, kept: true)
    let keys = pass.room(headSize * weightStride(pass.batch.longest))
    forEachHead(pass.batch, weights) { place in
      let (n, p, stride) = (place.count, place.weights, weightStride(place.count))
      transpose(rows: n, columns: headSize, k + place.key, xRow: keyWidth, into: keys, yRow: stride)
      multiplySmall(
        rows: n, columns: stride, inner: headSize, q + place.query, aRow: queryWidth, aInner: 1, keys, bRow: stride,
        into: p, cRow: stride)
      for row in 0..<n {
        let seen = causal ? row + 1 : n
        softmax(p + row * stride, count: seen, scale: scale)
        for hidden in seen..<n { p[row * stride + hidden] = 0 }
      }
      multiplySmall(
        rows: n, columns: headSize, inner: n, p, aRow: stride, aInner: 1, v + place.key, bRow: keyWidth,
        into: context + place.query, cRow: queryWidth)
    }
    return (context, Tape(q: q, k: k, v: v, weights: weights))
  }

  /// (dq, dk, dv) of the context's gradient dc (rows, heads * headSize).
  func backward(_ dc: Numbers, _ tape: Tape, _ pass: Pass) -> (dq: Numbers, dk: Numbers, dv: Numbers) {
    let (dq, dk, dv) = (pass.activation(queryWidth), pass.activation(keyWidth), pass.activation(keyWidth))
    let longest = pass.batch.longest
    let dp = pass.room(longest * weightStride(longest))
    let values = pass.room(headSize * weightStride(longest))
    forEachHead(pass.batch, tape.weights) { place in
      let (n, p, stride) = (place.count, UnsafePointer(place.weights), weightStride(place.count))
      // Query heads of one group come one after the other: the first sets the shared gradients, the rest add to them.
      multiplySmall(
        rows: n, columns: headSize, inner: n, p, aRow: 1, aInner: stride, dc + place.query, bRow: queryWidth,
        into: dv + place.key, cRow: keyWidth, adding: place.addsToGroup)
      transpose(rows: n, columns: headSize, tape.v + place.key, xRow: keyWidth, into: values, yRow: stride)
      multiplySmall(
        rows: n, columns: stride, inner: headSize, dc + place.query, aRow: queryWidth, aInner: 1, values,
        bRow: stride, into: dp, cRow: stride)
      for row in 0..<n {
        softmaxBackward(dp + row * stride, weights: p + row * stride, count: n, scale: scale)
      }
      multiplySmall(
        rows: n, columns: headSize, inner: n, dp, aRow: stride, aInner: 1, tape.k + place.key, bRow: keyWidth,
        into: dq + place.query, cRow: queryWidth)
      multiplySmall(
        rows: n, columns: headSize, inner: n, dp, aRow: 1, aInner: stride, tape.q + place.query, bRow: queryWidth,
        into: dk + place.key, cRow: keyWidth, adding: place.addsToGroup)
    }
    return (dq, dk, dv)
  }

  /// One head of one sequence.
  private struct Place {
    /// Tokens of the sequence.
    let count: Int
    /// Where the head's numbers of the first token begin, in q and the context.
    let query: Int
    /// The same in k and v.
    let key: Int
    /// The head's attention weights (count, count), rows `weightStride` apart.
    let weights: Numbers
    /// Whether an earlier query head has the same key and value head.
    let addsToGroup: Bool
  }

  private func forEachHead(_ batch: PackedBatch, _ weights: Numbers, _ body: (Place) -> Void) {
    let group = heads / keyValueHeads
    var next = weights
    for sequence in 0..<batch.count {
      let rows = batch.rows(of: sequence)
      for head in 0..<heads {
        body(
          Place(
            count: rows.count, query: rows.lowerBound * queryWidth + head * headSize,
            key: rows.lowerBound * keyWidth + head / group * headSize, weights: next,
            addsToGroup: head % group != 0))
        next += rows.count * weightStride(rows.count)
      }
    }
  }
}

/// From one row of a sequence's attention weights to the next: a multiple of sixteen, so that no row of a product has a
/// tail. What lies beyond the sequence is written and never read.
private func weightStride(_ tokens: Int) -> Int { (tokens + 15) & ~15 }

extension PackedBatch {
  /// The size of one head's attention weights over all sequences.
  fileprivate var sumOfWeightSizes: Int {
    (0..<count).reduce(0) { $0 + rows(of: $1).count * weightStride(rows(of: $1).count) }
  }

  /// Tokens of the longest sequence.
  fileprivate var longest: Int { (0..<count).map { rows(of: $0).count }.max() ?? 0 }
}
