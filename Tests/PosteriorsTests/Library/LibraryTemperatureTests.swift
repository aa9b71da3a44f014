// The temperature of a library's weights: the one that is chosen is better than others on the calibration split.
import Artifacts
import Calibration
import Posteriors
import Testing

extension PosteriorSamples {
  /// The groups of predictions of one draw each, with their weights.
  init(_ predictions: Predictions) {
    self.init(
      logits: predictions.logProbabilities, groups: predictions.groups, choices: predictions.choices,
      choiceCounts: predictions.choiceCounts, weights: predictions.weights)
  }
}

@Suite struct LibraryTemperatureTests {
  @Test func itHasTheLowestLossOnTheCalibrationSplit() throws {
    try TinyRun.open { run in
      let index = try run.libraryIndex(run.libraryEntries(3))
      var library = index.library
      let lowest = try #require(index.likelihood)
      let losses = try [library.temperature, 0.001, 0.01, 0.1, 1, 10].map { temperature in
        library.temperature = temperature
        let found = try run.predict("library-mixture", [library])
        let rows = found.splits.indices.filter { found.splits[$0] == .calibration }
        let outcomes = Outcomes(
          Mixture(PosteriorSamples(found).selecting(rows)), labels: rows.map { found.labels[$0] })
        return try #require(outcomes.negativeLogLikelihood.score.value)
      }
      #expect(abs(losses[0] - lowest) < 1e-9)
      #expect(losses.allSatisfy { $0 >= lowest - 1e-9 } && losses.contains { $0 > lowest + 1e-6 }, "\(losses)")
    }
  }
}
