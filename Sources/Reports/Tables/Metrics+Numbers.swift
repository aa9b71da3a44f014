// The metrics of numbers: of grades, which are classes, and of numbers to predict, whose classes are bins. All but the
// shares are in the unit of the numbers.
import Calibration

extension Metric {
  /// The metrics of numbers to predict. Whether the most probable bin is the right one is not among them: its neighbour is
  /// a good answer too.
  static let ofNumbers = [
    crps, rmse, medianError, nll, coverage90, width90, totalEntropy, aleatoricEntropy, epistemicEntropy, betweenGroups,
    withinGroups,
  ]

  /// The continuous ranked probability score.
  package static let crps = Metric(
    "crps", "CRPS", better: .lower, .significant, isMean: true, where: { !$0.details.classValues.isEmpty }
  ) { _ in
    "Mean of ∫ (F(x) − [x ≥ y])² dx, where F is the cumulative distribution and y the right number: how far the "
      + "distribution is from y, in its unit. Of a certain prediction it is the absolute error; of grades it is "
      + "Σ p |grade − y| − ½ ΣΣ p p |grade − grade|."
  } statistic: { forecast, _ in
    forecast.numbers?.rankedProbabilityScore
      ?? forecast.outcomes.rankedProbabilityScore(values: forecast.details.classValues)
  }

  /// The root mean squared error of the predicted means.
  package static let rmse = Metric("rmse", "RMSE", better: .lower, .significant) { _ in
    "The root of the mean squared distance between the mean of the distribution and the right number."
  } statistic: { forecast, _ in
    guard let numbers = forecast.numbers else { return Undefined(count: forecast.count, "no numbers") }
    return numbers.rootMeanSquaredError
  }

  /// The mean absolute error of the predicted medians.
  package static let medianError = Metric(
    "median_error", "median off by", better: .lower, .significant, isMean: true,
    where: { !$0.details.classValues.isEmpty }
  ) { _ in
    "Mean distance between the median of the distribution and the right number."
  } statistic: { forecast, _ in
    forecast.numbers?.medianError ?? forecast.outcomes.medianError(values: forecast.details.classValues)
  }

  /// The coverage of the central interval of 90 %.
  package static let coverage90 = Metric(
    "coverage_90", "in 90 % interval", better: .neither, .percent, isMean: true,
    where: { !$0.details.classValues.isEmpty }
  ) { _ in
    "Share of right numbers between the 5 % and the 95 % quantile of the distribution: less than 90 % is overconfident. "
      + "Grades make the interval wider than needed, so that more than 90 % is usual for them."
  } statistic: { forecast, _ in
    guard forecast.outcomes.count > 0 else { return Undefined(count: forecast.count, "no labels") }
    return forecast.numbers?.coverage(0.9) ?? forecast.outcomes.coverage(0.9, values: forecast.details.classValues)
  }

  /// The width of the central interval of 90 %.
  package static let width90 = Metric("width_90", "its width", better: .neither, .significant, isMean: true) { _ in
    "Mean distance between the 5 % and the 95 % quantile of the distribution. Of two methods with the same coverage, the "
      + "one with the narrower intervals knows more."
  } statistic: { forecast, _ in
    guard let edges = forecast.details.numbers?.edges else { return Undefined(count: forecast.count, "no numbers") }
    return Mean(
      forecast.mixture.binned(edges).map { distribution in
        let interval = distribution.interval(0.9)
        return interval.upperBound - interval.lowerBound
      })
  }
}
