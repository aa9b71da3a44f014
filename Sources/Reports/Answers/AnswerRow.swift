// A row of the table of open answers: one method with every metric and interval, compared with the point estimate.
import Artifacts
import Calibration

/// One method's metrics.
struct AnswerRow: Sendable {
  let forecast: AnswerForecast
  /// [name] The estimate of each metric.
  let estimates: [String: Estimate]
  /// [name] Each score minus the point estimate's, paired; empty in the point estimate's row and if there is none.
  let differences: [String: Estimate]

  var name: String { forecast.name }
  /// Whether every text's vote counts the same.
  var isCount: Bool { name == forecast.file.answers.method }
  subscript(metric: AnswerMetric) -> Estimate { estimates[metric.name]! }

  /// A tick or a cross where the score differs from the point estimate's; "" elsewhere.
  func mark(_ metric: AnswerMetric) -> String { differences[metric.name]?.mark(metric) ?? "" }

  /// A row for each of `forecasts`, which have the same questions: every metric on the same resamples. Questions with the
  /// same prompt are resampled together.
  static func compare(_ forecasts: [AnswerForecast], _ clusters: Clusters, _ settings: ScoringSettings) -> [AnswerRow] {
    let metrics = AnswerMetric.all
    let statistics = forecasts.flatMap { forecast in metrics.map { $0.statistic(forecast, settings.bins) } }
    let resamples = settings.bootstrap.resample(statistics, strata: [clusters])
    let reference = forecasts.firstIndex { $0.name == MethodRow.reference }
    return forecasts.indices.map { row in
      var (estimates, differences): ([String: Estimate], [String: Estimate]) = ([:], [:])
      for (column, metric) in metrics.enumerated() {
        let index = row * metrics.count + column
        estimates[metric.name] = resamples[index]
        if let reference, row != reference, metric.direction != .neither {
          differences[metric.name] = resamples.difference(index, minus: reference * metrics.count + column)
        }
      }
      return AnswerRow(forecast: forecasts[row], estimates: estimates, differences: differences)
    }
  }

  /// The rows of the flat table: every metric, the differences, the numbers of draws and texts, the costs.
  func results(_ dataset: String) -> [ResultTable.Row] {
    let answers = forecast.file.answers
    func row(_ metric: String, _ value: Int) -> ResultTable.Row {
      ResultTable.Row(
        method: name, dataset: dataset, metric: metric, value: Double(value), n: forecast.answers.count)
    }
    let scores = AnswerMetric.all.map { ResultTable.Row(name, dataset, $0.name, self[$0]) }
    let compared = AnswerMetric.all.compactMap { metric in
      differences[metric.name].map {
        ResultTable.Row(name, dataset, "\(metric.name)_minus_\(MethodRow.reference)", $0)
      }
    }
    let counts = [
      row("draws", max(forecast.file.draws, answers.mixedDraws)), row("texts", forecast.file.textsPerQuestion),
      row("tokens", answers.tokens.count),
    ]
    let costs = ResultTable.Row.costs(
      name, dataset, answers.cost, storedParameters: answers.storedParameters, n: forecast.answers.count)
    return scores + compared + counts + costs
  }
}
