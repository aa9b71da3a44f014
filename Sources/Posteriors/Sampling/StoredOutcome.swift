// What a stage that works on a fitted adapter adds to the settings of its file: one key beside those of the fit, so that
// readers of an adapter find its fit as usual.
import Adapters
import JSON

/// The result of a stage that works on a fitted adapter.
protocol StoredOutcome: Codable {
  /// Its key in the settings.
  static var key: String { get }
}

extension StoredOutcome {
  /// The settings of a fit together with this outcome, as canonical JSON.
  func settings(with fit: AdapterSettings) throws -> String { try WithFit(fit: fit, outcome: self).canonicalJSON }

  /// The outcome in an adapter's settings, or nil if there is none of this kind.
  ///
  /// - Throws: `Fault` of kind `.data` where the settings cannot be read.
  static func read(_ settings: String, subject: String) throws -> Self? {
    try Part<Self>(canonicalJSON: settings, subject: subject).outcome
  }
}

private struct Key: CodingKey {
  let stringValue: String
  var intValue: Int? { nil }
  init(stringValue: String) { self.stringValue = stringValue }
  init?(intValue: Int) { nil }
}

private struct Part<Outcome: StoredOutcome>: Decodable {
  let outcome: Outcome?

  init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: Key.self)
    outcome = try container.decodeIfPresent(Outcome.self, forKey: Key(stringValue: Outcome.key))
  }
}

private struct WithFit<Outcome: StoredOutcome>: Encodable {
  let fit: AdapterSettings
  let outcome: Outcome

  func encode(to encoder: any Encoder) throws {
    try fit.encode(to: encoder)
    var container = encoder.container(keyedBy: Key.self)
    try container.encode(outcome, forKey: Key(stringValue: Outcome.key))
  }
}
