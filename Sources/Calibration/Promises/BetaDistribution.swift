// The beta distribution, which two promises rest on: it is the law of a conformal set's realised coverage, and its
// quantiles are the exact bounds of a binomial share (Clopper and Pearson 1934). Student's distribution follows from it.
import Foundation

/// The beta distribution with two positive shape parameters.
package struct BetaDistribution: Equatable, Sendable {
  private let a: Double
  private let b: Double

  /// The distribution whose density is proportional to x^(a-1) (1-x)^(b-1).
  package init(_ a: Double, _ b: Double) {
    precondition(a > 0 && b > 0 && a.isFinite && b.isFinite, "shape parameters \(a), \(b)")
    (self.a, self.b) = (a, b)
  }

  /// The probability of a value of at most `x`: the regularised incomplete beta function I_x(a, b).
  ///
  /// The continued fraction (DLMF 8.17.22) converges fast below the mean; above it, I_x(a, b) = 1 - I_{1-x}(b, a).
  package func cumulative(_ x: Double) -> Double {
    guard x > 0 else { return 0 }
    guard x < 1 else { return 1 }
    guard x <= (a + 1) / (a + b + 2) else { return 1 - BetaDistribution(b, a).cumulative(1 - x) }
    let logFactor = lgamma(a + b) - lgamma(a) - lgamma(b) + a * log(x) + b * log1p(-x)
    return exp(logFactor) / a * continuedFraction(x)
  }

  /// The x with `cumulative(x) == probability`, by bisection to the last digits.
  package func quantile(_ probability: Double) -> Double {
    precondition((0...1).contains(probability), "probability \(probability)")
    var (low, high) = (0.0, 1.0)
    for _ in 0..<100 {
      let middle = (low + high) / 2
      guard middle > low && middle < high else { break }
      if cumulative(middle) < probability { low = middle } else { high = middle }
    }
    return (low + high) / 2
  }

  /// 1 / (1 + d1 / (1 + d2 / (1 + ...))), evaluated forwards (modified Lentz; Thompson and Barnett 1986).
  private func continuedFraction(_ x: Double) -> Double {
    let tiny = 1e-300
    func nonzero(_ value: Double) -> Double { abs(value) < tiny ? tiny : value }
    var (c, d) = (1.0, 1 / nonzero(1 - (a + b) * x / (a + 1)))
    var value = d
    for step in 1...10_000 {
      let m = Double(step)
      let even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
      let odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
      var factor = 1.0
      for coefficient in [even, odd] {
        d = 1 / nonzero(1 + coefficient * d)
        c = nonzero(1 + coefficient / c)
        factor = c * d
        value *= factor
      }
      if abs(factor - 1) < 1e-15 { break }
    }
    return value
  }
}

/// The distribution of the mean of a few normal numbers, in units of its estimated deviation (Student 1908).
package struct StudentDistribution: Equatable, Sendable {
  private let degrees: Double

  /// Traps unless `degreesOfFreedom` is above 0.
  package init(degreesOfFreedom: Double) {
    precondition(degreesOfFreedom > 0, "\(degreesOfFreedom) degrees of freedom")
    degrees = degreesOfFreedom
  }

  /// The t for which -t...t has the probability `level`, between 0 and 1.
  package func halfWidth(_ level: Double) -> Double {
    // With d degrees of freedom, d / (d + t²) has a Beta(d / 2, 1 / 2) distribution.
    let part = BetaDistribution(degrees / 2, 0.5).quantile(1 - level)
    return (degrees * (1 - part) / part).squareRoot()
  }
}

/// Exact bounds of a probability, of which `successes` were seen in `trials` independent trials.
package struct BinomialBounds: Equatable, Sendable {
  private let successes: Int
  private let trials: Int

  /// Traps unless 0 <= successes <= trials.
  package init(successes: Int, trials: Int) {
    precondition((0...trials).contains(successes), "\(successes) of \(trials)")
    (self.successes, self.trials) = (successes, trials)
  }

  /// The value that the probability is below with probability 1 - `delta` (Clopper and Pearson 1934); 1 without trials.
  package func upper(_ delta: Double) -> Double {
    successes == trials
      ? 1 : BetaDistribution(Double(successes + 1), Double(trials - successes)).quantile(1 - delta)
  }

  /// The value that the probability is above with probability 1 - `delta`; 0 without trials.
  package func lower(_ delta: Double) -> Double {
    successes == 0 ? 0 : BetaDistribution(Double(successes), Double(trials - successes + 1)).quantile(delta)
  }

  /// Both bounds, each with half of `delta`.
  package func interval(_ delta: Double) -> ClosedRange<Double> { lower(delta / 2)...upper(delta / 2) }

  /// The probability of at most this many successes if each has probability `share`: P(Bin(trials, share) <= successes).
  package func atMost(ifShareIs share: Double) -> Double {
    successes == trials
      ? 1 : 1 - BetaDistribution(Double(successes + 1), Double(trials - successes)).cumulative(share)
  }
}
