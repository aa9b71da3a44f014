// A linear module's matrix: packed for its products while it is frozen, a part of the trained vector otherwise.
import Arrays

/// W (outputs, inputs) of a linear module.
enum Weight: Sendable {
  case frozen(FrozenMatrix)
  /// Values from `offset` on in the trained vector.
  case trained(offset: Int, inputs: Int, outputs: Int)

  /// y (rows, outputs) = x (rows, inputs) Wᵀ, plus the bias that a frozen matrix holds.
  func apply(_ x: UnsafePointer<Float>, rows: Int, into y: Activations, _ pass: Pass) {
    switch self {
    case .frozen(let matrix): matrix.apply(x, rows: rows, into: y, arena: pass.arena.scratch)
    case .trained(let offset, let inputs, let outputs):
      pass.forEachMember(of: rows) { own, block in
        GEMM.multiply(
          rows: block.count, columns: outputs, inner: inputs, x + block.lowerBound * inputs, inputs, .plain,
          own.parameters + offset, inputs, .transposed, into: y + block.lowerBound * outputs, outputs,
          scale: own.weight, adding: own.isFurtherTerm)
      }
    }
  }

  /// dx (rows, inputs) = dy (rows, outputs) W, or the sum of both where `adding`.
  func applyTransposed(_ dy: UnsafePointer<Float>, rows: Int, into dx: Activations, adding: Bool, _ pass: Pass) {
    switch self {
    case .frozen(let matrix):
      matrix.applyTransposed(dy, rows: rows, into: dx, adding: adding, arena: pass.arena.scratch)
    case .trained(let offset, let inputs, let outputs):
      pass.forEachMember(of: rows) { own, block in
        GEMM.multiply(
          rows: block.count, columns: inputs, inner: outputs, dy + block.lowerBound * outputs, outputs, .plain,
          own.parameters + offset, inputs, .plain, into: dx + block.lowerBound * inputs, inputs, scale: own.weight,
          adding: adding || own.isFurtherTerm)
      }
    }
  }

  /// Adds dyᵀ x to the gradient of W, where W is trained.
  func accumulateGradient(_ dy: UnsafePointer<Float>, _ x: UnsafePointer<Float>, rows: Int, _ pass: Pass) {
    guard case .trained(let offset, let inputs, let outputs) = self else { return }
    pass.forEachMember(of: rows) { own, block in
      guard let gradients = own.gradients else { return }
      GEMM.multiply(
        rows: outputs, columns: inputs, inner: block.count, dy + block.lowerBound * outputs, outputs, .transposed,
        x + block.lowerBound * inputs, inputs, .plain, into: gradients + offset, inputs, adding: true)
    }
  }

  /// Whether it is trained.
  var isTrained: Bool { if case .trained = self { true } else { false } }
}
