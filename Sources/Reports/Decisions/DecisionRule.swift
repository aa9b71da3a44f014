// How the forecasts for a new text become an answer, a set of classes, and a question for a human: by the temperature,
// the class shares and the thresholds of a fitted run.
import Artifacts
import Calibration
import Faults
import Foundation

/// What is said about one new text.
struct Answer: Equatable {
  /// Which of the two uncertainties is the larger part.
  enum Kind: String { case aleatoric, epistemic }

  /// The index of the most probable choice.
  let choice: Int
  /// [choice] Calibrated probabilities.
  let probabilities: [Double]
  /// The entropy of the probabilities as a share of the largest possible, 0 to 1.
  let uncertainty: Double
  /// Nil for a method with a single draw, which has no spread.
  let kind: Kind?
  /// The choices in the conformal set; nil where there are too few rows for one.
  let set: [Int]?
  /// Whether a human should answer; nil where no risk was asked for.
  let asksHuman: Bool?

  /// The probability of the answer.
  var confidence: Double { probabilities[choice] }
}

/// The rule by which new texts are answered.
package struct DecisionRule: Sendable {
  /// The method.
  let method: String
  /// The temperature; 1 with a remark where none could be fitted.
  let temperature: Temperature
  /// What the probabilities are corrected by.
  let prior: PriorCorrection
  /// What can be promised.
  let promises: Promises
  /// The labelled test rows' measures, for the comparison with new texts.
  let testUncertainty: Uncertainty
  /// Whether the method has more than one draw.
  let hasSpread: Bool

  /// The rule of a run.
  ///
  /// - Parameters:
  ///   - file: the run's predictions, with calibration and test rows.
  ///   - header: what the forecasts for the new texts are of.
  /// - Throws: `Fault` of kind `.configuration` where `file` was not predicted by the same method in the same way.
  init(
    _ file: PredictionsFile, for header: ForecastHeader, _ prior: PriorCorrection, _ settings: DecisionSettings
  ) throws {
    try file.check(sameMethodAs: header)
    let temperature = file.fittedTemperature() ?? Temperature(1, remark: "no calibration row has a label")
    func mixture(_ samples: PosteriorSamples) -> Mixture {
      prior.applied(to: Mixture(samples).inSinglePrecision.scaled(by: temperature.value))
    }
    let rows = file.rows(of: .test).filter { file.predictions.labels[$0] >= 0 }
    let samples = file.posterior(rows)
    (method, self.temperature, self.prior) = (header.method, temperature, prior)
    (testUncertainty, hasSpread) = (Uncertainty(samples), samples.hasSpread)
    promises = Promises(
      Outcomes(mixture(samples), labels: file.labels(rows)), ids: rows.map { file.predictions.rowIDs[$0] },
      calibration: mixture(file.posterior(file.rows(of: .calibration))), settings)
  }

  /// The predictive distributions of `rows`, calibrated and corrected.
  func mixture(_ rows: ForecastRows) -> Mixture { prior.applied(to: rows.mixture.scaled(by: temperature.value)) }

  /// The answers to the texts of `rows`, the first of which is row `first` of their file, counted from 0.
  func answers(_ rows: ForecastRows, first: Int) -> [Answer] {
    let mixture = mixture(rows)
    let randomParts = ConformalScore.randomParts(ids: (0..<rows.count).map { "new-\(first + $0)" })
    return (0..<rows.count).map { row in
      let probabilities = Array(mixture.probabilities[mixture.row(row)])
      let choice = mixture.prediction(row)
      let entropy = entropy(Array(mixture.logProbabilities[mixture.row(row)]))
      return Answer(
        choice: choice, probabilities: probabilities, uncertainty: min(1, entropy / log(Double(probabilities.count))),
        kind: kind(rows, row), set: promises.set(probabilities, choice: choice, randomPart: randomParts[row]),
        asksHuman: promises.settings.risk.map { _ in
          promises.answering.map { probabilities[choice] < $0.threshold } ?? true
        })
    }
  }

  private func kind(_ rows: ForecastRows, _ row: Int) -> Answer.Kind? {
    guard hasSpread else { return nil }
    return rows.value(.epistemic, row) > rows.value(.aleatoric, row) ? .epistemic : .aleatoric
  }
}

extension PredictionsFile {
  /// Throws unless these are predictions of the method of `header`, drawn in the same way.
  fileprivate func check(sameMethodAs header: ForecastHeader) throws {
    let same = [
      ("method", predictions.method == header.method), ("base", predictions.baseDigest == header.baseDigest),
      ("tokens", predictions.tokensDigest == header.tokensDigest),
      ("number of draws", (predictions.groups, predictions.samples) == (header.groups, header.samples)),
      ("settings", predictions.settings == header.settings),
    ]
    if let other = same.first(where: { !$0.1 }) {
      throw Fault(
        .configuration, path, "its \(other.0) differs from that of the forecasts, so it says nothing about them",
        hint: "predict test rows and new texts with the same files and draws")
    }
  }
}

extension ForecastRows {
  /// The predictive distributions, without a temperature.
  var mixture: Mixture { Mixture(logits: logProbabilities, choices: choices, choiceCounts: choiceCounts) }
}

extension Mixture {
  /// The mixture as a forecasts file holds it, so that equal predictions meet a threshold alike.
  fileprivate var inSinglePrecision: Mixture {
    Mixture(logits: logProbabilities.map(Float.init), choices: choices, choiceCounts: choiceCounts)
  }
}
