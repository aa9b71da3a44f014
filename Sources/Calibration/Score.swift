// A score, or the reason why there is none. Published code sets the AUROC of a single class to 0.5 and a missing spread
// to 0, and such values end up in tables; so here an undefined value is never a number.

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
