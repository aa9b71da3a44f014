// Intervals that hold the right number as often as asked for: conformalised quantile regression (Romano, Patterson and
// Candès 2019, arXiv:1905.03222). The method's own central interval is widened or narrowed by the same margin at both
// ends for all texts. As with sets of classes, labelled and new rows must be exchangeable, and the labelled rows must have
// chosen neither weights nor temperature.

/// The rule that makes an interval of a predicted distribution.
package struct ConformalIntervals: Equatable, Sendable {
  /// The coverage and the number of rows behind the margin.
  package let coverage: ConformalCoverage
  /// What is added at both ends of the method's own interval, in the unit of the numbers; negative if that is wider than
  /// needed.
  package let margin: Double

  /// Finds the margin.
  ///
  /// - Parameters:
  ///   - outcomes: rows that chose neither weights nor temperature.
  ///   - coverage: the share of intervals that are to hold the right number, between 0 and 1.
  /// - Throws: `TooFewRows` where the margin would be infinite.
  package init(_ outcomes: NumberOutcomes, coverage: Double) throws(TooFewRows) {
    self.coverage = ConformalCoverage(coverage, rows: outcomes.numbers.count)
    guard self.coverage.rank <= outcomes.numbers.count else {
      throw TooFewRows(
        needed: ConformalCoverage.neededRows(coverage), found: outcomes.numbers.count, label: nil)
    }
    // How far each right number lies outside the method's own interval (eq. 6); negative inside.
    let distances = zip(outcomes.distributions, outcomes.numbers).map { distribution, number in
      let own = distribution.interval(coverage)
      return max(own.lowerBound - number, number - own.upperBound)
    }
    margin = distances.sorted()[self.coverage.rank - 1]
  }

  /// The interval of a new text. It always holds the median, even where a negative margin would leave nothing; the
  /// coverage can only grow by that.
  package func interval(_ distribution: BinnedDistribution) -> ClosedRange<Double> {
    let (own, median) = (distribution.interval(coverage.wanted), distribution.quantile(0.5))
    return min(own.lowerBound - margin, median)...max(own.upperBound + margin, median)
  }
}
