// A row of the results table: one method on one set of examples, with or without a temperature.
import Artifacts
import Calibration

/// One method's metrics on one set of examples.
package struct MethodRow: Sendable {
  /// The method with which the others are compared.
  package static let reference = "point"

  /// Its forecasts.
  package let forecast: Forecast
  /// Each metric with its interval.
  package let estimates: [Metric: Estimate]
  /// Each score minus the point estimate's, paired; empty in the point estimate's row and if there is no point
  /// estimate.
  package let differences: [Metric: Estimate]

  /// `swag`, or `swag + temperature`.
  package var name: String { forecast.name }
  /// Whether no calibrator was applied.
  var isRaw: Bool { forecast.calibrator == nil }
  /// Whether it is as methods are judged: without a calibrator, or with a temperature.
  var isPlain: Bool { isRaw || forecast.temperature != nil }
  /// The estimate of `metric`; every row has those of its forecast.
  package subscript(metric: Metric) -> Estimate { estimates[metric]! }

  /// A row for each of `forecasts`, which have the same examples: every metric on the same resamples.
  static func compare(_ forecasts: [Forecast], _ settings: ScoringSettings) -> [MethodRow] {
    let metrics = forecasts[0].metrics
    let statistics = forecasts.flatMap { forecast in metrics.map { $0.statistic(forecast, bins: settings.bins) } }
    let resamples = settings.bootstrap.resample(
      statistics, strata: [forecasts[0].clusters], rows: forecasts[0].rowsPerExample)
    let reference = forecasts.firstIndex { $0.name == Self.reference }
    return forecasts.indices.map { row in
      var (estimates, differences): ([Metric: Estimate], [Metric: Estimate]) = ([:], [:])
      for (column, metric) in metrics.enumerated() {
        let index = row * metrics.count + column
        estimates[metric] = resamples[index]
        if let reference, row != reference, metric.direction != .neither {
          differences[metric] = resamples.difference(index, minus: reference * metrics.count + column)
        }
      }
      return MethodRow(forecast: forecasts[row], estimates: estimates, differences: differences)
    }
  }

  /// The rows of the flat table: every metric, the differences, the temperature.
  func results(_ dataset: String) -> [ResultTable.Row] {
    let scores = forecast.metrics.map { ResultTable.Row(name, dataset, $0.name, self[$0]) }
    let compared = forecast.metrics.flatMap { metric -> [ResultTable.Row] in
      guard let difference = differences[metric] else { return [] }
      let name = "\(metric.name)_minus_\(Self.reference)"
      let test = difference.z.map {
        ResultTable.Row(method: self.name, dataset: dataset, metric: "\(name)_z", value: $0, n: difference.count)
      }
      return [ResultTable.Row(self.name, dataset, name, difference)] + [test].compactMap(\.self)
    }
    let temperature = forecast.temperature.map {
      ResultTable.Row(method: name, dataset: dataset, metric: "temperature", value: $0.value, n: $0.count)
    }
    return scores + compared + [temperature].compactMap { $0 }
  }

  /// A tick if the score is better than the point estimate's, a cross if it is worse; "" if the interval of the
  /// difference contains zero.
  func mark(_ metric: Metric) -> String { differences[metric]?.mark(metric) ?? "" }
}
