// Where a tensor's numbers are. A fine-tuned network is mostly frozen; a fully trained one is not frozen at all. The
// layers do not care: they ask a tensor for its numbers, and give it its gradient if it wants one.

/// A tensor of the network: frozen in the base, or a part of the trained vector.
enum Tensor: @unchecked Sendable {
  /// Numbers that never change, mapped from the base.
  case frozen(UnsafePointer<Float>)
  /// Numbers that begin at `offset` in the trained vector.
  case trained(offset: Int)

  /// The numbers, row-major.
  func values(_ pass: Pass) -> UnsafePointer<Float> {
    switch self {
    case .frozen(let pointer): pointer
    case .trained(let offset): pass.parameters + offset
    }
  }

  /// Where the gradient is summed, or nil for a frozen tensor.
  func gradient(_ pass: Pass) -> UnsafeMutablePointer<Float>? {
    guard case .trained(let offset) = self, let gradients = pass.gradients else { return nil }
    return gradients + offset
  }

  /// Whether training moves it.
  var isTrained: Bool { if case .trained = self { true } else { false } }
}
