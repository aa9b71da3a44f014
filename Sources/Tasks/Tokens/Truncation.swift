// Which texts of the questions were cut away because their sequences were too long. A model that never sees the question
// answers all the same, so a cut is told with what it took.
import Artifacts
import Tokenization

/// What was cut away from the texts of a set.
package struct Truncation: Equatable, Sendable {
  /// A question of which whole parts are gone.
  package struct Row: Equatable, Sendable {
    /// Where it was read.
    package let place: String
    /// The parts of which no token is left, as in `the question, choice B`.
    package let parts: String
  }

  /// How many questions lost text.
  package private(set) var questions = 0
  /// The kinds of text that were cut, with the number of questions that lost some of it, most often cut first.
  package var kinds: [(name: String, questions: Int)] {
    counts.map { (name: $0.key, questions: $0.value) }.sorted { ($1.questions, $0.name) < ($0.questions, $1.name) }
  }
  /// How many tokens the longest sequence would have uncut.
  package private(set) var neededLength = 0
  /// The questions of which the question, a text or a choice is gone altogether, in order.
  package private(set) var emptied: [Row] = []
  private var counts: [String: Int] = [:]

  /// Nothing was cut.
  package init() {}

  /// Notes what the sequences of `question` have lost.
  mutating func note(_ losses: [Loss], of question: Question) {
    if losses.isEmpty { return }
    questions += 1
    neededLength = max(neededLength, losses.map(\.neededLength).max() ?? 0)
    let cut = Set(losses.flatMap { loss in loss.cut.map(\.kind) + (loss.cut.isEmpty ? ["the instruction"] : []) })
    for kind in cut { counts[kind, default: 0] += 1 }
    let parts = [.question, .text, .secondText] + question.choices.indices.map(PromptText.Part.choice)
    let lost = Set(losses.flatMap(\.gone))
    let gone = parts.filter(lost.contains).map(\.name)
    if !gone.isEmpty { emptied.append(Row(place: question.place, parts: gone.joined(separator: ", "))) }
  }

  /// What one sequence has lost.
  struct Loss: Equatable, Sendable {
    /// The parts that lost tokens.
    var cut: Set<PromptText.Part> = []
    /// Those of which none is left.
    var gone: Set<PromptText.Part> = []
    /// How many tokens the sequence would have uncut.
    var neededLength = 0
  }
}

extension PromptText.Part {
  /// What it is called in a count of questions.
  fileprivate var kind: String {
    switch self {
    case .passage: "the passage"
    case .question: "the question"
    case .text, .secondText: "the text"
    case .choice: "choices"
    }
  }

  /// What it is called in its own question.
  fileprivate var name: String {
    switch self {
    case .passage, .question, .text: kind
    case .secondText: "the second text"
    case .choice(let number): "choice \(letters[number])"
    }
  }
}

extension SequenceEncoder {
  /// What `encoding`, made from `text`, has lost; nil where it is whole.
  ///
  /// Tokens of the text's beginning or end alone are counted for it, so that a part at whose edge the cut lies may be
  /// taken for one token longer or shorter than it is.
  func loss(of text: TextPair, in encoding: Encoding) -> Truncation.Loss? {
    if !encoding.isTruncated { return nil }
    var loss = Truncation.Loss(neededLength: encoding.ids.count)
    // A part that stands in two places, as what is left and right of a blank, is gone only where both are.
    var left: Set<PromptText.Part> = []
    for (text, kept) in zip([text.first, text.second].compactMap(\.self), encoding.kept) {
      let count = tokenizer.encode(text.string, addSpecialTokens: false).count
      loss.neededLength += count - kept
      let isCut = count > kept
      let fromEnd = isCut && !scoring.needsDecoder
      // From the side that is cut on: behind the first part that is whole, all are.
      var isWhole = !isCut
      for (part, bytes) in fromEnd ? text.parts.reversed() : text.parts where !bytes.isEmpty {
        let (far, near) = fromEnd ? (bytes.upperBound, bytes.lowerBound) : (bytes.lowerBound, bytes.upperBound)
        isWhole = isWhole || tokens(of: text, from: far, isBeginning: fromEnd) <= kept
        if !isWhole { loss.cut.insert(part) }
        if isWhole || tokens(of: text, from: near, isBeginning: fromEnd) < kept { left.insert(part) }
      }
    }
    loss.gone = loss.cut.subtracting(left)
    return loss
  }

  /// How many tokens `text` has before byte `edge`, or from there on.
  private func tokens(of text: PromptText, from edge: Int, isBeginning: Bool) -> Int {
    let bytes = text.string.utf8
    let index = bytes.index(bytes.startIndex, offsetBy: edge)
    let piece = isBeginning ? text.string[..<index] : text.string[index...]
    return tokenizer.encode(String(piece), addSpecialTokens: false).count
  }
}
