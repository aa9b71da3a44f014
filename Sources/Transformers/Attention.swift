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
    /// Attention weights: for each sequence of n tokens, heads times n x n.
    let weights: Numbers
  }

  private var queryWidth: Int { heads * headSize }
  private var keyWidth: Int { keyValueHeads * headSize }
  private var scale: Float { 1 / Float(headSize).squareRoot() }

  /// The context (rows, heads * headSize) of q (rows, heads * headSize), k and v (rows, keyValueHeads * headSize).
  func forward(_ q: Numbers, _ k: Numbers, _ v: Numbers, _ pass: Pass) -> (context: Numbers, tape: Tape) {
    let context = pass.activation(queryWidth)
    let weights = pass.arena.allocate(heads * pass.batch.sumOfSquaredLengths)
    forEachHead(pass.batch, weights) { place in
      let (n, p) = (place.count, place.weights)
      BLAS.multiply(
        rows: n, columns: n, inner: headSize, q + place.query, queryWidth, .plain, k + place.key, keyWidth,
        .transposed, into: p, n)
      for row in 0..<n {
        let seen = causal ? row + 1 : n
        softmax(p + row * n, count: seen, scale: scale)
        for hidden in seen..<n { p[row * n + hidden] = 0 }
      }
      BLAS.multiply(
        rows: n, columns: headSize, inner: n, p, n, .plain, v + place.key, keyWidth, .plain,
        into: context + place.query, queryWidth)
    }
    return (context, Tape(q: q, k: k, v: v, weights: weights))
  }

  /// (dq, dk, dv) of the context's gradient dc (rows, heads * headSize).
  func backward(_ dc: Numbers, _ tape: Tape, _ pass: Pass) -> (dq: Numbers, dk: Numbers, dv: Numbers) {
    let (dq, dk, dv) = (pass.activation(queryWidth), pass.activation(keyWidth), pass.activation(keyWidth))
    let mark = pass.arena.mark()
    defer { pass.arena.reset(to: mark) }
    let longest = (0..<pass.batch.count).map { pass.batch.rows(of: $0).count }.max() ?? 0
    let dp = pass.arena.allocate(longest * longest)
    forEachHead(pass.batch, tape.weights) { place in
      let (n, p) = (place.count, UnsafePointer(place.weights))
      // Query heads of one group come one after the other: the first sets the shared gradients, the rest add to them.
      BLAS.multiply(
        rows: n, columns: headSize, inner: n, p, n, .transposed, dc + place.query, queryWidth, .plain,
        into: dv + place.key, keyWidth, adding: place.addsToGroup)
      BLAS.multiply(
        rows: n, columns: n, inner: headSize, dc + place.query, queryWidth, .plain, tape.v + place.key, keyWidth,
        .transposed, into: dp, n)
      for row in 0..<n { softmaxBackward(dp + row * n, weights: p + row * n, count: n, scale: scale) }
      BLAS.multiply(
        rows: n, columns: headSize, inner: n, dp, n, .plain, tape.k + place.key, keyWidth, .plain,
        into: dq + place.query, queryWidth)
      BLAS.multiply(
        rows: n, columns: headSize, inner: n, dp, n, .transposed, tape.q + place.query, queryWidth, .plain,
        into: dk + place.key, keyWidth, adding: place.addsToGroup)
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
    /// The head's attention weights (count, count).
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
        next += rows.count * rows.count
      }
    }
  }
}

extension PackedBatch {
  /// The size of one head's attention weights over all sequences.
  var sumOfSquaredLengths: Int { (0..<count).reduce(0) { $0 + rows(of: $1).count * rows(of: $1).count } }
}
