// Accuracy, likelihood and Brier score against values worked out by hand.
import Calibration
import Foundation
import Testing

/// A mixture with exactly these distributions, one row per example.
func mixture(_ rows: [[Double]]) -> Mixture {
  let choices = rows.map(\.count).max() ?? 1
  return Mixture(
    logits: rows.flatMap { $0.map { Float(log($0)) } + [Float](repeating: -.infinity, count: choices - $0.count) },
    choices: choices, choiceCounts: rows.map { Int32($0.count) })
}

@Suite struct ProperScoreTests {
  @Test func accuracyNLLAndBrierByHand() throws {
    let outcomes = Outcomes(mixture([[0.5, 0.25, 0.25], [0.1, 0.2, 0.7]]), labels: [0, 1])
    #expect(outcomes.accuracy.score == .value(0.5))
    let nll = try #require(outcomes.negativeLogLikelihood.score.value)
    #expect(abs(nll + (log(0.5) + log(0.2)) / 2) < 1e-7)
    let brier = try #require(outcomes.brierScore.score.value)
    #expect(abs(brier - (0.25 + 2 * 0.0625 + 0.01 + 0.64 + 0.49) / 2) < 1e-6)
  }

  @Test func brierSumsOverChoicesAndReachesTwo() {
    let wrong = Outcomes(Mixture(logits: [0, -2000], choices: 2, choiceCounts: [2]), labels: [1])
    #expect(wrong.brierScore.score == .value(2))
  }

  @Test func lowestIndexWinsTies() {
    let tied = mixture([[0.25, 0.25, 0.25, 0.25], [0.2, 0.4, 0.4]])
    #expect((0..<2).map(tied.prediction) == [0, 1])
    #expect(tied.confidence(0) == 0.25)
  }

  @Test func hugeLogitsKeepAFiniteLikelihood() {
    let outcomes = Outcomes(Mixture(logits: [30_000, -30_000], choices: 2, choiceCounts: [2]), labels: [1])
    #expect(outcomes.negativeLogLikelihood.score == .value(60_000))
  }

  @Test func choicesBeyondAnExamplesOwnAreIgnored() {
    let ragged = mixture([[0.6, 0.4], [0.1, 0.2, 0.7]])
    #expect(ragged.probabilities[2] == 0)
    #expect(ragged.logProbabilities[2] == -.infinity)
    #expect(abs(ragged.probabilities[0] - 0.6) < 1e-7)
  }

  @Test func examplesWithoutALabelAreLeftOut() {
    let outcomes = Outcomes(mixture([[0.9, 0.1], [0.8, 0.2], [0.3, 0.7]]), labels: [0, -1, 0])
    #expect(outcomes.count == 2)
    #expect(outcomes.accuracy.score == .value(0.5))
    #expect(Outcomes(mixture([[0.9, 0.1]]), labels: [-1]).accuracy.score == .undefined("no examples"))
  }

  @Test func mixtureIsTheMeanOfProbabilitiesNotOfLogits() throws {
    let samples = PosteriorSamples(
      logits: [0, -40, -40, 0].map { Float($0) }, groups: 2, samples: 1, choices: 2, choiceCounts: [2])
    let mixture = Mixture(samples)
    #expect(abs(mixture.probabilities[0] - 0.5) < 1e-15)
    let skewed = PosteriorSamples(
      logits: [log(0.9), log(0.1), log(0.3), log(0.7)].map { Float($0) }, groups: 1, samples: 2, choices: 2,
      choiceCounts: [2])
    #expect(abs(Mixture(skewed).probabilities[0] - 0.6) < 1e-7)
  }
}
