// A block's feed-forward network: W_down a(W_up x), or with a gate W_down (a(W_gate x) * W_up x) (Shazeer 2020,
// arXiv:2002.05202), for an activation a.
import Arrays

/// The feed-forward part of a block.
struct FeedForward: Sendable {
  let activation: Architecture.Activation
  let entrance: Entrance
  let down: Linear

  /// The linear modules in front of the activation, with outputs of width intermediate.
  enum Entrance: Sendable {
    case plain(up: Linear)
    case gated(gate: Linear, up: Linear)
    /// One module, whose outputs (rows, 2 * intermediate) are the gate's and then up's.
    case fused(gateUp: Linear)
  }

  /// What the backward pass needs of the forward pass.
  struct Tape {
    /// Of each linear module of the entrance.
    let entrance: [Linear.Tape]
    /// Their outputs; the activation's derivative there in place of the output of `up` where there is no gate.
    let outputs: [Activations]
    let down: Linear.Tape
  }

  private var linears: [Linear] {
    switch entrance {
    case .plain(let up): [up]
    case .gated(let gate, let up): [gate, up]
    case .fused(let gateUp): [gateUp]
    }
  }

  /// Whether any tensor is trained.
  var isTrained: Bool { down.isTrained || linears.contains(where: \.isTrained) }

  /// Whether the backward pass reads x.
  var needsInput: Bool { linears.contains(where: \.needsInput) }

  private var hidden: Int { linears[0].inputs }
  private var intermediate: Int { down.inputs }

  /// y (rows, hidden) of x (rows, hidden).
  func forward(_ x: Activations, _ pass: Pass) -> (y: Activations, tape: Tape) {
    let entered = linears.map { $0.forward(x, rows: pass.rows, kept: true, pass) }
    let activated = activate(entered.map(\.y), pass)
    let (y, downTape) = down.forward(activated, rows: pass.rows, kept: true, pass)
    return (y, Tape(entrance: entered.map(\.tape), outputs: entered.map(\.y), down: downTape))
  }

  /// The input of `down` (rows, intermediate) for the outputs of the entrance.
  private func activate(_ outputs: [Activations], _ pass: Pass) -> Activations {
    let count = pass.rows * intermediate
    if case .plain = entrance, !pass.isTraining {
      activation.apply(outputs[0], into: outputs[0], count: count)
      return outputs[0]
    }
    let activated = pass.activation(intermediate, kept: down.needsInput)
    switch entrance {
    case .plain: activation.applyKeepingSlope(outputs[0], into: activated, count: count)
    case .gated: activation.gate(outputs[0], outputs[1], into: activated, count: count)
    case .fused:
      for row in 0..<pass.rows {
        let gate = outputs[0] + row * 2 * intermediate
        activation.gate(gate, gate + intermediate, into: activated + row * intermediate, count: intermediate)
      }
    }
    return activated
  }

  /// The gradient of x (rows, hidden) for dy (rows, hidden).
  ///
  /// - Parameter residual: a gradient of x to which it is added and which is returned; nil for none.
  @discardableResult
  func backward(_ dy: Activations, _ tape: Tape, _ pass: Pass, addingTo residual: Activations?) -> Activations {
    let dActivated = pass.activation(intermediate)
    down.backward(dy, tape.down, rows: pass.rows, pass, into: dActivated, adding: false)
    let gradients = outputGradients(dActivated, tape, pass)
    let dx = residual ?? pass.activation(hidden)
    for (index, linear) in linears.enumerated() {
      linear.backward(
        gradients[index], tape.entrance[index], rows: pass.rows, pass, into: dx, adding: residual != nil || index > 0)
    }
    return dx
  }

  /// The gradients of the entrance's outputs, one of which may be in the memory of `dActivated` (rows, intermediate).
  private func outputGradients(_ dActivated: Activations, _ tape: Tape, _ pass: Pass) -> [Activations] {
    let count = pass.rows * intermediate
    switch entrance {
    case .plain:
      multiply(dActivated, by: tape.outputs[0], count: count)
      return [dActivated]
    case .gated:
      let dGate = pass.activation(intermediate)
      activation.gateBackward(
        dActivated, gate: tape.outputs[0], up: tape.outputs[1], gateGradient: dGate, upGradient: dActivated,
        count: count)
      return [dGate, dActivated]
    case .fused:
      let dGateUp = pass.activation(2 * intermediate)
      for row in 0..<pass.rows {
        let (gate, dGate) = (tape.outputs[0] + row * 2 * intermediate, dGateUp + row * 2 * intermediate)
        activation.gateBackward(
          dActivated + row * intermediate, gate: gate, up: gate + intermediate, gateGradient: dGate,
          upGradient: dGate + intermediate, count: intermediate)
      }
      return [dGateUp]
    }
  }
}
