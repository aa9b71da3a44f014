// Calibration errors without the part that noise adds on average (Kumar et al. 2019, arXiv:1909.10155, secs. 4.2 and 5;
// Bröcker 2012). Above 0 also for small true errors, because a negative one counts as 0.
import Foundation

/// A calibration error minus its bias.
package struct DebiasedCalibrationError: Statistic {
  private let error: CalibrationError
  /// Of `error`, which is not the maximum over bins.
  package init(_ error: CalibrationError) {
    if case .maximum = error.norm { preconditionFailure("the maximum has no known bias") }
    self.error = error
  }

  /// The number of examples.
  package var count: Int { error.count }
  /// None of its own: what can be said about the true error is the interval of the error with its bias.
  package var intervalRule: IntervalRule { .none }

  /// Σ w (gap² - a (1 - a) / (n - 1)) over bins of n > 1 examples with accuracy a, and its root; or of absolute gaps g,
  /// Σ w (2 |g| - E |g + s z|), where s² = a (1 - a) / n and z is standard normal. 0 if it would be negative.
  package func score(weights: [Double]) -> Score {
    let bins = error.sums(weights).filter { $0.count > 0 }
    let total = bins.reduce(0) { $0 + $1.count }
    let sum = bins.reduce(0) { sum, bin in
      let (accuracy, gap) = (bin.correct / bin.count, (bin.correct - bin.confidence) / bin.count)
      let variance = accuracy * (1 - accuracy)
      switch error.norm {
      case .rootMeanSquare: return bin.count < 2 ? sum : sum + bin.count * (gap * gap - variance / (bin.count - 1))
      case .expected, .maximum:
        return sum + bin.count * (2 * abs(gap) - meanOfAbsolute(gap, (variance / bin.count).squareRoot()))
      }
    }
    let value = max(sum / total, 0)
    if case .rootMeanSquare = error.norm { return .value(value.squareRoot()) }
    return .value(value)
  }
}

/// The mean of |x| where x is normal (the folded normal distribution; Leone et al. 1961).
private func meanOfAbsolute(_ mean: Double, _ deviation: Double) -> Double {
  guard deviation > 0 else { return abs(mean) }
  let ratio = mean / deviation
  return deviation * (2 / Double.pi).squareRoot() * exp(-ratio * ratio / 2) + mean * erf(ratio / 2.0.squareRoot())
}
