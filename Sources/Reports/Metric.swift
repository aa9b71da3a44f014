// The metrics of the results table: one list gives each its name in files, its title, its definition in the report, its
// direction, and the statistic that computes it.
import Calibration

/// A metric of one method on one data set.
public enum Metric: String, CaseIterable, Sendable {
  /// The share of right answers.
  case accuracy
  /// Negative log-likelihood, in nats.
  case nll
  /// The Brier score, summed over choices.
  case brier
  /// Expected calibration error over the bins of the settings.
  case ece
  /// ... over 10 bins.
  case ece10 = "ece_10"
  /// ... over 20 bins.
  case ece20 = "ece_20"
  /// ... over bins of nearly equal counts.
  case eceEqualMass = "ece_equal_mass"
  /// Maximum calibration error.
  case mce
  /// Root mean square calibration error.
  case rmsce
  /// The calibration error of every choice's probability.
  case eceClasswise = "ece_classwise"
  /// The area under the curve of risk against coverage.
  case aurc
  /// The share of wrong answers among the most confident 80 %.
  case riskAt80 = "risk_at_80"
  /// Mean entropy of the mixture, in nats.
  case totalEntropy = "entropy_total"
  /// Mean entropy of the single sets of weights, in nats.
  case aleatoricEntropy = "entropy_aleatoric"
  /// Their difference, in nats.
  case epistemicEntropy = "entropy_epistemic"
  /// The part of it that lies between members.
  case betweenGroups = "mutual_information_between"
  /// The part of it that lies within a member.
  case withinGroups = "mutual_information_within"
  /// The share of sets of weights whose answer is not the mixture's.
  case disagreement

  /// Those that say how good the answers are; they need labels, and methods are compared by them.
  public static let scores = allCases.filter { $0.higherIsBetter != nil }

  /// Whether more is better; nil for a quantity that is neither good nor bad by itself.
  public var higherIsBetter: Bool? {
    switch self {
    case .accuracy: true
    case .totalEntropy, .aleatoricEntropy, .epistemicEntropy, .betweenGroups, .withinGroups, .disagreement: nil
    default: false
    }
  }

  /// How its values are printed; files always have the plain number.
  var format: NumberFormat {
    switch self {
    case .nll, .brier, .totalEntropy, .aleatoricEntropy, .epistemicEntropy, .betweenGroups, .withinGroups: .decimal
    default: .percent
    }
  }

  /// The statistic behind it.
  func statistic(_ forecast: Forecast, bins: Int) -> any Statistic {
    let outcomes = forecast.outcomes
    if higherIsBetter != nil && outcomes.count == 0 { return Undefined(count: forecast.count, "no labels") }
    func calibration(_ binning: Binning, _ norm: CalibrationError.Norm = .expected) -> any Statistic {
      CalibrationError(outcomes, binning: binning, norm: norm)
    }
    return switch self {
    case .accuracy: outcomes.accuracy
    case .nll: outcomes.negativeLogLikelihood
    case .brier: outcomes.brierScore
    case .ece: calibration(.equalWidth(bins))
    case .ece10: calibration(.equalWidth(10))
    case .ece20: calibration(.equalWidth(20))
    case .eceEqualMass: calibration(.equalMass(bins))
    case .mce: calibration(.equalWidth(bins), .maximum)
    case .rmsce: calibration(.equalWidth(bins), .rootMeanSquare)
    case .eceClasswise: ClasswiseCalibrationError(outcomes, bins: bins)
    case .aurc: SelectiveRisk(outcomes, .area)
    case .riskAt80: SelectiveRisk(outcomes, .atCoverage(0.8))
    case .totalEntropy: forecast.totalEntropy
    case .aleatoricEntropy: forecast.spread(\.meanAleatoric)
    case .epistemicEntropy: forecast.spread(\.meanEpistemic)
    case .betweenGroups: forecast.spread(\.meanBetweenGroups)
    case .withinGroups: forecast.spread(\.meanWithinGroups)
    case .disagreement: forecast.spread(\.meanDisagreement)
    }
  }
}
