// Llama's block: RMS norm before attention and before the gated feed-forward part, residuals around both (Touvron et al.
// 2023, arXiv:2302.13971; SwiGLU: Shazeer 2020, arXiv:2002.05202).
import Arrays

/// One pre-norm block.
struct DecoderBlock: Sendable {
  let attentionNorm: Norm
  let query: Linear
  let key: Linear
  let value: Linear
  let rotary: RotaryPositions
  let attention: Attention
  let output: Linear
  let feedForwardNorm: Norm
  let gate: Linear
  let up: Linear
  let down: Linear

  /// What the backward pass needs of the forward pass.
  struct Tape {
    let attentionNorm: Norm.Tape
    let (query, key, value): (Linear.Tape, Linear.Tape, Linear.Tape)
    let attention: Attention.Tape
    let output: Linear.Tape
    let feedForwardNorm: Norm.Tape
    let (gate, up): (Linear.Tape, Linear.Tape)
    /// Outputs of gate and up (rows, intermediate).
    let (gated, raised): (Numbers, Numbers)
    let down: Linear.Tape
  }

  /// Whether anything in it is trained.
  var isTrained: Bool {
    [query, key, value, output, gate, up, down].contains(where: \.isTrained) || attentionNorm.isTrained
      || feedForwardNorm.isTrained
  }

  /// y (rows, hidden) of x (all rows, hidden).
  ///
  /// - Parameters:
  ///   - pass: on the rows of y.
  ///   - whole: on all rows; nil where these are the same.
  func forward(_ x: Numbers, _ pass: Pass, whole: Pass?) -> (y: Numbers, tape: Tape) {
    let (rows, hidden, all) = (pass.rows, query.inputs, whole ?? pass)
    let (normed, attentionNormTape) = attentionNorm.forward(
      x, rows: all.rows, kept: [query, key, value].contains(where: \.needsInput), all)
    let ownNormed = whole == nil ? normed : pass.gather(normed, width: hidden, kept: query.needsInput)
    let own = whole == nil ? x : pass.gather(x, width: hidden, kept: false)
    let (q, queryTape) = query.forward(ownNormed, rows: rows, kept: true, pass)
    let (k, keyTape) = key.forward(normed, rows: all.rows, kept: true, all)
    let (v, valueTape) = value.forward(normed, rows: all.rows, kept: true, all)
    rotary.turn(q, heads: attention.heads, pass)
    rotary.turn(k, heads: attention.keyValueHeads, all)
    let (context, attentionTape) = attention.forward(q, k, v, kept: output.needsInput, pass)
    let (mixed, outputTape) = output.forward(context, rows: rows, kept: true, pass)
    add(own, to: mixed, count: rows * hidden)
    let (middle, feedForwardNormTape) = feedForwardNorm.forward(
      mixed, rows: rows, kept: gate.needsInput || up.needsInput, pass)
    let (gated, gateTape) = gate.forward(middle, rows: rows, kept: true, pass)
    let (raised, upTape) = up.forward(middle, rows: rows, kept: true, pass)
    let activated = pass.activation(gate.outputs, kept: down.needsInput)
    siluGate(gated, raised, into: activated, count: rows * gate.outputs)
    let (y, downTape) = down.forward(activated, rows: rows, kept: true, pass)
    add(mixed, to: y, count: rows * hidden)
    return (
      y,
      Tape(
        attentionNorm: attentionNormTape, query: queryTape, key: keyTape, value: valueTape,
        attention: attentionTape, output: outputTape, feedForwardNorm: feedForwardNormTape, gate: gateTape,
        up: upTape, gated: gated, raised: raised, down: downTape)
    )
  }

  /// The gradient of x, or nil unless `reachesInput`: below the lowest trained tensor nobody asks.
  func backward(_ dy: Numbers, _ tape: Tape, _ pass: Pass, whole: Pass?, reachesInput: Bool) -> Numbers? {
    let (rows, hidden, all) = (pass.rows, query.inputs, whole ?? pass)
    let dActivated = pass.activation(gate.outputs)
    down.backward(dy, tape.down, rows: rows, pass, into: dActivated, adding: false)
    let dGated = pass.activation(gate.outputs)
    siluGateBackward(
      dActivated, gate: tape.gated, up: tape.raised, gateGradient: dGated, upGradient: dActivated,
      count: rows * gate.outputs)
    let dMiddle = pass.activation(hidden)
    gate.backward(dGated, tape.gate, rows: rows, pass, into: dMiddle, adding: false)
    up.backward(dActivated, tape.up, rows: rows, pass, into: dMiddle, adding: true)
    let dMixed = feedForwardNorm.backward(dMiddle, tape.feedForwardNorm, rows: rows, pass)
    add(dy, to: dMixed, count: rows * hidden)
    let dContext = pass.activation(output.inputs)
    output.backward(dMixed, tape.output, rows: rows, pass, into: dContext, adding: false)
    let (dq, dk, dv) = attention.backward(dContext, tape.attention, pass)
    rotary.turn(dq, heads: attention.heads, pass, backwards: true)
    rotary.turn(dk, heads: attention.keyValueHeads, all, backwards: true)
    let dNormed = reachesInput || attentionNorm.isTrained ? all.activation(hidden) : nil
    key.backward(dk, tape.key, rows: all.rows, all, into: dNormed, adding: false)
    value.backward(dv, tape.value, rows: all.rows, all, into: dNormed, adding: true)
    let dOwn = whole == nil ? dNormed : dNormed.map { _ in pass.activation(hidden) }
    query.backward(dq, tape.query, rows: rows, pass, into: dOwn, adding: whole == nil)
    guard let dNormed, let dOwn else { return nil }
    if whole != nil { pass.scatter(dOwn, width: hidden, addingTo: dNormed) }
    let dx = attentionNorm.backward(dNormed, tape.attentionNorm, rows: all.rows, all)
    pass.scatter(dMixed, width: hidden, addingTo: dx)
    return dx
  }
}
