// The parts of a question in a user's own file, and what tools call them. Of several names for one part a row may use one:
// which one is meant would be a guess.
import Faults

/// A part of a question.
enum OwnField: CaseIterable {
  case id, question, passage, choices, answer

  /// The names that are read; the first one is ours.
  var names: [String] {
    switch self {
    case .id: ["id", "qid", "question_id"]
    case .question: ["question", "question_stem", "stem", "query", "ctx"]
    case .passage: ["passage", "context", "support", "article", "paragraph", "story"]
    case .choices: ["choices", "options", "endings"]
    case .answer: ["answer", "answerKey", "answer_key", "answer_idx", "label", "gold", "target"]
    }
  }

  private static let fields = Dictionary(
    allCases.flatMap { field in field.names.map { (plain($0), field) } }, uniquingKeysWith: { first, _ in first })

  /// The part that `name` stands for, in any case and with or without blanks, hyphens and underscores.
  init?(named name: String) {
    guard let field = Self.fields[Self.plain(name)] else { return nil }
    self = field
  }

  /// `name` in small letters, without blanks, hyphens and underscores.
  static func plain(_ name: String) -> String {
    name.lowercased().filter { !$0.isWhitespace && $0 != "_" && $0 != "-" }
  }

  /// [part] Which of `names` holds it.
  /// - Throws: `Fault.data` where two of them can hold the same.
  static func positions(in names: [String], at place: String) throws -> [OwnField: Int] {
    var positions: [OwnField: Int] = [:]
    for (position, name) in names.enumerated() {
      guard let field = OwnField(named: name) else { continue }
      if let first = positions.updateValue(position, forKey: field) {
        throw Fault(
          .data, place, "both \(names[first]) and \(name): either can be the \(field.names[0])",
          hint: "keep one of the two")
      }
    }
    return positions
  }
}

/// A fault about a column or a member that must be there.
///
/// - Parameters:
///   - kind: what a name belongs to, `column` or `member`.
///   - expected: what a row should have, for the hint where no name looks like a misspelt one.
func missing(_ kind: String, _ name: String, among names: [String], at place: String, expected: String) -> Fault {
  let spare = names.filter { OwnField(named: $0) == nil }
  let hint = closest(to: name, among: spare).map { "rename \($0) to \(name)" } ?? expected
  return Fault(.data, place, "no \(kind) called \(name), found \(names.joined(separator: ", "))", hint: hint)
}

/// What a row of a user's own file has, for hints.
let ownColumns = "the columns are question, choices (or A, B, ...) and answer"
