// How a file of the user's own tells the right choice: "C", "2" and "Paris" are all in use, and among numbers as choices
// "2" can be a place or a text. What can be read in two ways is refused, with the flag that settles it.
import Faults

/// What an answer in a user's own file is.
package enum AnswerStyle: String, Sendable, CaseIterable {
  /// The choice's number, from 0.
  case index
  /// The choice's letter, from A.
  case letter
  /// The choice's text.
  case text

  /// The choices that `answer` names when it is read so.
  fileprivate func choices(named answer: String, among choices: [String]) -> [Int] {
    switch self {
    case .index: choices.indices.filter { String($0) == answer }
    case .letter: choices.indices.filter { letters[$0] == answer.uppercased() }
    case .text: choices.indices.filter { choices[$0] == answer }
    }
  }

  fileprivate func expectation(_ count: Int) -> String {
    switch self {
    case .index: "a whole number from 0 to \(count - 1)"
    case .letter: "a letter from A to \(letters[count - 1])"
    case .text: "a choice's text"
    }
  }

  /// What an answer that names `choice` in this way is: `the letter of choice B`.
  fileprivate func reading(_ choice: Int) -> String {
    "the \(self == .index ? "number" : rawValue) of choice \(letters[choice])"
  }
}

/// What an answer read as any of `styles` may be, for messages.
func expectation(_ styles: [AnswerStyle], of count: Int) -> String {
  styles.map { $0.expectation(count) }.joined(separator: ", or ")
}

/// The number of the choice that `answer` names, read as any of `styles`.
/// - Throws: `Fault.data` when it names no choice, or more than one.
func indexOfChoice(
  named answer: String, among choices: [String], as styles: [AnswerStyle], at place: String
) throws -> Int {
  let readings = styles.flatMap { style in style.choices(named: answer, among: choices).map { (style, $0) } }
  let named = Set(readings.map(\.1))
  if let only = named.first, named.count == 1 { return only }
  let meanings = readings.map { style, choice in style.reading(choice) }
  if named.isEmpty {
    throw Fault(
      .data, place, "answer \(answer.debugDescription) is not \(expectation(styles, of: choices.count))",
      hint: Int(answer) == nil ? "" : "choices are numbered from 0")
  }
  throw Fault(
    .data, place, "answer \(answer.debugDescription) can be \(meanings.joined(separator: " or "))", hint: answersHint)
}

/// What settles how answers are to be read.
let answersHint =
  "where all answers are of one kind, "
  + "use `answers \(AnswerStyle.allCases.map(\.rawValue).joined(separator: "|"))`"

/// Checks that choices can be told apart by letter, and that each says something.
/// - Throws: `Fault.data` for fewer than two or more than 26, and for one that is blank.
func checkCount(of choices: [String], at place: String) throws {
  guard (2...letters.count).contains(choices.count) else {
    throw Fault(.data, place, "found \(choices.count) choices, expected 2 to \(letters.count)")
  }
  if let blank = choices.firstIndex(where: { $0.allSatisfy(\.isWhitespace) }) {
    throw Fault(.data, place, "choice \(letters[blank]) is blank", hint: "fill it in, or leave the row out")
  }
}
