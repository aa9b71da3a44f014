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
  /// [class] What the probabilities are multiplied by before they are normalised again; empty without a correction.
  let weights: [Double]
  /// What can be promised.
  let promises: Promises
  /// The labelled test rows' measures, for the comparison with new texts.
  let testUncertainty: Uncertainty
  /// Whether the method has more than one draw.
  private let hasSpread: Bool

  /// The rule of a run.
  ///
  /// - Parameters:
  ///   - file: the run's predictions, with calibration and test rows.
  ///   - header: what the forecasts for the new texts are of.
  ///   - weights: see the property.
  /// - Throws: `Fault` of kind `.configuration` where `file` was not predicted by the same method in the same way.
  init(_ file: PredictionsFile, for header: ForecastHeader, weights: [Double], _ settings: DecisionSettings) throws {
    try file.check(sameMethodAs: header)
    method = header.method
    temperature = file.fittedTemperature() ?? Temperature(1, remark: "no calibration row has a label")
    self.weights = weights
    hasSpread = header.groups * header.samples > 1
    let rows = file.rows(of: .test).filter { file.predictions.labels[$0] >= 0 }
    let samples = file.posterior(rows)
    testUncertainty = Uncertainty(samples)
    let stored = Mixture(samples).inSinglePrecision
    promises = Promises(
      Outcomes(stored.calibrated(temperature.value, weights), labels: file.labels(rows)), settings)
  }

  /// The answers to the texts of `rows`.
  func answers(_ rows: ForecastRows) -> [Answer] {
    let mixture = rows.mixture.calibrated(temperature.value, weights)
    return (0..<rows.count).map { row in
      let probabilities = Array(mixture.probabilities[mixture.row(row)])
      let choice = mixture.prediction(row)
      let entropy = entropy(Array(mixture.logProbabilities[mixture.row(row)])) / log(Double(probabilities.count))
      return Answer(
        choice: choice, probabilities: probabilities, uncertainty: min(1, entropy), kind: kind(rows, row),
        set: promises.setThreshold.map { least in
          probabilities.indices.filter { probabilities[$0] >= least || $0 == choice }
        },
        asksHuman: promises.settings.risk.map { _ in probabilities[choice] < promises.threshold ?? .infinity })
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
      ("draws", (predictions.groups, predictions.samples) == (header.groups, header.samples)),
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
  var inSinglePrecision: Mixture {
    Mixture(logits: logProbabilities.map(Float.init), choices: choices, choiceCounts: choiceCounts)
  }

  /// With a temperature, and then with every class's probability multiplied by its weight.
  func calibrated(_ temperature: Double, _ weights: [Double]) -> Mixture {
    let scaled = scaled(by: temperature)
    return weights.isEmpty ? scaled : scaled.weighted(weights)
  }
}
