// The scores by which a method may tell shifted questions from those it was trained for. Higher means more doubt, and
// the shifted set is the positive class.
import Calibration

/// A score of doubt about one example.
package enum DetectionScore: String, CaseIterable, Sendable {
  /// 1 minus the largest probability of the mixture.
  case maxProbability = "max_probability"
  /// The entropy of the mixture.
  case entropy
  /// The mutual information of label and set of weights, over all of them.
  case mutualInformation = "mutual_information"
  /// The share of sets of weights whose answer is not the mixture's.
  case disagreement

  /// How the two sets' scores become one number, with its name in files.
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
    }
  }

  /// The scores of all examples of `forecast`, or why there are none.
  func scores(_ forecast: Forecast) -> Result<[Double], NoScore> {
    switch self {
    case .maxProbability: .success((0..<forecast.count).map { 1 - forecast.mixture.confidence($0) })
    case .entropy: .success(forecast.mixture.entropies)
    case .mutualInformation: spread(forecast, forecast.uncertainty.epistemic)
    case .disagreement: spread(forecast, forecast.uncertainty.disagreement)
    }
  }

  /// Why a score cannot be had.
  struct NoScore: Error {
    let reason: String
  }

  private func spread(_ forecast: Forecast, _ values: [Double]) -> Result<[Double], NoScore> {
    if forecast.temperature != nil { return .failure(NoScore(reason: "as without temperature")) }
    return forecast.uncertainty.groups * forecast.uncertainty.samples > 1
      ? .success(values) : .failure(NoScore(reason: "no spread measured: one set of weights"))
  }
}
