// A block's feed-forward network: W_down gelu(W_up x), or W_down (silu(W_gate x) * W_up x), which is SwiGLU (Shazeer
// 2020, arXiv:2002.05202). GELU is the exact one.
import Arrays

/// The feed-forward part of a block.
struct FeedForward: Sendable {
  /// Nil for GELU without a gate.
  let gate: Linear?
  let up: Linear
  let down: Linear

  /// What the backward pass needs of the forward pass.
  struct Tape {
    /// Of the gate, with its output (rows, intermediate).
    let gate: (tape: Linear.Tape, output: Activations)?
    let up: Linear.Tape
    /// With a gate the output of `up` (rows, intermediate), else GELU's derivative there.
    let factor: Activations
    let down: Linear.Tape
  }

  /// Whether any tensor is trained.
  var isTrained: Bool { up.isTrained || down.isTrained || gate?.isTrained == true }

  /// Whether the backward pass reads x.
  var needsInput: Bool { up.needsInput || gate?.needsInput == true }

  /// y (rows, hidden) of x (rows, hidden).
  func forward(_ x: Activations, _ pass: Pass) -> (y: Activations, tape: Tape) {
    let rows = pass.rows
    let gated = gate?.forward(x, rows: rows, kept: true, pass)
    let (upOutput, upTape) = up.forward(x, rows: rows, kept: true, pass)
    let activated: Activations
    if let gated {
      activated = pass.activation(up.outputs, kept: down.needsInput)
      siluGate(gated.y, upOutput, into: activated, count: rows * up.outputs)
    } else {
      activated = activate(upOutput, pass)
    }
    let (y, downTape) = down.forward(activated, rows: rows, kept: true, pass)
    return (y, Tape(gate: gated.map { ($0.tape, $0.y) }, up: upTape, factor: upOutput, down: downTape))
  }

  /// GELU of `upOutput` (rows, intermediate), which holds the derivative afterwards in training.
  private func activate(_ upOutput: Activations, _ pass: Pass) -> Activations {
    let count = pass.rows * up.outputs
    guard pass.isTraining else {
      gelu(upOutput, into: upOutput, count: count)
      return upOutput
    }
    let activated = pass.activation(up.outputs, kept: down.needsInput)
    geluKeepingSlope(upOutput, into: activated, count: count)
    return activated
  }

  /// The gradient of x (rows, hidden) for dy (rows, hidden).
  ///
  /// - Parameter residual: a gradient of x to which it is added and which is returned; nil for none.
  @discardableResult
  func backward(_ dy: Activations, _ tape: Tape, _ pass: Pass, addingTo residual: Activations?) -> Activations {
    let (rows, count) = (pass.rows, pass.rows * up.outputs)
    let dUp = pass.activation(up.outputs)
    down.backward(dy, tape.down, rows: rows, pass, into: dUp, adding: false)
    guard let gate, let gated = tape.gate else {
      multiply(dUp, by: tape.factor, count: count)
      let dx = residual ?? pass.activation(up.inputs)
      up.backward(dUp, tape.up, rows: rows, pass, into: dx, adding: residual != nil)
      return dx
    }
    let dGate = pass.activation(up.outputs)
    siluGateBackward(
      dUp, gate: gated.output, up: tape.factor, gateGradient: dGate, upGradient: dUp, count: count)
    let dx = residual ?? pass.activation(up.inputs)
    gate.backward(dGate, gated.tape, rows: rows, pass, into: dx, adding: residual != nil)
    up.backward(dUp, tape.up, rows: rows, pass, into: dx, adding: true)
    return dx
  }
}
