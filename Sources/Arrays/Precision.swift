// The precision of the products by frozen matrices.

/// The precision of a frozen product's inputs. Its sums are float32, and so is everything else: adapters, norms,
/// softmax, losses, gradients.
package enum Precision: String, Sendable, CaseIterable, Codable {
  /// 24 bits of mantissa.
  case float32
  /// 8 bits of mantissa: twice the speed on processors that support it.
  case bfloat16
}
