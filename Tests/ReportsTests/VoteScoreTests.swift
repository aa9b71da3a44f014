// The score against the votes of several annotators, which only sets with votes have.
import Artifacts
import Calibration
import Faults
import Foundation
import Reports
import Testing

@Suite struct VoteScoreTests {
  private let settings = ScoringSettings(bootstrap: Bootstrap(draws: 40, seed: 2))

  /// Three votes of four for the label, and one for the next choice.
  private func withVotes(_ predictions: Predictions) -> Predictions {
    var set = predictions
    set.votes = set.labels.flatMap { label in
      (0..<4).map { Int32($0) == label ? 0.75 : Int32($0) == (label + 1) % 4 ? 0.25 : 0 }
    }
    return set
  }

  @Test func theScoreIsTheCrossEntropyOfTheMixtureWithTheVotes() throws {
    let set = withVotes(SyntheticPredictions().predictions)
    let evaluation = try Evaluation([try PredictionsFile(path: "p.h5", set)], settings: settings)
    var expected = 0.0
    for row in 60..<180 {
      for choice in 0..<4 {
        let index = row * 4 + choice
        if set.votes[index] > 0 { expected -= Double(set.votes[index]) * Double(set.logProbabilities[index]) / 120 }
      }
    }
    #expect(abs(try #require(evaluation.rows[0][.votes].score.value) - expected) < 1e-5)
    #expect(evaluation.rows[0][.votes].interval != nil)
    #expect(evaluation.text.contains("NLL of the votes"))
    #expect(try evaluation.table().rows.contains { $0.metric == "nll_votes" })
    #expect(try evaluation.harnessJSON().contains("nll_votes,none"))
  }

  @Test func theTemperatureIsFittedOnTheVotesOfTheCalibrationRows() throws {
    let set = withVotes(SyntheticPredictions().predictions)
    let evaluation = try Evaluation([try PredictionsFile(path: "p.h5", set)], settings: settings)
    let temperature = try #require(evaluation.rows[1].forecast.temperature).value
    let calibration = Mixture(
      logits: Array(set.logProbabilities[..<240]), choices: 4, choiceCounts: [Int32](repeating: 4, count: 60))
    func loss(_ temperature: Double) -> Double {
      let scaled = calibration.scaled(by: temperature)
      return zip(set.votes, scaled.logProbabilities).reduce(0) { $0 - Double($1.0) * $1.1 }
    }
    for factor in [0.9, 0.99, 1.01, 1.1] { #expect(loss(temperature) < loss(temperature * factor)) }
  }

  /// Another program's file has no votes: those of the same rows count.
  @Test func otherProgramsAreScoredByTheVotesToo() throws {
    let set = withVotes(SyntheticPredictions().predictions)
    let own = try PredictionsFile(path: "p.h5", set)
    var foreign = ForeignPredictions()
    (foreign.method, foreign.rowIDs, foreign.splits) = ("mine", set.rowIDs, set.splits)
    (foreign.labels, foreign.choices, foreign.logProbabilities) = (set.labels, 4, set.logProbabilities)
    let mine = try PredictionsFile(path: "mine.h5", foreign, like: own)
    let rows = try Evaluation([own, mine], settings: settings).rows
    #expect(rows[2].forecast.method == "mine" && rows[2][.votes].score.value == rows[0][.votes].score.value)
    #expect(rows[3].forecast.temperature == rows[1].forecast.temperature)
  }

  @Test func setsWithoutVotesHaveNoSuchScore() throws {
    let evaluation = try Evaluation([try PredictionsFile(path: "p.h5", SyntheticPredictions().predictions)])
    #expect(try !evaluation.table().rows.contains { $0.metric == "nll_votes" } && !evaluation.text.contains("votes"))
  }

  @Test func otherVotesAreNotComparable() throws {
    let (one, other) = (
      withVotes(SyntheticPredictions().predictions), SyntheticPredictions(method: "ensemble").predictions
    )
    #expect {
      try Evaluation([try PredictionsFile(path: "p.h5", one), try PredictionsFile(path: "q.h5", other)])
    } throws: { ($0 as? Fault)?.message == "differs from p.h5 in its votes" }
  }
}
