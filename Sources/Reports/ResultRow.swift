// The results as a flat table, the same for both stages: one line for each method, data set and metric.
import Artifacts
import Calibration

/// A number with its interval.
public struct ResultRow: Equatable, Sendable {
  /// The method, with its temperature where one was applied: `swag + temperature`.
  public let method: String
  /// The data set, with its corruption where there is one: `almanac (typos 3)`.
  public let dataset: String
  /// The metric's name in files.
  public let metric: String
  /// The value; nil where the metric is undefined.
  public let value: Double?
  /// The interval's ends; nil where there is none.
  public let interval: ClosedRange<Double>?
  /// The examples that the value rests on.
  public let count: Int

  /// An estimate.
  init(_ method: String, _ dataset: String, _ metric: String, _ estimate: Estimate) {
    (self.method, self.dataset, self.metric) = (method, dataset, metric)
    (value, interval, count) = (estimate.score.value, estimate.interval, estimate.count)
  }

  /// A number without an interval.
  init(_ method: String, _ dataset: String, _ metric: String, _ value: Double, count: Int) {
    (self.method, self.dataset, self.metric) = (method, dataset, metric)
    (self.value, interval, self.count) = (value, nil, count)
  }

  /// What a method cost, as far as it was recorded.
  static func costs(_ method: String, _ dataset: String, _ cost: Cost, count: Int) -> [ResultRow] {
    let numbers: [(String, Double?)] = [
      ("trainable_parameters", Double(cost.trainableParameters)), ("training_seconds", cost.trainingSeconds),
      ("prediction_seconds", cost.predictionSeconds), ("peak_memory_bytes", cost.peakMemory.map(Double.init)),
      ("forward_passes", Double(cost.forwardPasses)),
    ]
    return numbers.compactMap { name, value in value.map { ResultRow(method, dataset, name, $0, count: count) } }
  }
}

extension [ResultRow] {
  /// The rows as CSV: `method,dataset,metric,value,low,high,n`; nothing between the commas where there is no number.
  public var csv: String {
    CSV.text(
      header: ["method", "dataset", "metric", "value", "low", "high", "n"],
      rows: map { row in
        [
          row.method, row.dataset, row.metric, CSV.number(row.value), CSV.number(row.interval?.lowerBound),
          CSV.number(row.interval?.upperBound), "\(row.count)",
        ]
      })
  }
}
