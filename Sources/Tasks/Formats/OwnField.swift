// The parts of a question in a user's own file, and the names that tools use for them. A row may use only one of the
// names of a part: choosing between two would be a guess.
import Faults

/// A part of a row, found by the names that tools use for it.
protocol RowField: CaseIterable, Hashable, Sendable {
  /// The accepted names; the first one is ours.
  var names: [String] { get }
  /// The parts by their names, as `OwnField.plain` writes them.
  static var byName: [String: Self] { get }
}

/// A part of a question.
enum OwnField: RowField {
  case id, question, passage, choices, answer

  /// The accepted names; the first one is ours.
  var names: [String] {
    switch self {
    case .id: ["id", "qid", "question_id"]
    case .question: ["question", "question_stem", "stem", "query", "ctx"]
    case .passage: ["passage", "context", "support", "article", "paragraph", "story"]
    case .choices: ["choices", "options", "endings"]
    case .answer: ["answer", "answerKey", "answer_key", "answer_idx", "label", "gold", "target"]
    }
  }

  static let byName = partsByName()

  /// `name` in lower case, without spaces, hyphens and underscores.
  static func plain(_ name: String) -> String {
    name.lowercased().filter { !$0.isWhitespace && $0 != "_" && $0 != "-" }
  }
}

extension RowField {
  /// The part called `name`; case, spaces, hyphens and underscores do not matter.
  init?(named name: String) {
    guard let field = Self.byName[OwnField.plain(name)] else { return nil }
    self = field
  }

  /// What `byName` is.
  static func partsByName() -> [String: Self] {
    Dictionary(
      allCases.flatMap { field in field.names.map { (OwnField.plain($0), field) } },
      uniquingKeysWith: { first, _ in first })
  }

  /// [part] The index in `names` of the name that holds it.
  /// - Throws: `Fault.data` if two names could hold the same part.
  static func positions(in names: [String], at location: String) throws -> [Self: Int] {
    var positions: [Self: Int] = [:]
    for (position, name) in names.enumerated() {
      guard let field = Self(named: name) else { continue }
      if let first = positions.updateValue(position, forKey: field) {
        throw Fault(
          .data, location, "both \(names[first]) and \(name) could be the \(field.names[0])",
          hint: "keep one of the two")
      }
    }
    return positions
  }
}

/// The fault of a required column or member that is missing.
///
/// - Parameters:
///   - kind: What is missing, `column` or `member`.
///   - expected: What a row must have, for the hint if no name looks like a misspelling.
func missing(_ kind: String, _ name: String, among names: [String], at location: String, expected: String) -> Fault {
  let spare = names.filter { OwnField(named: $0) == nil }
  let hint = closest(to: name, among: spare).map { "rename \($0) to \(name)" } ?? expected
  return Fault(.data, location, "no \(kind) called \(name), found \(names.joined(separator: ", "))", hint: hint)
}

/// What a row of a user's own table must have, for hints.
let ownColumns = "the columns must be question, choices (or A, B, ...) and answer"
