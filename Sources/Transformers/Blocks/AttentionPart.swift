// A block's attention with its projections: y = W_o attention(W_q x, W_k x, W_v x), with norms on queries and keys and
// with rotary positions where the network has them.
import Arrays

/// The attention part of a block.
struct AttentionPart: Sendable {
  /// The index of its block.
  let layer: Int
  let projections: Projections
  /// Nil where queries and keys are not normalised.
  let queryNorm: Norm?
  let keyNorm: Norm?
  /// Nil where positions are not rotary.
  let rotary: RotaryPositions?
  let attention: Attention
  /// Nil unless queries and keys see projections of distances.
  let distances: DistanceTable?
  let output: Linear

  /// What the backward pass needs of the forward pass.
  struct Tape {
    let projections: Projections.Tape
    let (queryNorm, keyNorm): (Norm.Tape?, Norm.Tape?)
    let attention: Attention.Tape
    let distances: DistanceTable.Tape?
    let output: Linear.Tape
  }

  /// Whether any tensor is trained.
  var isTrained: Bool {
    projections.isTrained || output.isTrained || queryNorm?.isTrained == true || distances?.isTrained == true
  }

  /// Whether the backward pass reads x.
  var needsInput: Bool { projections.needsInput }

  /// y (rows, hidden) of x (all rows, hidden).
  ///
  /// - Parameters:
  ///   - selected: the rows of x whose outputs are needed (rows, hidden).
  ///   - pass: the pass over these rows.
  ///   - all: the pass over all rows.
  func forward(_ x: Activations, selected: Activations, _ pass: Pass, all: Pass) -> (y: Activations, tape: Tape) {
    let (plainQ, plainK, v, projectionTapes) = projections.forward(x, selected: selected, pass, all: all)
    let (q, queryNormTape) = normalised(
      plainQ, queryNorm, count: pass.rows * attention.queryWidth, kept: true, pass)
    let (k, keyNormTape) = normalised(
      plainK, keyNorm, count: all.rows * attention.keyWidth, kept: true, all)
    rotary?.apply(to: q, heads: attention.heads, pass)
    rotary?.apply(to: k, heads: attention.keyValueHeads, all)
    let projected = projections.distances(distances, all)
    let (context, attentionTape) =
      pass.caches.isEmpty
      ? attention.forward(q, k, v, distances: projected?.projections, kept: output.needsInput, pass)
      : attention.forward(q, k, v, inCachesOf: layer, pass)
    let (y, outputTape) = output.forward(context, rows: pass.rows, kept: true, pass)
    return (
      y,
      Tape(
        projections: projectionTapes, queryNorm: queryNormTape, keyNorm: keyNormTape, attention: attentionTape,
        distances: projected?.tape, output: outputTape)
    )
  }

  /// The gradient of x (all rows, hidden) for dy (rows, hidden), or nil unless `reachesInput`.
  func backward(_ dy: Activations, _ tape: Tape, _ pass: Pass, allRows: Pass?, reachesInput: Bool) -> Activations? {
    let all = allRows ?? pass
    let (dq, dk, dv) = projectionGradients(dy, tape, pass, all: all)
    return projections.backward(dq, dk, dv, tape.projections, pass, all: all, reachesInput: reachesInput)
  }

  /// The same for x + y, whose gradient dy already holds the residual connection's part: the rest is added to it.
  func backwardWithResidual(_ dy: Activations, _ tape: Tape, _ pass: Pass, allRows: Pass?, reachesInput: Bool)
    -> Activations?
  {
    let all = allRows ?? pass
    let (dq, dk, dv) = projectionGradients(dy, tape, pass, all: all)
    return projections.backward(
      dq, dk, dv, tape.projections, pass, all: all, reachesInput: reachesInput, addingTo: dy)
  }

  /// The gradients of the projections' outputs q, k and v.
  private func projectionGradients(
    _ dy: Activations, _ tape: Tape, _ pass: Pass, all: Pass
  ) -> (dq: Activations, dk: Activations, dv: Activations) {
    let dContext = pass.activation(output.inputs)
    output.backward(dy, tape.output, rows: pass.rows, pass, into: dContext, adding: false)
    let dDistances = projections.distanceGradients(distances, tape.distances)
    let (dq, dk, dv) = attention.backward(dContext, tape.attention, distances: dDistances, pass)
    projections.distanceBackward(distances, dDistances, tape.distances)
    rotary?.apply(to: dq, heads: attention.heads, pass, inverse: true)
    rotary?.apply(to: dk, heads: attention.keyValueHeads, all, inverse: true)
    return (
      gradient(dq, queryNorm, tape.queryNorm, count: pass.rows * attention.queryWidth, pass),
      gradient(dk, keyNorm, tape.keyNorm, count: all.rows * attention.keyWidth, all), dv
    )
  }
}
