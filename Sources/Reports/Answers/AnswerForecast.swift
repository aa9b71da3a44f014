// The answers of one method to the scored questions, ready to be scored: what wins the vote, and the doubt about it.
import Artifacts
import Calibration

/// The answer to one question.
struct ScoredAnswer: Sendable {
  /// The question's row in the file.
  let row: Int
  /// Everything that was sampled for it.
  let sampled: SampledAnswers
  /// The vote that decides.
  let vote: Votes
  /// The index in the file of the text that stands for the winner: the first one of its cluster; the first text where
  /// none has an answer.
  let index: Int
  /// The text itself.
  let text: SampledText
  /// Whether the winner is an accepted answer.
  let isRight: Bool
  /// The largest F1 of its words and those of an accepted answer; 0 without a winner.
  let f1: Double
  /// The mean over its tokens of the mutual information between the token and the mixed draws, in nats.
  let tokenEpistemicEntropy: Double

  /// The mean of p(true) over the texts that mean what the answer means; NaN where the model was not asked.
  let truth: Double

  /// - Parameters:
  ///   - reasoning: whether texts end with their answers.
  ///   - byLikelihood: whether a text's vote counts exp(mean log p).
  init(_ row: Int, of file: AnswersFile, reasoning: Bool, byLikelihood: Bool) {
    let sampled = file.sampled(row, reasoning: reasoning)
    (self.row, self.sampled, vote) = (row, sampled, sampled.vote(byLikelihood: byLikelihood))
    let place = vote.answer.map { sampled.clusters.firsts[$0] } ?? 0
    (index, text) = (file.texts(of: row).lowerBound + place, sampled.texts[place])
    let references = file.references(of: row, reasoning: reasoning)
    let winner = vote.answer == nil ? nil : text.answer
    isRight = winner.map { matches($0, anyOf: references) } ?? false
    f1 = winner.map { wordF1($0, anyOf: references) } ?? 0
    let first = file.texts(of: row).lowerBound
    let alike = sampled.clusters.indices.indices.filter {
      sampled.clusters.indices[$0] == sampled.clusters.indices[place]
    }
    let truths = file.answers.truthProbabilities
    truth = truths.isEmpty ? .nan : alike.reduce(0) { $0 + Double(truths[first + $1]) } / Double(alike.count)
    let tokens = file.answers.tokenRange(index)
    tokenEpistemicEntropy =
      tokens.reduce(0) { $0 + Double(file.answers.epistemicEntropy($1)) } / Double(max(1, tokens.count))
  }
}

/// The answers of one method.
struct AnswerForecast: Sendable {
  let file: AnswersFile
  /// The method, with the kind of vote if there are two.
  let name: String
  /// One for each scored question.
  let answers: [ScoredAnswer]

  /// What follows a method's name if votes count exp(mean log p).
  static let weightedSuffix = " + weights"

  init(_ file: AnswersFile, reasoning: Bool, byLikelihood: Bool = false) {
    (self.file, name) = (file, file.answers.method + (byLikelihood ? Self.weightedSuffix : ""))
    answers = file.scoredRows.map {
      ScoredAnswer($0, of: file, reasoning: reasoning, byLikelihood: byLikelihood)
    }
  }

  /// [question] 1 for a right answer, 0 for a wrong one.
  var correct: [Double] { answers.map { $0.isRight ? 1 : 0 } }

  /// The share of a question's texts that ended before they were complete.
  func cutShare(_ answer: ScoredAnswer) -> Double {
    let endings = file.answers.endings[file.texts(of: answer.row)]
    return Double(endings.count { $0 == .length || $0 == .positions }) / Double(endings.count)
  }
}
