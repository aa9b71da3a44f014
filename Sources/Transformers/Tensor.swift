// Where a tensor's values are: frozen in the base, or in the trained vector. Layers read the values either way, and add a
// gradient only where the tensor is trained.

/// A tensor of the network: frozen in the base, or a part of the trained vector.
///
/// Unchecked, because a frozen tensor holds a pointer into the base, which is mapped read-only.
enum Tensor: @unchecked Sendable {
  /// Values that never change, mapped from the base.
  case frozen(UnsafePointer<Float>)
  /// Values from `offset` on in the trained vector.
  case trained(offset: Int)

  /// The values, row-major.
  func values(_ pass: Pass) -> UnsafePointer<Float> {
    switch self {
    case .frozen(let pointer): pointer
    case .trained(let offset): pass.parameters + offset
    }
  }

  /// Where the gradient is accumulated; nil for a frozen tensor.
  func gradient(_ pass: Pass) -> UnsafeMutablePointer<Float>? {
    guard case .trained(let offset) = self, let gradients = pass.gradients else { return nil }
    return gradients + offset
  }

  /// Whether it is trained.
  var isTrained: Bool { if case .trained = self { true } else { false } }
}
