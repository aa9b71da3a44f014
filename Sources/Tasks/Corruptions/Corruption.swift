// Label-preserving damage to a question's text, for tests of calibration under shift. Ours, not from a paper. What
// happens at a place depends on the seed, the corruption, the question's id and the place alone, and a place damaged at
// one severity is damaged in the same way at every higher one: curves over severity follow one and the same text.
import Arrays
import Faults

/// A kind of damage. Five act on the texts of the prompt and leave the choices alone; one reorders the choices.
package enum Corruption: String, Sendable, CaseIterable {
  /// Letters replaced by a neighbour on the keyboard.
  case keyboardTypos = "keyboard-typos"
  /// Letters left out.
  case droppedCharacters = "dropped-characters"
  /// Words left out, but never a negation or a number.
  case droppedWords = "dropped-words"
  /// Words in capitals or with the other first case, blanks doubled or lost.
  case caseAndSpace = "case-and-space"
  /// Choices in another order; the label follows its choice.
  case choiceOrder = "choice-order"
  /// Sentences in front that have nothing to do with the question.
  case distractingSentence = "distracting-sentence"

  /// The severities that there are.
  package static let severities = 1...5

  /// The corruption called `name`.
  /// - Throws: `Fault.usage` naming the corruptions that there are.
  package static func named(_ name: String) throws -> Corruption {
    if let corruption = Corruption(rawValue: name) { return corruption }
    throw Fault(
      .usage, setting: "corruption \(name)", "no such corruption",
      hint: "choose \(allCases.map(\.rawValue).joined(separator: ", "))")
  }

  /// `question` damaged at `severity`, 1 to 5. A text that has a word keeps one; a blank (`_`) stays.
  package func applied(to question: Question, severity: Int, seed: UInt64) -> Question {
    precondition(Self.severities.contains(severity), "severity \(severity)")
    switch self {
    case .choiceOrder:
      return reorderingChoices(of: question, severity: severity, stream(question.id, 0, seed))
    case .distractingSentence:
      // The same sentences before both texts of a pair: entailment and paraphrase stay as they were.
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

  /// The random numbers of one text: keyed by what it is, not by where it stands in a file.
  private func stream(_ id: String, _ text: Int, _ seed: UInt64) -> RandomStream {
    let hash = hash64("\(rawValue)/\(text)/\(id)")
    return RandomStream(
      seed: seed, purpose: .corruption,
      place: (UInt32(truncatingIfNeeded: hash), UInt32(truncatingIfNeeded: hash >> 32)))
  }
}

/// FNV-1a, 64 bits, over the bytes of `text`: the same in every process, unlike Swift's own hashes.
private func hash64(_ text: String) -> UInt64 {
  text.utf8.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x0000_0100_0000_01B3 }
}
