// How the forecasts for a new text become an answer, a set of classes, and a question for a human: by the temperature,
// the class shares and the thresholds of a fitted run.
import Artifacts
import Calibration
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

  /// What is said about the number; nil where classes are predicted.
  let number: NumberAnswer?

  /// The probability of the answer.
  var confidence: Double { probabilities[choice] }
}

/// The rule by which new texts are answered.
package struct DecisionRule: Sendable {
  /// The method.
  let method: String
  /// The rows that the rule rests on.
  let known: KnownRows
  /// What the probabilities are corrected by.
  let prior: PriorCorrection
  /// What can be promised.
  let promises: Promises
  /// How numbers are predicted; nil where classes are.
  let numbers: NumberRule?

  /// The rule for new texts, of the method whose rows are `known`.
  init(_ method: String, _ known: KnownRows, _ prior: PriorCorrection, _ settings: DecisionSettings) {
    (self.method, self.known, self.prior) = (method, known, prior)
    let test = Outcomes(prior.applied(to: known.test), labels: known.testLabels)
    numbers = known.testNumbers.map { NumberRule(test, $0, coverage: settings.coverage) }
    promises = Promises(
      test, ids: known.testIDs, calibration: prior.applied(to: known.calibration), settings)
  }

  /// The temperature.
  var temperature: Temperature { known.temperature }
  /// Whether the method has more than one draw.
  var hasSpread: Bool { known.hasSpread }

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
        asksHuman: promises.asksHuman(confidence: probabilities[choice]), number: numbers?.answer(probabilities))
    }
  }

  private func kind(_ rows: ForecastRows, _ row: Int) -> Answer.Kind? {
    guard hasSpread else { return nil }
    return rows.value(.epistemic, row) > rows.value(.aleatoric, row) ? .epistemic : .aleatoric
  }
}

extension ForecastRows {
  /// The predictive distributions, without a temperature.
  var mixture: Mixture { Mixture(logits: logProbabilities, choices: choices, choiceCounts: choiceCounts) }
}
