// Predicts a few new texts at a time, and keeps of all draws only the mixture and the measures of its uncertainty.
import Artifacts
import Calibration
import Training

extension Posterior {
  /// The forecasts for all examples of `set`, which are test examples.
  ///
  /// - Parameters:
  ///   - scorer: the network, on any set of the same scoring.
  ///   - choices: the largest number of choices of any text; rows with fewer are padded.
  /// - Throws: what the prediction throws.
  package func forecast(_ set: TokenizedSet, by scorer: Scorer, choices: Int) throws -> ForecastRows {
    var run = try prediction(on: Scorer(scorer, on: set), versions: nil)
    while run.completed < run.total { try run.advance() }
    return ForecastRows(run.predictions(), choices: choices)
  }
}

extension ForecastRows {
  /// The mixture and uncertainty of `predictions`, in rows of `choices`.
  init(_ predictions: Predictions, choices: Int) {
    let samples = PosteriorSamples(
      logits: predictions.logProbabilities, groups: predictions.groups, samples: predictions.samples,
      choices: predictions.choices, choiceCounts: predictions.choiceCounts, weights: predictions.weights)
    let (mixture, uncertainty) = (Mixture(samples), Uncertainty(samples))
    var logProbabilities = [Float](repeating: -.infinity, count: predictions.count * choices)
    for row in 0..<predictions.count {
      for (choice, index) in mixture.row(row).enumerated() {
        logProbabilities[row * choices + choice] = Float(mixture.logProbabilities[index])
      }
    }
    let measures = [uncertainty.total, uncertainty.aleatoric, uncertainty.epistemic, uncertainty.disagreement]
    self.init(
      choices: choices, logProbabilities: logProbabilities,
      uncertainty: (0..<predictions.count).flatMap { row in measures.map { Float($0[row]) } })
  }
}
