// The uncertainty scores by which a method can detect shifted questions. Higher means more uncertain, and the shifted
// set is the positive class.
import Calibration

/// An uncertainty score of one example.
package enum DetectionScore: String, Sendable {
  /// 1 minus the largest probability of the mixture.
  case maxProbability = "max_probability"
  /// The entropy of the mixture.
  case entropy
  /// The mutual information between the label and the set of weights.
  case mutualInformation = "mutual_information"
  /// The fraction of sets of weights whose answer is not the mixture's.
  case disagreement
  /// Minus the logarithm of the sum of exp(logit).
  case energy
  /// Minus the largest logit.
  case maxLogit = "max_logit"
  /// The standard deviation of a predicted number, in its unit.
  case deviation

  /// The scores of predicted classes.
  static let ofClasses: [DetectionScore] = [
    .maxProbability, .entropy, .mutualInformation, .disagreement, .energy, .maxLogit,
  ]
  /// The scores of predicted numbers. Which bin is the most probable one says little about a number.
  static let ofNumbers: [DetectionScore] = [.deviation, .entropy, .mutualInformation]

  /// The measures of detection, with their names in files and in tables.
  package static let summaries: [(name: String, title: String, summary: Detection.Summary)] = [
    ("auroc", "AUROC", .areaUnderROC), ("aupr", "AUPR", .areaUnderPrecisionRecall),
    ("fpr95", "FPR at 95 % TPR", .falsePositiveRateAt95),
  ]

  /// Its name in tables.
  package var title: String {
    switch self {
    case .maxProbability: "max probability"
    case .entropy: "entropy"
    case .mutualInformation: "mutual information"
    case .disagreement: "disagreement"
    case .energy: "energy"
    case .maxLogit: "max logit"
    case .deviation: "standard deviation"
    }
  }

  /// How reports define it.
  var definition: String {
    switch self {
    case .maxProbability: "1 \u{2212} the largest probability of p."
    case .entropy: "The entropy of p."
    case .mutualInformation: "Total \u{2212} aleatoric entropy over all sets of weights."
    case .disagreement: "Share of sets of weights whose answer is not the mixture\u{2019}s."
    case .energy:
      "\u{2212}log \u{03A3} exp(logit) over the choices, mean over sets of weights. The logit of an answer in words is its "
        + "log-probability, and the sum that of all choices."
    case .maxLogit: "\u{2212} the largest logit, mean over sets of weights."
    case .deviation: "The standard deviation of the predicted distribution."
    }
  }

  /// The scores of all examples of `forecast`, or the reason why there are none.
  func scores(_ forecast: Forecast) -> Result<[Double], NoScore> {
    switch self {
    case .maxProbability: .success((0..<forecast.count).map { 1 - forecast.mixture.confidence($0) })
    case .entropy: .success(forecast.mixture.entropies)
    case .mutualInformation: spread(forecast, forecast.uncertainty.epistemic)
    case .disagreement: spread(forecast, forecast.uncertainty.disagreement)
    case .energy: logits(forecast) { $0.energy }
    case .maxLogit: logits(forecast) { $0.maxLogit }
    case .deviation:
      forecast.details.numbers.map { .success(forecast.mixture.binned($0.edges).map(\.deviation)) }
        ?? .failure(NoScore(reason: "no numbers"))
    }
  }

  /// The reason why a score is undefined.
  struct NoScore: Error {
    let reason: String
  }

  private func logits(_ forecast: Forecast, _ values: (LogitScores) -> [Double]) -> Result<[Double], NoScore> {
    if forecast.calibrator != nil { return .failure(NoScore(reason: "as without temperature")) }
    return forecast.logitScores.map { .success(values($0)) } ?? .failure(NoScore(reason: "no logits were kept"))
  }

  private func spread(_ forecast: Forecast, _ values: [Double]) -> Result<[Double], NoScore> {
    if forecast.calibrator != nil { return .failure(NoScore(reason: "as without temperature")) }
    return forecast.uncertainty.groups * forecast.uncertainty.samples > 1
      ? .success(values) : .failure(NoScore(reason: "no spread measured: one set of weights"))
  }
}
