// Scaled dot-product attention (Vaswani et al. 2017, arXiv:1706.03762, eq. 1) over packed sequences, each by itself, with
// key and value heads shared by groups of query heads (Ainslie et al. 2023, arXiv:2305.13245).
import Arrays

/// Attention without its projections. A query's scores are cap tanh((scale q k + bias) / cap), where there are a bias and
/// a cap.
///
/// Only the weights (queries, keys) of one block of queries exist at a time, in the processor's cache. The backward pass
/// computes them again, which costs less than storing and loading them.
struct Attention: Sendable {
  let heads: Int
  let keyValueHeads: Int
  let headSize: Int
  /// Whether a position sees only itself and what is before it.
  let causal: Bool
  /// Factor of the products of queries and keys.
  let scale: Float
  /// Nil for no cap.
  var cap: Float?
  /// A token at this distance or more is hidden; nil for none. Both ways unless `causal`.
  var window: Int?
  /// Nil for no bias.
  var bias: DistanceBias?
  /// Nil unless scores depend on products with projections of distances.
  var disentangled: DisentangledScores?

  /// What the backward pass needs of the forward pass: q (rows, heads * headSize), k and v (all rows, keyValueHeads *
  /// headSize), the projections of the distances, and what the softmax has found.
  struct Tape {
    let (q, k, v): (Activations, Activations, Activations)
    let distances: DistanceProjections?
    let normalizations: Weights.Normalizations?
  }

  var queryWidth: Int { heads * headSize }
  var keyWidth: Int { keyValueHeads * headSize }

  /// The context (rows, heads * headSize) of q (rows, heads * headSize), k and v (all rows, keyValueHeads * headSize),
  /// kept for the backward pass if `kept`.
  ///
  /// - Parameters:
  ///   - distances: the projections of the distances, where the scores are disentangled.
  ///   - pass: on the queries' rows.
  func forward(
    _ q: Activations, _ k: Activations, _ v: Activations, distances: DistanceProjections? = nil, kept: Bool,
    _ pass: Pass
  ) -> (context: Activations, tape: Tape) {
    let context = pass.activation(queryWidth, kept: kept)
    let normalizations = pass.isTraining ? Weights.normalizations(heads: heads, pass) : nil
    let weights = Weights(self, distances, normalizations, pass)
    forEachBlock(pass) { block in
      if block.isFirst { weights.begin(block, k) }
      weights.set(block, q, again: false)
      multiplySmall(
        rows: block.queries, columns: headSize, inner: block.keys.count, weights.p, aRow: block.stride, aInner: 1,
        v + block.key, bRow: keyWidth, into: context + block.query, cRow: queryWidth)
    }
    return (context, Tape(q: q, k: k, v: v, distances: distances, normalizations: normalizations))
  }

  /// (dq, dk, dv) of the context's gradient dc (rows, heads * headSize); dk and dv have all rows.
  ///
  /// - Parameters:
  ///   - distances: to which the gradients of the distances' projections are added.
  ///   - pass: on the queries' rows.
  func backward(
    _ dc: Activations, _ tape: Tape, distances: DistanceProjections? = nil, _ pass: Pass
  ) -> (dq: Activations, dk: Activations, dv: Activations) {
    let keyRoom = pass.batch.tokens.count * keyWidth
    let dq = pass.activation(queryWidth)
    // With a window no block sets all rows.
    let (dk, dv) = window == nil ? (pass.room(keyRoom), pass.room(keyRoom)) : (pass.zeros(keyRoom), pass.zeros(keyRoom))
    let weights = Weights(self, tape.distances, tape.normalizations, pass)
    let dp = pass.room(AttentionBlock.size * weights.width)
    let values = pass.room(headSize * weights.width)
    let gradients = ScoreGradients(weights, distances)
    forEachBlock(pass) { block in
      let (n, stride) = (block.keys.count, block.stride)
      if block.isFirst {
        weights.begin(block, tape.k)
        transpose(tape.v, block, into: values)
      }
      weights.set(block, tape.q, again: true)
      multiplySmall(
        rows: n, columns: headSize, inner: block.queries, weights.p, aRow: 1, aInner: stride, dc + block.query,
        bRow: queryWidth, into: dv + block.key, cRow: keyWidth, adding: block.adds)
      multiplySmall(
        rows: block.queries, columns: stride, inner: headSize, dc + block.query, aRow: queryWidth, aInner: 1,
        values + block.keys.lowerBound, bRow: block.wholeStride, into: dp, cRow: stride)
      gradients.finish(dp, block)
      multiplySmall(
        rows: block.queries, columns: headSize, inner: n, dp, aRow: stride, aInner: 1, tape.k + block.key,
        bRow: keyWidth, into: dq + block.query, cRow: queryWidth)
      multiplySmall(
        rows: n, columns: headSize, inner: block.queries, dp, aRow: 1, aInner: stride, tape.q + block.query,
        bRow: queryWidth, into: dk + block.key, cRow: keyWidth, adding: block.adds)
      gradients.distances?.add(dp, block, tape, dq: dq, dk: dk)
    }
    gradients.finishBias()
    return (dq, dk, dv)
  }

  /// The columns of a head of x (all rows, keyValueHeads * headSize), as rows.
  func transpose(_ x: Activations, _ block: AttentionBlock, into y: Activations) {
    Arrays.transpose(
      rows: block.tokens, columns: headSize, x + block.start, xRow: keyWidth, into: y, yRow: block.wholeStride)
  }
}

extension PackedBatch {
  /// Tokens of the longest sequence, with those in a cache.
  var longest: Int { (0..<count).map { cachedTokens[$0] + rows(of: $0).count }.max() ?? 0 }
}
