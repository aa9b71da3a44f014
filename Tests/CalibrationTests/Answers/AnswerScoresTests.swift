// Scores of doubts against being wrong: each is compared with a value computed by hand.
import Calibration
import Testing

@Suite struct AnswerScoresTests {
  private let doubts = [0.1, 0.2, 0.2, 0.9]
  private let correct = [1.0, 0, 1, 0]

  /// Wrong: 0.2 and 0.9; right: 0.1 and 0.2. Pairs in order: 1 + 1/2 + 1 + 1 of 4.
  @Test func theAreaCountsPairsOfAWrongAndARightAnswer() {
    let area = Detection(ofErrors: doubts, correct: correct, .areaUnderROC)
    #expect(area.score == .value(3.5 / 4))
    #expect(area.score(weights: [2, 1, 0, 1]) == .value(1))
    #expect(Detection(ofErrors: doubts, correct: [1, 1, 1, 1], .areaUnderROC).score.reason == "no wrong answers")
    #expect(area.score(weights: [0, 1, 0, 1]).reason == "no right answers")
  }

  /// Kept answers: 1 of 1 right; then, of the tie, 1.5 of 2 and 2 of 3; then 2 of 4.
  @Test func theRejectionAreaIsTheMeanAccuracyOfTheKeptAnswers() {
    let area = RejectionAccuracy(doubts: doubts, correct: correct)
    #expect(abs((area.score.value ?? 0) - (1 + 0.75 + 2.0 / 3 + 0.5) / 4) < 1e-12)
  }

  /// Shares of five texts lie on the edges of five bins: each is in the bin that it closes.
  @Test func sharesOnTheGridAreInTheBinsThatTheyClose() {
    let shares = [0.2, 0.4, 0.6, 0.8, 1]
    let error = CalibrationError(
      confidences: shares, correct: [0, 0, 1, 1, 1], binning: .equalWidth(5), norm: .expected)
    #expect(abs((error.score.value ?? 0) - (0.2 + 0.4 + 0.4 + 0.2) / 5) < 1e-12)
  }
}
