// The type of a metric. The metrics themselves are in Metrics.swift, one value each.
import Calibration

/// A metric of one method on one data set.
package struct Metric: Measure {
  /// Which values are better.
  package enum Direction: Sendable {
    case higher, lower
    /// A quantity that is neither good nor bad by itself. It needs no labels; the others do.
    case neither
  }

  /// Its name in files.
  package let name: String
  /// Its name in tables and pictures.
  package let title: String
  /// Which values are better.
  package let direction: Direction
  /// How its values are printed; files always contain the plain number.
  let format: NumberFormat
  /// Whether it is a mean over questions, and not a quantity of the whole set.
  let isMean: Bool
  /// Whether it applies to a forecast.
  let applies: @Sendable (_ forecast: Forecast) -> Bool
  private let describe: @Sendable (_ bins: Int) -> String
  private let compute: @Sendable (_ forecast: Forecast, _ bins: Int) -> any Statistic

  /// - Parameters:
  ///   - applies: Whether a forecast has what the metric needs besides labels.
  ///   - definition: The exact definition, given the number of bins.
  ///   - statistic: The statistic of a forecast. The forecast has labels unless `direction` is `neither`.
  init(
    _ name: String, _ title: String, better direction: Direction, _ format: NumberFormat, isMean: Bool = false,
    where applies: @escaping @Sendable (_ forecast: Forecast) -> Bool = { _ in true },
    definition: @escaping @Sendable (_ bins: Int) -> String,
    statistic: @escaping @Sendable (_ forecast: Forecast, _ bins: Int) -> any Statistic
  ) {
    (self.name, self.title, self.direction, self.format) = (name, title, direction, format)
    (self.isMean, self.applies, describe, compute) = (isMean, applies, definition, statistic)
  }

  /// The exact definition. `p` is the mean of the probabilities of all members and samples.
  package func definition(bins: Int) -> String { describe(bins) }

  /// Its statistic, undefined if it needs labels and there are none.
  func statistic(_ forecast: Forecast, bins: Int) -> any Statistic {
    if direction != .neither && forecast.outcomes.count == 0 { return Undefined(count: forecast.count, "no labels") }
    return compute(forecast, bins)
  }

  /// The metrics that say how good the answers are; methods are compared by them.
  package static let scores = all.filter { $0.direction != .neither }
}

extension Metric: Hashable {
  /// By their names.
  package static func == (one: Metric, other: Metric) -> Bool { one.name == other.name }
  /// By its name.
  package func hash(into hasher: inout Hasher) { hasher.combine(name) }
}
