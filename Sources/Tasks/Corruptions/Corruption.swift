// Label-preserving damage to a question's text, for tests of calibration under shift. Our own design, not from a paper.
// What happens at a position depends only on the seed, the corruption, the question's id and the position. What is
// damaged at one severity is damaged in the same way at every higher one, so that curves over severity follow one text.
import Arrays
import Faults

/// A kind of damage. Five change the texts of the prompt and leave the choices alone; one reorders the choices.
package enum Corruption: String, Sendable, CaseIterable {
  /// Letters replaced by a neighbour on the keyboard.
  case keyboardTypos = "keyboard-typos"
  /// Letters removed.
  case droppedCharacters = "dropped-characters"
  /// Words removed, but never a negation or a number.
  case droppedWords = "dropped-words"
  /// Words in capitals or with the case of their first letter swapped, spaces doubled or removed.
  case caseAndSpace = "case-and-space"
  /// Choices reordered; the label follows its choice.
  case choiceOrder = "choice-order"
  /// Irrelevant sentences in front of the question.
  case distractingSentence = "distracting-sentence"

  /// The possible severities.
  package static let severities = 1...5

  /// The corruption called `name`.
  /// - Throws: `Fault.usage` listing the known corruptions.
  package static func named(_ name: String) throws -> Corruption {
    if let corruption = Corruption(rawValue: name) { return corruption }
    throw Fault(
      .usage, setting: "corruption \(name)", "no such corruption",
      hint: "choose \(allCases.map(\.rawValue).joined(separator: ", "))")
  }

  /// `question` damaged at `severity`, 1 to 5. A text that has words keeps at least one; a blank (`_`) is kept.
  package func applied(to question: Question, severity: Int, seed: UInt64) -> Question {
    precondition(Self.severities.contains(severity), "severity \(severity)")
    switch self {
    case .choiceOrder:
      return reorderingChoices(of: question, severity: severity, stream(question.id, 0, seed))
    case .distractingSentence:
      // Both texts of a pair get the same sentences, so that entailment and paraphrase do not change.
      let sentences = distractingSentences(count: severity, stream(question.id, 0, seed)) + " "
      return question.mappingPrompt { text, index in
        if case .passage = question.prompt, index == 1 { return text }
        return sentences + text
      }
    case .keyboardTypos: return mapping(question, seed) { replacingKeys(in: $0, severity: severity, $1) }
    case .droppedCharacters: return mapping(question, seed) { droppingLetters(from: $0, severity: severity, $1) }
    case .droppedWords: return mapping(question, seed) { droppingWords(from: $0, severity: severity, $1) }
    case .caseAndSpace: return mapping(question, seed) { changingCaseAndSpace(of: $0, severity: severity, $1) }
    }
  }

  private func mapping(
    _ question: Question, _ seed: UInt64, _ damage: (String, RandomStream) -> String
  ) -> Question {
    question.mappingPrompt { damage($0, stream(question.id, $1, seed)) }
  }

  /// The random numbers of one text: keyed by its question and role, not by its position in a file.
  private func stream(_ id: String, _ text: Int, _ seed: UInt64) -> RandomStream {
    RandomStream(seed: seed, purpose: .corruption, name: "\(rawValue)/\(text)/\(id)")
  }
}
