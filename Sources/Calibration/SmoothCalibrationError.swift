// The smooth calibration error (Błasiok and Nakkiran 2023, arXiv:2309.12236): no bins, but a Gaussian that smooths the
// residuals, as wide as the error that results. The Gaussian is reflected at 0 and 1, so that in the basis of cosines
// cos(π k t) smoothing by a deviation s is a product with exp(-(π k s)² / 2).
import Foundation

/// smECE of the most probable choice: ∫ |r(t)| dt, where r is the smoothed sum of (correct - confidence) / N at the
/// confidences.
package struct SmoothCalibrationError: Statistic {
  private let confidences: [Double]
  private let correct: [Double]

  /// From confidences between 0 and 1; `correct` is 1 for a right answer and 0 for a wrong one.
  package init(confidences: [Double], correct: [Double]) {
    precondition(confidences.count == correct.count, "\(confidences.count) confidences, \(correct.count) outcomes")
    (self.confidences, self.correct) = (confidences, correct)
  }

  /// From the confidences of `outcomes`.
  package init(_ outcomes: Outcomes) { self.init(confidences: outcomes.confidences, correct: outcomes.correct) }

  /// The number of examples.
  package var count: Int { confidences.count }
  /// None: noise makes it larger, like every calibration error.
  package var intervalRule: IntervalRule { .none }

  /// The error at the deviation that equals it, 0.0025 or more; complexity O(count · terms + points · terms).
  package func score(weights: [Double]) -> Score {
    let coefficients = coefficients(weights)
    var (low, high) = (Self.smallest, 1.0)
    for _ in 0..<Self.bisections {
      let middle = (low + high) / 2
      if error(coefficients, deviation: middle) > middle { low = middle } else { high = middle }
    }
    return .value(error(coefficients, deviation: high))
  }

  /// A narrower Gaussian would need more `terms` than there are.
  private static let smallest = 0.0025
  private static let bisections = 20
  private static let points = 512
  private static let terms = 1024

  /// [k] Of the weighted residuals: the mean of (correct - confidence) cos(π k confidence).
  private func coefficients(_ weights: [Double]) -> [Double] {
    let total = weights.reduce(0, +)
    var sums = [Double](repeating: 0, count: Self.terms)
    for example in confidences.indices where weights[example] > 0 {
      let residual = weights[example] * (correct[example] - confidences[example]) / total
      // cos((k + 1) x) = 2 cos x cos(k x) - cos((k - 1) x)
      let first = cos(Double.pi * confidences[example])
      var (before, now) = (first, 1.0)
      for k in sums.indices {
        sums[k] += residual * now
        (before, now) = (now, 2 * first * now - before)
      }
    }
    return sums
  }

  /// ∫ |r(t)| dt by the midpoints of `points` intervals.
  private func error(_ coefficients: [Double], deviation: Double) -> Double {
    // Beyond 8 deviations of the damping nothing is left: 1019 terms for the smallest deviation.
    let damped = (0..<min(Self.terms, Int(8 / (Double.pi * deviation)) + 1)).map { k in
      (k == 0 ? 1 : 2) * coefficients[k] * exp(-pow(Double.pi * Double(k) * deviation, 2) / 2)
    }
    return (0..<Self.points).reduce(0) { sum, point in
      let value = damped.indices.reduce(0) { $0 + damped[$1] * Self.cosines[$1 * (2 * point + 1) % (4 * Self.points)] }
      return sum + abs(value)
    } / Double(Self.points)
  }

  /// [i] cos(π i / (2 points))
  private static let cosines = (0..<4 * points).map { cos(Double.pi * Double($0) / Double(2 * points)) }
}
