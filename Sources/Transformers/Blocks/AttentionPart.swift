// A block's attention with its projections: y = W_o attention(W_q x, W_k x, W_v x), with rotary positions or without.
import Arrays

/// The attention part of a block.
struct AttentionPart: Sendable {
  let query: Linear
  let key: Linear
  let value: Linear
  /// Nil where positions are not rotary.
  let rotary: RotaryPositions?
  let attention: Attention
  let output: Linear

  /// What the backward pass needs of the forward pass.
  struct Tape {
    let (query, key, value): (Linear.Tape, Linear.Tape, Linear.Tape)
    let attention: Attention.Tape
    let output: Linear.Tape
  }

  /// Whether any tensor is trained.
  var isTrained: Bool { [query, key, value, output].contains(where: \.isTrained) }

  /// Whether the backward pass reads x.
  var needsInput: Bool { [query, key, value].contains(where: \.needsInput) }

  /// y (rows, hidden) of x (all rows, hidden).
  ///
  /// - Parameters:
  ///   - selected: the rows of x whose outputs are needed (rows, hidden).
  ///   - pass: the pass over these rows.
  ///   - all: the pass over all rows.
  func forward(_ x: Activations, selected: Activations, _ pass: Pass, all: Pass) -> (y: Activations, tape: Tape) {
    let (q, queryTape) = query.forward(selected, rows: pass.rows, kept: true, pass)
    let (k, keyTape) = key.forward(x, rows: all.rows, kept: true, all)
    let (v, valueTape) = value.forward(x, rows: all.rows, kept: true, all)
    rotary?.apply(to: q, heads: attention.heads, pass)
    rotary?.apply(to: k, heads: attention.keyValueHeads, all)
    let (context, attentionTape) = attention.forward(q, k, v, kept: output.needsInput, pass)
    let (y, outputTape) = output.forward(context, rows: pass.rows, kept: true, pass)
    return (
      y,
      Tape(query: queryTape, key: keyTape, value: valueTape, attention: attentionTape, output: outputTape)
    )
  }

  /// The gradient of x (all rows, hidden) for dy (rows, hidden), or nil unless `reachesInput`.
  func backward(_ dy: Activations, _ tape: Tape, _ pass: Pass, allRows: Pass?, reachesInput: Bool) -> Activations? {
    let (all, hidden) = (allRows ?? pass, query.inputs)
    let (dq, dk, dv) = projectionGradients(dy, tape, pass, all: all)
    let dx = reachesInput ? all.activation(hidden) : nil
    key.backward(dk, tape.key, rows: all.rows, all, into: dx, adding: false)
    value.backward(dv, tape.value, rows: all.rows, all, into: dx, adding: true)
    let dSelected = allRows == nil ? dx : dx.map { _ in pass.activation(hidden) }
    query.backward(dq, tape.query, rows: pass.rows, pass, into: dSelected, adding: allRows == nil)
    if let dx, let dSelected, allRows != nil { pass.scatter(dSelected, width: hidden, addingTo: dx) }
    return dx
  }

  /// The same for x + y, whose gradient dy already holds the residual connection's part: the rest is added to it.
  func backwardWithResidual(_ dy: Activations, _ tape: Tape, _ pass: Pass, allRows: Pass?, reachesInput: Bool)
    -> Activations?
  {
    let (all, hidden) = (allRows ?? pass, query.inputs)
    let (dq, dk, dv) = projectionGradients(dy, tape, pass, all: all)
    query.backward(dq, tape.query, rows: pass.rows, pass, into: reachesInput ? dy : nil, adding: true)
    let dx = !reachesInput ? nil : allRows == nil ? dy : all.activation(hidden)
    key.backward(dk, tape.key, rows: all.rows, all, into: dx, adding: allRows == nil)
    value.backward(dv, tape.value, rows: all.rows, all, into: dx, adding: true)
    if let dx, allRows != nil { pass.scatter(dy, width: hidden, addingTo: dx) }
    return dx
  }

  /// The gradients of the projections' outputs q, k and v.
  private func projectionGradients(
    _ dy: Activations, _ tape: Tape, _ pass: Pass, all: Pass
  ) -> (dq: Activations, dk: Activations, dv: Activations) {
    let dContext = pass.activation(output.inputs)
    output.backward(dy, tape.output, rows: pass.rows, pass, into: dContext, adding: false)
    let (dq, dk, dv) = attention.backward(dContext, tape.attention, pass)
    rotary?.apply(to: dq, heads: attention.heads, pass, inverse: true)
    rotary?.apply(to: dk, heads: attention.keyValueHeads, all, inverse: true)
    return (dq, dk, dv)
  }
}
