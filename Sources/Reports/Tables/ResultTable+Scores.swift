// The results as a flat table, the same for both stages: one row for each method, data set and metric.
import Artifacts
import Calibration

extension ResultTable.Row {
  /// An estimate, with the reason if it has no value.
  init(_ method: String, _ dataset: String, _ metric: String, _ estimate: Estimate) {
    self.init(
      method: method, dataset: dataset, metric: metric, value: estimate.score.value ?? .nan,
      low: estimate.interval?.lowerBound ?? .nan, high: estimate.interval?.upperBound ?? .nan, n: estimate.count,
      reason: estimate.score.reason ?? "")
  }

  /// The costs of a method that were recorded.
  static func costs(
    _ method: String, _ dataset: String, _ cost: Cost, storedParameters: Int, n: Int
  ) -> [ResultTable.Row] {
    let costs: [(String, Double?)] = [
      ("trainable_parameters", Double(cost.trainableParameters)),
      ("stored_parameters", Double(storedParameters)),
      ("training_steps", cost.trainingSteps > 0 ? Double(cost.trainingSteps) : nil),
      ("training_tokens", cost.trainingTokens > 0 ? Double(cost.trainingTokens) : nil),
      ("training_seconds", cost.trainingSeconds),
      ("prediction_seconds", cost.predictionSeconds), ("peak_memory_bytes", cost.peakMemory.map(Double.init)),
      ("forward_passes", Double(cost.forwardPasses)),
    ]
    return costs.compactMap { name, value in
      value.map { ResultTable.Row(method: method, dataset: dataset, metric: name, value: $0, n: n) }
    }
  }
}

extension ResultTable {
  /// The rows as CSV: `method,dataset,metric,value,low,high,n,remark`; undefined values are empty fields. The remarks
  /// about a method are in each of its rows, those about the questions in all rows.
  package func csv(_ remarks: Remarks) -> String {
    CSV.text(
      header: ["method", "dataset", "metric", "value", "low", "high", "n", "remark"],
      rows: rows.map { row in
        [row.method, row.dataset, row.metric] + [row.value, row.low, row.high].map(CSV.number)
          + ["\(row.n)", remarks.texts(about: row.method).joined(separator: "; ")]
      })
  }
}
