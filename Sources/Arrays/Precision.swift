// In which numbers the products by frozen matrices are made.

/// The numbers that enter a frozen product. Its sums are float32, and so is everything else: adapters, norms, softmax,
/// losses, gradients.
package enum Precision: String, Sendable, CaseIterable, Codable {
  /// 24 bits of mantissa.
  case float32
  /// 8 bits of mantissa: twice the speed on processors that have it.
  case bfloat16
}
