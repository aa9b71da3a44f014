// A metric as a function of weights on the examples: with all weights 1 it is the point value, with the multiplicities
// of a resample it is one draw of the bootstrap. The same code computes both.

/// How the 95 % interval of a statistic is found.
package enum IntervalRule: Sendable {
  /// The quantiles of resampled values.
  case quantiles
  /// Tests of the true error inverted, from what noise makes of these gaps (see `GapFamily`). Quantiles of resampled
  /// values would lie too high.
  case gaps(GapCells)
  /// What noise makes of these gaps if all true ones are 0: the null band, of which the truth is no part.
  case nullBand(GapCells)
  /// There is none: neither way would hold what it promises.
  case none
}

/// A value computed from weighted examples.
package protocol Statistic: Sendable {
  /// How many examples it is computed from.
  var count: Int { get }
  /// Its value if example i counts `weights[i]` times. The weights are integers, not all 0; their sum differs from `count`
  /// where copies are resampled together.
  func score(weights: [Double]) -> Score
  /// How its interval is found; `.quantiles` by default.
  var intervalRule: IntervalRule { get }
}

extension Statistic {
  /// The quantiles of resampled values are the interval.
  package var intervalRule: IntervalRule { .quantiles }

  /// Its value if every example counts once.
  package var score: Score {
    count == 0 ? .undefined("no examples") : score(weights: [Double](repeating: 1, count: count))
  }
}

/// The mean of one value per example.
package struct Mean: Statistic {
  /// [example] The values.
  package let values: [Double]
  /// The mean of `values`.
  package init(_ values: [Double]) { self.values = values }

  /// The number of values.
  package var count: Int { values.count }

  /// The weighted mean; complexity O(count).
  package func score(weights: [Double]) -> Score {
    var (sum, total) = (0.0, 0.0)
    for index in values.indices {
      sum += weights[index] * values[index]
      total += weights[index]
    }
    return .value(sum / total)
  }
}

/// A statistic without a value, and the reason.
package struct Undefined: Statistic {
  /// The number of examples.
  package let count: Int
  /// Why there is no value.
  package let reason: String
  /// No value, for `reason`.
  package init(count: Int, _ reason: String) { (self.count, self.reason) = (count, reason) }
  /// No value, whatever the weights.
  package func score(weights: [Double]) -> Score { .undefined(reason) }
}
