// How rows whose answers are written are told apart from texts with labels, which can have the same columns: a question
// and its answer. This is the only place that decides it.
import Faults

/// A part of a row whose answer is written.
enum OpenField: RowField {
  case id, prompt, passage, answer, messages

  /// The accepted names; the first one is ours.
  var names: [String] {
    switch self {
    case .id: OwnField.id.names
    case .prompt: ["prompt", "question"]
    case .passage: OwnField.passage.names
    case .answer: ["answer", "answers", "completion"]
    case .messages: ["messages"]
    }
  }

  static let byName = partsByName()
}

/// What the answer to a question without choices is.
package enum AnswerWithoutChoices: Sendable {
  /// The label of a text: one of a few that all rows share.
  case label
  /// A text that is written.
  case text
  /// The user did not say which.
  case unknown
}

extension FirstRows {
  /// Whether the rows have answers to be written. A prompt or a chat always has one, and so has a question with a list of
  /// accepted answers or a completion. A question with an `answer` has one only if `answers` are known to be texts: it can
  /// be a text with its label.
  func haveOpenAnswers(_ answers: AnswerWithoutChoices) -> Bool {
    guard !TextColumns.concernChoices(names) else { return false }
    let plain = Set(names.map(OwnField.plain))
    if !plain.isDisjoint(with: ["messages", "prompt"]) { return true }
    return plain.contains("question") && (answers == .text || !plain.isDisjoint(with: ["answers", "completion"]))
  }

  /// Throws where the rows are questions with answers and nothing says which kind of answer these are.
  func checkAnswers(_ answers: AnswerWithoutChoices, at location: String) throws {
    guard answers == .unknown, names.contains(where: { OwnField.plain($0) == "answer" }), haveOpenAnswers(.text) else {
      return
    }
    throw Fault(
      .data, location, "found questions with answers but without choices: are the answers to be written, or classes?",
      hint: "use `format answers` or `format texts`")
  }
}
