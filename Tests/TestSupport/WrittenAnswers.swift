// Small files of written answers, for the tests of their evaluation.
import Artifacts

extension Answers {
  /// Texts of one method to test questions, with a token for each word: the token's log-probability is -1.
  ///
  /// - Parameters:
  ///   - texts: [question][text], those of all draws one after the other.
  ///   - accepted: [question][reference]
  ///   - draws: how many draws wrote the same number of texts each.
  package static func written(
    by method: String = "point", _ texts: [[String]], accepted: [[String]], draws: Int = 1
  ) -> Answers {
    var answers = Answers()
    (answers.method, answers.dataset, answers.baseDigest, answers.tokensDigest) = (method, "tiny", "00", "11")
    answers.tokenizerDigest = "22"
    (answers.groups, answers.samples, answers.textsPerDraw) = (1, draws, texts[0].count / draws)
    answers.law.temperature = 0.7
    answers.rowIDs = texts.indices.map { "q\($0)" }
    answers.splits = texts.map { _ in .test }
    answers.prompts = texts.indices.map { "Question \($0)? Answer:" }
    for references in accepted {
      answers.references += references
      answers.referenceOffsets.append(Int32(answers.references.count))
    }
    for text in texts.joined() {
      answers.texts.append(text)
      answers.endings.append(.endToken)
      answers.tokens += (0..<max(1, text.split(separator: " ").count)).map { Int32($0) }
      answers.tokenOffsets.append(Int64(answers.tokens.count))
    }
    answers.logProbabilities = answers.tokens.map { _ in -1 }
    answers.lawLogProbabilities = answers.logProbabilities
    answers.totalEntropies = answers.tokens.map { _ in 1.5 }
    answers.aleatoricEntropies = answers.totalEntropies
    answers.cost.forwardPasses = draws
    return answers
  }
}
