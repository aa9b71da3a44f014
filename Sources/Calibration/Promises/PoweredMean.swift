// The mean of a quantity over texts, with an interval: prediction-powered inference (Angelopoulos et al. 2023,
// arXiv:2301.09633; PPI++, Angelopoulos, Duchi and Zrnic 2023, arXiv:2311.01453). The forecasts for many new rows say
// what the mean is, and the labelled rows by how much the forecasts are wrong on average. However bad the forecasts,
// the interval is valid, as long as the labelled rows are a random part of the texts and no training row.
import Foundation

/// The count, mean and variance of some forecast quantities, over rows that come in blocks.
package struct ForecastMoments: Equatable, Sendable {
  /// The number of rows.
  package private(set) var count = 0
  /// [quantity] The mean.
  package private(set) var means: [Double]
  /// [quantity] The sum of the squared distances to the mean.
  fileprivate private(set) var squares: [Double]

  /// No rows yet, of `quantities` values each.
  package init(quantities: Int) {
    (means, squares) = ([Double](repeating: 0, count: quantities), [Double](repeating: 0, count: quantities))
  }

  /// Adds a row: [quantity] `values` (Welford 1962).
  package mutating func add(_ values: some Collection<Double>) {
    precondition(values.count == means.count, "\(values.count) values, expected \(means.count)")
    count += 1
    for (index, value) in values.enumerated() {
      let distance = value - means[index]
      means[index] += distance / Double(count)
      squares[index] += distance * (value - means[index])
    }
  }

  /// Adds the rows of `mixture`, whose quantities are the classes' probabilities.
  package mutating func add(_ mixture: Mixture) {
    for row in 0..<mixture.count {
      add(mixture.probabilities[row * mixture.choices..<(row + 1) * mixture.choices])
    }
  }
}

/// A mean with its interval.
package struct PoweredMean: Equatable, Sendable {
  /// Where the interval comes from.
  package enum Basis: String, Equatable, Sendable {
    /// Labelled rows and forecasts, with the normal approximation or, for numbers, Student's distribution.
    case labelsAndForecasts = "labels and forecasts"
    /// Labelled rows alone: too few of them for more.
    case labels
  }

  /// The estimate.
  package let value: Double
  /// Its interval.
  package let interval: ClosedRange<Double>
  /// Where both come from.
  package let basis: Basis
  /// The weight of the forecasts, 0 to 1: 0 where they say nothing about the labels.
  package let weight: Double
  /// How many labelled rows without forecasts would give an interval of this width.
  package let effectiveRows: Double
  /// How many more labelled rows would halve the interval.
  package let rowsToHalve: Int

  /// With fewer labelled rows than this, or fewer on one side of a share, forecasts are not used.
  static let fewestRows = 10
}

extension PoweredMean {
  /// The mean number of texts, a random part of which is labelled, with Student's distribution in place of the normal one,
  /// because numbers may be few. Nil for fewer than two labelled rows.
  ///
  /// - Parameters:
  ///   - numbers: [row] The right numbers of labelled rows that no member was trained on.
  ///   - forecasts: [row] The means of their predicted distributions.
  ///   - new: the moments of the same means for new rows, at least one.
  ///   - level: how often the interval holds the mean, between 0 and 1.
  package init?(_ numbers: [Double], forecasts: [Double], new: ForecastMoments, level: Double = 0.95) {
    precondition(numbers.count == forecasts.count && new.count > 0, "\(numbers.count) numbers, \(new.count) new rows")
    guard numbers.count > 1 else { return nil }
    let (estimate, n) = (PoweredEstimate(numbers, forecasts, new, 0), Double(numbers.count))
    let reach = StudentDistribution(degreesOfFreedom: n - 1).halfWidth(level)
    func interval(_ mean: Double, _ variance: Double) -> ClosedRange<Double> {
      // The estimate divides sums of squares by n; Student's distribution is for those divided by n - 1.
      let half = reach * (variance * n / (n - 1)).squareRoot()
      return mean - half...mean + half
    }
    if numbers.count >= Self.fewestRows {
      self.init(
        value: estimate.value, interval: interval(estimate.value, estimate.variance), basis: .labelsAndForecasts,
        weight: estimate.weight, effectiveRows: estimate.effectiveRows, rowsToHalve: estimate.rowsToHalve)
    } else {
      let labelled = estimate.labelled
      self.init(
        value: labelled.mean, interval: interval(labelled.mean, labelled.variance / n), basis: .labels, weight: 0,
        effectiveRows: n, rowsToHalve: 3 * numbers.count)
    }
  }
}

/// The mean of one quantity, from labelled rows and forecasts, and its variance.
struct PoweredEstimate {
  /// The labelled rows alone.
  let labelled: Spread
  /// The best weight of the forecasts, 0 to 1 (PPI++, power tuning).
  let weight: Double
  /// The estimate of the mean.
  let value: Double
  /// Its variance.
  let variance: Double
  private let forecast: Spread
  private let covariance: Double
  /// The variance of all forecasts about their common mean.
  private let pooled: Double
  private let new: (count: Double, squares: Double)

  /// - Parameters:
  ///   - labels: [row] The quantity of labelled rows.
  ///   - forecasts: [row] Its forecasts.
  ///   - new: the moments of the forecasts for new rows, of which the quantity at `index` is this one.
  init(_ labels: [Double], _ forecasts: [Double], _ new: ForecastMoments, _ index: Int) {
    let (labelled, forecast) = (Spread(labels), Spread(forecasts))
    let (n, others) = (Double(labels.count), Double(new.count))
    let (newMean, newSquares) = (new.means[index], new.squares[index])
    let covariance =
      zip(labels, forecasts).reduce(0) { $0 + ($1.0 - labelled.mean) * ($1.1 - forecast.mean) } / n
    let between = (forecast.mean - newMean) * (forecast.mean - newMean) * n * others / (n + others)
    (self.labelled, self.forecast, self.covariance) = (labelled, forecast, covariance)
    (self.new, pooled) = ((others, newSquares), (forecast.squares + newSquares + between) / (n + others - 1))
    let weight = Self.bestWeight(rows: n, new: others, covariance, pooled)
    let residuals = Spread(zip(labels, forecasts).map { $0 - weight * $1 })
    (self.weight, value) = (weight, weight * newMean + residuals.mean)
    variance = residuals.squares / (n * n) + weight * weight * newSquares / (others * others)
  }

  /// The weight that is best for this many labelled rows.
  private static func bestWeight(rows: Double, new: Double, _ covariance: Double, _ pooled: Double) -> Double {
    pooled > 0 ? min(1, max(0, covariance / ((1 + rows / new) * pooled))) : 0
  }

  /// How many labelled rows without forecasts would give this variance.
  var effectiveRows: Double { variance > 0 ? labelled.variance / variance : Double(labelled.count) }

  /// The fewest more rows that quarter the variance.
  var rowsToHalve: Int {
    let n = Double(labelled.count)
    let target = variance(rows: n) / 4
    var (low, high) = (n, 2 * n)
    while variance(rows: high) > target && high < 1e12 { high *= 2 }
    while high - low > 0.5 {
      let middle = (low + high) / 2
      if variance(rows: middle) > target { low = middle } else { high = middle }
    }
    return Int((high - n).rounded(.up))
  }

  /// The variance with this many labelled rows of the same kind.
  private func variance(rows: Double) -> Double {
    let weight = Self.bestWeight(rows: rows, new: new.count, covariance, pooled)
    let residual = labelled.variance - 2 * weight * covariance + weight * weight * forecast.variance
    return residual / rows + weight * weight * new.squares / (new.count * new.count)
  }

  /// A mean and what lies around it.
  struct Spread {
    let count: Int
    let mean: Double
    /// The sum of the squared distances to the mean.
    let squares: Double
    let variance: Double

    init(_ values: [Double]) {
      let mean = values.reduce(0, +) / Double(values.count)
      (self.mean, count) = (mean, values.count)
      squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
      variance = squares / Double(values.count)
    }
  }
}
