// Open answers as a reader sees them: those that are better not given, and some of them token by token with what else was
// sampled.
import Artifacts
import Calibration
import Faults
import Foundation

/// The answers of one method, the most doubtful first.
struct OpenAnswerSheet {
  private let forecast: AnswerForecast
  private let hasReasoning: Bool
  /// The answers by falling semantic entropy, then in the order of the file.
  private let answers: [ScoredAnswer]

  init(row: AnswerRow, hasReasoning: Bool) {
    (forecast, self.hasReasoning) = (row.forecast, hasReasoning)
    let entropies = row.forecast.answers.map(\.sampled.semanticEntropy)
    answers = entropies.indices.sorted { (entropies[$1], $0) < (entropies[$0], $1) }.map { row.forecast.answers[$0] }
  }

  /// At most this many answers are in the table of those that are better not given.
  private static let mostRejected = 20
  /// Of the answers by token, the most doubtful ones and the surest ones.
  private static let (mostDoubtful, surest) = (6, 3)
  /// At most this many characters of a prompt are shown, its last ones.
  private static let longestPrompt = 400
  /// [nat] An entropy from which on a token has the full colour.
  private static let fullColour = 3.0

  /// The rules for tokens.
  static let style = """

    .token { border-radius: 2px; }
    .short { display: block; max-width: 16em; margin-left: auto; white-space: normal; overflow-wrap: anywhere; }
    .open { border-top: 1px solid var(--rule); padding: 14px 0; max-width: 82ch; }
    .open p { margin: 0 0 6px; white-space: pre-wrap; overflow-wrap: anywhere; }
    .open .answer { font-size: 17px; } .open .prompt { color: var(--muted); }
    .open ul { margin: 0; padding-left: 20px; }
    """

  /// The most doubtful answers.
  var rejectedSection: Page.Section {
    let shown = answers.prefix(Self.mostRejected)
    let lines = shown.map { answer -> Page.Line in
      let counts = [
        fixed(100 * answer.vote.confidence, 0), "\(answer.sampled.clusters.count)",
        NumberFormat.decimal.text(answer.sampled.semanticEntropy),
      ]
      return Page.Line(
        cells: [
          "\(forecast.file.answers.rowIDs[answer.row])", "<span class=\"text\">\(prompt(answer))</span>",
          "<span class=\"short\">\(self.answer(answer))</span>", "<span class=\"short\">\(accepted(answer))</span>",
        ] + counts.map { "\($0)" as HTML })
    }
    return Page.section(
      "Questions it would rather not answer",
      """
      The \(plural(shown.count, "question")) with the largest semantic entropy, as answered by \(forecast.name): its texts \
      mean the most different things.
      """,
      [
        Page.table(
          "the most doubtful answers",
          ["Id", "Question", "Answer", "Accepted", "Votes %", "Meanings", "Entropy"].map { "\($0)" as HTML }, lines)
      ])
  }

  /// The most doubtful and the surest answers, token by token.
  func tokenSection(_ decode: (_ tokens: [Int32]) -> String?) -> Page.Section {
    let sure = answers.dropFirst(Self.mostDoubtful).suffix(Self.surest)
    let blocks = (answers.prefix(Self.mostDoubtful) + sure).map { block($0, decode) }
    return Page.section(
      "Answers token by token",
      """
      The darker a token, the larger the entropy of what might have stood there, up to \(fixed(Self.fullColour, 0)) nats; \
      pointing at it shows its probability. Below, the meanings of all texts with their shares.
      """, blocks)
  }

  private func block(_ answer: ScoredAnswer, _ decode: (_ tokens: [Int32]) -> String?) -> HTML {
    let sampled = answer.sampled
    let order = sampled.shares.indices.sorted { (sampled.shares[$1], $0) < (sampled.shares[$0], $1) }
    let meanings = order.map { cluster -> HTML in
      let own = sampled.clusters.indices.indices.filter { sampled.clusters.indices[$0] == cluster }
      let wordings = Set(own.map { sampled.texts[$0].answer }).count
      let name = sampled.texts[sampled.clusters.firsts[cluster]].answer ?? "no answer"
      return """
        <li>\(fixed(100 * sampled.shares[cluster], 0)) % \(name)\
        \(wordings > 1 ? " (\(wordings) wordings)" : "")</li>
        """
    }
    let verdict = answer.isRight ? "right" : "wrong"
    return """
      <div class="open"><p class="prompt">\(prompt(answer))</p>
      <p class="answer">\(tokens(answer, decode))</p>
      <p>\(verdict); accepted: \(accepted(answer))</p>
      <ul>\(meanings)</ul></div>
      """
  }

  /// The answer's tokens, or its text where they cannot be decoded.
  private func tokens(_ answer: ScoredAnswer, _ decode: (_ tokens: [Int32]) -> String?) -> HTML {
    let (file, range) = (forecast.file.answers, forecast.file.answers.tokenRange(answer.index))
    guard let pieces = Self.pieces(of: Array(file.tokens[range]), decode) else { return "\(answer.text.text)" }
    return HTML(
      markup: zip(range, pieces).map { index, piece -> String in
        let share = Int((100 * min(1, Double(file.totalEntropies[index]) / Self.fullColour)).rounded())
        let probability = fixed(100 * exp(Double(file.logProbabilities[index])), 1)
        let draws =
          file.mixedDraws > 1 ? ", of it between draws \(fixed(Double(file.epistemicEntropy(index)), 3))" : ""
        let entropy = "\(fixed(Double(file.totalEntropies[index]), 2)) nats\(draws)"
        let span: HTML = """
          <span class="token" style="background:color-mix(in srgb, var(--over) \(share)%, transparent)" \
          title="p \(probability) %, entropy \(entropy)">\(piece)</span>
          """
        return span.source
      }.joined())
  }

  /// What each of `tokens` adds to the text: a character may need several tokens, and then stands at the last of them.
  static func pieces(of tokens: [Int32], _ decode: (_ tokens: [Int32]) -> String?) -> [String]? {
    var (pieces, before): ([String], String) = ([], "")
    for end in 1...max(1, tokens.count) {
      guard let text = decode(Array(tokens.prefix(end))) else { return nil }
      let isWhole = text.hasPrefix(before) && !text.hasSuffix("\u{FFFD}")
      pieces.append(isWhole ? String(text.dropFirst(before.count)) : "")
      if isWhole { before = text }
    }
    return pieces
  }

  private func prompt(_ answer: ScoredAnswer) -> String {
    let prompt = forecast.file.answers.prompts[answer.row]
    return prompt.count > Self.longestPrompt ? "\u{2026}" + prompt.suffix(Self.longestPrompt) : prompt
  }

  private func answer(_ answer: ScoredAnswer) -> String {
    answer.vote.answer == nil ? "\u{2013}" : answer.text.answer ?? ""
  }

  private func accepted(_ answer: ScoredAnswer) -> String {
    forecast.file.references(of: answer.row, reasoning: hasReasoning).joined(separator: " | ")
  }
}
