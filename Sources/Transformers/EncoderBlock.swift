// BERT's block: attention and feed-forward, each followed by residual and layer norm (Devlin et al. 2018,
// arXiv:1810.04805), with the exact GELU.
import Arrays

/// One post-layer-norm block.
struct EncoderBlock: Sendable {
  let query: Linear
  let key: Linear
  let value: Linear
  let attention: Attention
  let output: Linear
  let attentionNorm: Norm
  let up: Linear
  let down: Linear
  let norm: Norm

  /// What the backward pass needs of the forward pass.
  struct Tape {
    let (query, key, value): (Linear.Tape, Linear.Tape, Linear.Tape)
    let attention: Attention.Tape
    let output: Linear.Tape
    let attentionNorm: Norm.Tape
    let up: Linear.Tape
    /// GELU's derivative (rows, intermediate).
    let slope: Numbers
    let down: Linear.Tape
    let norm: Norm.Tape
  }

  /// Whether anything in it is trained.
  var isTrained: Bool {
    [query, key, value, output, up, down].contains(where: \.isTrained) || attentionNorm.isTrained || norm.isTrained
  }

  /// y (rows, hidden) of x (all rows, hidden).
  ///
  /// - Parameters:
  ///   - pass: on the rows of y.
  ///   - whole: on all rows; nil where these are the same.
  func forward(_ x: Numbers, _ pass: Pass, whole: Pass?) -> (y: Numbers, tape: Tape) {
    let (rows, all) = (pass.rows, whole ?? pass)
    let own = whole == nil ? x : pass.gather(x, width: query.inputs, kept: true)
    let (q, queryTape) = query.forward(own, rows: rows, kept: true, pass)
    let (k, keyTape) = key.forward(x, rows: all.rows, kept: true, all)
    let (v, valueTape) = value.forward(x, rows: all.rows, kept: true, all)
    let (context, attentionTape) = attention.forward(q, k, v, kept: output.needsInput, pass)
    let (mixed, outputTape) = output.forward(context, rows: rows, kept: true, pass)
    let (middle, attentionNormTape) = attentionNorm.forward(
      mixed, adding: own, rows: rows, kept: up.needsInput, pass)
    let (raised, upTape) = up.forward(middle, rows: rows, kept: true, pass)
    let activated = activate(raised, pass)
    let (lowered, downTape) = down.forward(activated, rows: rows, kept: true, pass)
    let (y, normTape) = norm.forward(lowered, adding: middle, rows: rows, kept: true, pass)
    return (
      y,
      Tape(
        query: queryTape, key: keyTape, value: valueTape, attention: attentionTape, output: outputTape,
        attentionNorm: attentionNormTape, up: upTape, slope: raised, down: downTape, norm: normTape)
    )
  }

  /// GELU of `raised` (rows, intermediate), which in training then holds the derivative.
  private func activate(_ raised: Numbers, _ pass: Pass) -> Numbers {
    let count = pass.rows * up.outputs
    guard pass.isTraining else {
      gelu(raised, into: raised, count: count)
      return raised
    }
    let activated = pass.activation(up.outputs, kept: down.needsInput)
    geluKeepingSlope(raised, into: activated, count: count)
    return activated
  }

  /// The gradient of x, or nil unless `reachesInput`: below the lowest trained tensor nobody asks.
  func backward(_ dy: Numbers, _ tape: Tape, _ pass: Pass, whole: Pass?, reachesInput: Bool) -> Numbers? {
    let rows = pass.rows
    let dLowered = norm.backward(dy, tape.norm, rows: rows, pass)
    let dRaised = pass.activation(up.outputs)
    down.backward(dLowered, tape.down, rows: rows, pass, into: dRaised, adding: false)
    multiply(dRaised, by: tape.slope, count: rows * up.outputs)
    // The residual's gradient is already in dLowered: the feed-forward part adds its own to it.
    up.backward(dRaised, tape.up, rows: rows, pass, into: dLowered, adding: true)
    let dMixed = attentionNorm.backward(dLowered, tape.attentionNorm, rows: rows, pass)
    let dContext = pass.activation(output.inputs)
    output.backward(dMixed, tape.output, rows: rows, pass, into: dContext, adding: false)
    let (dq, dk, dv) = attention.backward(dContext, tape.attention, pass)
    query.backward(dq, tape.query, rows: rows, pass, into: reachesInput ? dMixed : nil, adding: true)
    let all = whole ?? pass
    // The residual's and the query's part is in dMixed; where all rows are read, key and value add theirs to it.
    let dx = !reachesInput ? nil : whole == nil ? dMixed : all.activation(query.inputs)
    key.backward(dk, tape.key, rows: all.rows, all, into: dx, adding: whole == nil)
    value.backward(dv, tape.value, rows: all.rows, all, into: dx, adding: true)
    if let dx, whole != nil { pass.scatter(dMixed, width: query.inputs, addingTo: dx) }
    return dx
  }
}
