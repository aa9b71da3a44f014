// A score, or the reason why there is none. Published code has set an AUROC of one class to 0.5 and a missing spread to
// 0; such numbers end up in tables, so here an undefined value has no number at all.

/// The value of a metric, or why it has none.
package enum Score: Equatable, Sendable {
  /// A finite number.
  case value(Double)
  /// The reason in a few words, as the report prints it.
  case undefined(String)

  /// The number, or nil.
  package var value: Double? {
    if case .value(let value) = self { value } else { nil }
  }

  /// Why there is no number, or nil.
  package var reason: String? {
    if case .undefined(let reason) = self { reason } else { nil }
  }
}
