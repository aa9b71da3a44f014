// Which texts of the questions were truncated because their sequences were too long. A model answers even if it never
// sees the question, so a truncation is reported with what it removed.
import Artifacts
import Tokenization

/// What was truncated from the texts of a set.
package struct Truncation: Equatable, Sendable {
  /// A question that lost whole parts.
  package struct Row: Equatable, Sendable {
    /// Where it was read.
    package let location: String
    /// The parts without any token left, as in `the question, choice B`.
    package let parts: String
  }

  /// Number of questions that lost text.
  package private(set) var questions = 0
  /// The kinds of text that were truncated, with the number of affected questions, the most frequent first.
  package var kinds: [(name: String, questions: Int)] {
    counts.map { (name: $0.key, questions: $0.value) }.sorted { ($1.questions, $0.name) < ($0.questions, $1.name) }
  }
  /// Number of tokens in the longest sequence before truncation.
  package private(set) var neededLength = 0
  /// Number of windows that would keep everything; 0 if nothing was lost, or windows do not help.
  package var neededWindows: Int { windowsSuffice ? mostWindows : 0 }
  private var windowsSuffice = true
  private var mostWindows = 0
  /// The rows that lost the whole question, a whole text or a whole choice, in order.
  package private(set) var emptied: [Row] = []
  private var counts: [String: Int] = [:]

  /// Nothing was truncated.
  package init() {}

  /// Notes what the sequences of `question` lost.
  mutating func note(_ losses: [Loss], of question: Question) {
    if losses.isEmpty { return }
    questions += 1
    neededLength = max(neededLength, losses.map(\.neededLength).max() ?? 0)
    mostWindows = max(mostWindows, losses.map(\.neededWindows).max() ?? 0)
    windowsSuffice = windowsSuffice && losses.allSatisfy { $0.neededWindows > 0 }
    let cut = Set(losses.flatMap { loss in loss.cut.map(\.kind) + (loss.cut.isEmpty ? ["the instruction"] : []) })
    for kind in cut { counts[kind, default: 0] += 1 }
    let parts = [.question, .text, .secondText] + question.choices.indices.map(PromptText.Part.choice)
    let lost = Set(losses.flatMap(\.gone))
    let gone = parts.filter(lost.contains).map(\.name)
    if !gone.isEmpty { emptied.append(Row(location: question.location, parts: gone.joined(separator: ", "))) }
  }

  /// What one sequence lost.
  struct Loss: Equatable, Sendable {
    /// The parts that lost tokens.
    var cut: Set<PromptText.Part> = []
    /// The parts without any token left.
    var gone: Set<PromptText.Part> = []
    /// Number of tokens in the sequence before truncation.
    var neededLength = 0
    /// Number of windows that would keep everything; 0 if it is not read by windows, or they do not help.
    var neededWindows = 0
  }
}

extension PromptText.Part {
  /// Its name in a count of questions.
  fileprivate var kind: String {
    switch self {
    case .passage: "the passage"
    case .question: "the question"
    case .text, .secondText: "the text"
    case .choice: "choices"
    case .answer: "the answer"
    }
  }

  /// Its name within a question.
  fileprivate var name: String {
    switch self {
    case .passage, .question, .text, .answer: kind
    case .secondText: "the second text"
    case .choice(let number): "choice \(letters[number])"
    }
  }
}

extension SequenceEncoder {
  /// What `encoding`, made from `text`, lost; nil if it is complete.
  ///
  /// This counts the tokens of the text's beginning or end tokenized alone, so that a part at the edge of the cut may
  /// be counted one token too long or too short.
  func loss(of text: TextPair, in encoding: Encoding) -> Truncation.Loss? {
    if !encoding.isTruncated { return nil }
    var loss = Truncation.Loss(neededLength: encoding.ids.count)
    // A part with two ranges, such as the text to the left and right of a blank, is gone only if both are.
    var left: Set<PromptText.Part> = []
    for (text, kept) in zip([text.first, text.second].compactMap(\.self), encoding.kept) {
      let count = tokenizer.encode(text.string, addSpecialTokens: false).count
      loss.neededLength += count - kept
      let isCut = count > kept
      let fromEnd = isCut && !scoring.needsDecoder && longTexts.cut != .front
      // From the truncated side: after the first complete part, all are complete.
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

  /// Number of tokens of `text` before byte `edge`, or from there on.
  private func tokens(of text: PromptText, from edge: Int, isBeginning: Bool) -> Int {
    let bytes = text.string.utf8
    let index = bytes.index(bytes.startIndex, offsetBy: edge)
    let piece = isBeginning ? text.string[..<index] : text.string[index...]
    return tokenizer.encode(String(piece), addSpecialTokens: false).count
  }
}
