// The share of each class among texts, with an interval: prediction-powered inference (Angelopoulos et al. 2023,
// arXiv:2301.09633; PPI++, Angelopoulos, Duchi and Zrnic 2023, arXiv:2311.01453). The forecasts for many new rows say
// what the share is, and the labelled rows by how much the forecasts are wrong on average. However bad the forecasts,
// the interval is valid, as long as the labelled rows are a random part of the texts and no training row.
import Arrays
import Foundation

/// The count, mean and variance of the probability of each class, over rows that come in blocks.
package struct ForecastMoments: Equatable, Sendable {
  /// The number of rows.
  package private(set) var count = 0
  /// [class] The mean probability.
  package private(set) var means: [Double]
  /// [class] The sum of the squared distances to the mean.
  fileprivate private(set) var squares: [Double]

  /// No rows yet, of `classes` classes.
  package init(classes: Int) {
    (means, squares) = ([Double](repeating: 0, count: classes), [Double](repeating: 0, count: classes))
  }

  /// Adds the rows of `mixture`, one after the other (Welford 1962).
  package mutating func add(_ mixture: Mixture) {
    precondition(mixture.choices == means.count, "\(mixture.choices) classes, expected \(means.count)")
    for row in 0..<mixture.count {
      count += 1
      for index in means.indices {
        let distance = mixture.probabilities[row * mixture.choices + index] - means[index]
        means[index] += distance / Double(count)
        squares[index] += distance * (mixture.probabilities[row * mixture.choices + index] - means[index])
      }
    }
  }
}

/// The share of one class.
package struct PoweredShare: Equatable, Sendable {
  /// Where the interval comes from.
  package enum Basis: String, Equatable, Sendable {
    /// Labelled rows and forecasts, with the normal approximation.
    case labelsAndForecasts = "labels and forecasts"
    /// Labelled rows alone (Clopper and Pearson 1934): too few of them have this class, or lack it, for more.
    case labels
  }

  /// The estimate, 0 to 1.
  package let share: Double
  /// Its interval, within 0 to 1.
  package let interval: ClosedRange<Double>
  /// Where both come from.
  package let basis: Basis
  /// The weight of the forecasts, 0 to 1: 0 where they say nothing about the labels.
  package let weight: Double
  /// How many labelled rows without forecasts would give an interval of this width.
  package let effectiveRows: Double
  /// How many more labelled rows would halve the interval.
  package let rowsToHalve: Int

  /// With fewer labelled rows than this in a class or outside it, the mean is not nearly normal.
  private static let fewestRows = 10

  /// - Parameters:
  ///   - hits: [row] Whether a labelled row has the class.
  ///   - forecasts: [row] The probability of the class.
  ///   - new: the number of new rows, and the mean and summed squares of the probability among them.
  ///   - level: how often the interval holds the share.
  fileprivate init(
    hits: [Bool], forecasts: [Double], new: (count: Int, mean: Double, squares: Double), level: Double
  ) {
    let labelled = Spread(hits.map { $0 ? 1 : 0 })
    let forecast = Spread(forecasts)
    let (n, others) = (Double(hits.count), Double(new.count))
    let covariance =
      zip(hits, forecasts).reduce(0) { $0 + (($1.0 ? 1 : 0) - labelled.mean) * ($1.1 - forecast.mean) } / n
    // The variance of all forecasts about their common mean.
    let between = (forecast.mean - new.mean) * (forecast.mean - new.mean) * n * others / (n + others)
    let pooled = (forecast.squares + new.squares + between) / (n + others - 1)
    /// The weight that is best for this many labelled rows (PPI++, power tuning).
    func bestWeight(_ rows: Double) -> Double {
      pooled > 0 ? min(1, max(0, covariance / ((1 + rows / others) * pooled))) : 0
    }
    let weight = bestWeight(n)
    let residuals = Spread(zip(hits, forecasts).map { ($0 ? 1 : 0) - weight * $1 })
    let variance = residuals.squares / (n * n) + weight * weight * new.squares / (others * others)
    let count = hits.count { $0 }
    if min(count, hits.count - count) >= Self.fewestRows {
      let share = weight * new.mean + residuals.mean
      let half = inverseNormal((1 + level) / 2) * variance.squareRoot()
      self.share = min(1, max(0, share))
      interval = min(1, max(0, share - half))...min(1, max(0, share + half))
      (basis, self.weight) = (.labelsAndForecasts, weight)
      effectiveRows = variance > 0 ? labelled.variance / variance : n
      rowsToHalve = Self.rowsToHalve(n) { rows in
        let weight = bestWeight(rows)
        let residual = labelled.variance - 2 * weight * covariance + weight * weight * forecast.variance
        return residual / rows + weight * weight * new.squares / (others * others)
      }
    } else {
      share = labelled.mean
      interval = BinomialBounds(successes: count, trials: hits.count).interval(1 - level)
      // The width falls with the root of the number of rows, or faster where no row has the class.
      (basis, self.weight, effectiveRows, rowsToHalve) = (.labels, 0, n, 3 * hits.count)
    }
  }

  /// The fewest more rows that quarter the variance, which is a function of the number of labelled rows.
  private static func rowsToHalve(_ n: Double, _ variance: (Double) -> Double) -> Int {
    let target = variance(n) / 4
    var (low, high) = (n, 2 * n)
    while variance(high) > target && high < 1e12 { high *= 2 }
    while high - low > 0.5 {
      let middle = (low + high) / 2
      if variance(middle) > target { low = middle } else { high = middle }
    }
    return Int((high - n).rounded(.up))
  }

  /// A mean and what lies around it.
  private struct Spread {
    let mean: Double
    /// The sum of the squared distances to the mean.
    let squares: Double
    let variance: Double

    init(_ values: [Double]) {
      let mean = values.reduce(0, +) / Double(values.count)
      self.mean = mean
      squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
      variance = squares / Double(values.count)
    }
  }
}

/// The shares of all classes.
package struct PoweredShares: Equatable, Sendable {
  /// [class] The shares. They are estimated one by one and need not sum to exactly 1.
  package let shares: [PoweredShare]

  /// The shares among texts, a random part of which is labelled.
  ///
  /// - Parameters:
  ///   - labelled: labelled rows that no member was trained on, at least one, and all with the same classes.
  ///   - new: the moments of the forecasts for new rows, at least one, under the same temperature.
  ///   - level: how often each interval holds its share, between 0 and 1.
  package init(_ labelled: Outcomes, new: ForecastMoments, level: Double = 0.95) {
    precondition(labelled.count > 0 && new.count > 0, "\(labelled.count) labelled rows, \(new.count) new ones")
    let choices = labelled.mixture.choices
    precondition(choices == new.means.count, "\(choices) classes and \(new.means.count)")
    shares = (0..<choices).map { index in
      PoweredShare(
        hits: labelled.labels.map { $0 == index },
        forecasts: (0..<labelled.count).map { labelled.mixture.probabilities[$0 * choices + index] },
        new: (new.count, new.means[index], new.squares[index]), level: level)
    }
  }
}
