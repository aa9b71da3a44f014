// How a user's own file marks the right choice: "C", "2" and "Paris" are all in use, and where the choices are numbers,
// "2" can be an index or a text. An ambiguous answer is an error, with the setting that resolves it.
import Faults

/// How an answer in a user's own file names a choice.
package enum AnswerStyle: String, Sendable, CaseIterable {
  /// The choice's number, from 0.
  case index
  /// The choice's letter, from A.
  case letter
  /// The choice's text.
  case text

  /// The choices that `answer` names in this style.
  fileprivate func choices(named answer: String, among choices: [String]) -> [Int] {
    switch self {
    case .index: choices.indices.filter { String($0) == answer }
    case .letter: choices.indices.filter { letters[$0] == answer.uppercased() }
    case .text: choices.indices.filter { choices[$0] == answer }
    }
  }

  fileprivate func expectation(_ count: Int) -> String {
    switch self {
    case .index: "an integer from 0 to \(count - 1)"
    case .letter: "a letter from A to \(letters[count - 1])"
    case .text: "a choice's text"
    }
  }

  /// What an answer that names `choice` in this style is: `the letter of choice B`.
  fileprivate func reading(_ choice: Int) -> String {
    "the \(self == .index ? "number" : rawValue) of choice \(letters[choice])"
  }
}

/// The answers that `styles` allow, for messages.
func expectation(_ styles: [AnswerStyle], of count: Int) -> String {
  styles.map { $0.expectation(count) }.joined(separator: ", or ")
}

/// The index of the choice that `answer` names in any of `styles`.
/// - Throws: `Fault.data` if it names no choice, or more than one.
func indexOfChoice(
  named answer: String, among choices: [String], as styles: [AnswerStyle], at location: String
) throws -> Int {
  let readings = styles.flatMap { style in style.choices(named: answer, among: choices).map { (style, $0) } }
  let named = Set(readings.map(\.1))
  if let only = named.first, named.count == 1 { return only }
  let meanings = readings.map { style, choice in style.reading(choice) }
  if named.isEmpty {
    throw Fault(
      .data, location, "answer \(answer.debugDescription) is not \(expectation(styles, of: choices.count))",
      hint: Int(answer) == nil ? "" : "choices are numbered from 0")
  }
  throw Fault(
    .data, location, "answer \(answer.debugDescription) can be \(meanings.joined(separator: " or "))",
    hint: answersHint)
}

/// The hint for ambiguous answers.
let answersHint =
  "if all answers are of one kind, "
  + "use `answers \(AnswerStyle.allCases.map(\.rawValue).joined(separator: "|"))`"

/// Checks that there are enough letters for the choices, and that no choice is blank.
/// - Throws: `Fault.data` for fewer than two or more than 26 choices, and for a blank one.
func checkCount(of choices: [String], at location: String) throws {
  guard (2...letters.count).contains(choices.count) else {
    throw Fault(.data, location, "found \(choices.count) choices, expected 2 to \(letters.count)")
  }
  if let blank = choices.firstIndex(where: { $0.allSatisfy(\.isWhitespace) }) {
    throw Fault(.data, location, "choice \(letters[blank]) is blank", hint: "fill it in, or remove the row")
  }
}
