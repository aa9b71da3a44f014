// What differs between two tokenized sets, in messages about files that do not belong together.

extension TokenizedSet {
  /// The first setting by which `other` was tokenized otherwise; nil for none.
  func difference(inReadingFrom other: TokenizedSet) -> String? {
    difference(inAnswersOf: other)
      ?? Self.difference([
        ("template", template, other.template),
        ("votes", targets.isEmpty ? "none" : "shares", other.targets.isEmpty ? "none" : "shares"),
      ])
  }

  /// The first setting by which an adapter that was fitted on `other` gives no answers to this set: they are scored in
  /// another way, or the outputs of its head stand for other classes. Nil for none.
  package func difference(inAnswersOf other: TokenizedSet) -> String? {
    Self.difference([
      ("scoring", scoring.rawValue, other.scoring.rawValue), ("tokenizer", tokenizerDigest, other.tokenizerDigest),
    ]) ?? difference(inClassesOf: other)
      ?? (numbers?.edges == other.numbers?.edges ? nil : "its bins have other edges, expected those")
  }

  /// All classes where they are few, else the first that differs.
  private func difference(inClassesOf other: TokenizedSet) -> String? {
    let (own, others) = (classNames, other.classNames)
    if own == others { return nil }
    if max(own.count, others.count) <= 10 {
      return "its classes are \(others.joined(separator: ", ")), expected \(own.joined(separator: ", "))"
    }
    guard own.count == others.count else { return "it has \(others.count) classes, expected \(own.count)" }
    let place = own.indices.first { own[$0] != others[$0] }!
    return "its class \(place + 1) is \(others[place]), expected \(own[place])"
  }

  private static func difference(_ settings: [(name: String, own: String, other: String)]) -> String? {
    settings.first { $0.own != $0.other }.map { "its \($0.name) is \($0.other), expected \($0.own)" }
  }
}
