// An evaluation as a flat table, and every prediction as CSV.
import Artifacts
import Calibration
import JSON

extension Evaluation {
  /// One row for each method and metric, then for each difference, the temperature and the costs.
  package func table() throws -> ResultTable {
    var table = ResultTable()
    (table.kind, table.settings) = (.evaluation, try settings.canonicalJSON)
    table.rows = rows.flatMap { row in
      let predictions = file(of: row).predictions
      return row.results(dataset) + labelResults(of: row)
        + (row.isRaw
          ? ResultTable.Row.costs(
            row.name, dataset, predictions.cost, storedParameters: predictions.storedParameters, n: row.forecast.count)
          : [])
    }
    return table
  }

  /// The predictions of every method for every example, labelled or not: one row for each method and example.
  ///
  /// Choices count from 0. `p_0`, `p_1`, ... are the mixture's probabilities before temperature scaling, empty beyond
  /// the example's number of choices; `scaled_confidence` is the largest one after scaling. Entropies are in nats. If
  /// the words of the questions are at hand, the last columns are the names of the answer and of the right choice, and
  /// the probabilities after scaling (`calibrated_NAME`, or `calibrated_0`, ... if there are no classes). With numbers to
  /// predict there are other columns.
  package var predictionsCSV: String {
    if isOfNumbers { return numberPredictionsCSV }
    let choices = files.map(\.predictions.choices).max() ?? 0
    let header =
      [
        "method", "id", "split", "label", "prediction", "correct", "confidence", "scaled_confidence", "entropy_total",
        "entropy_aleatoric", "entropy_epistemic", "disagreement",
      ] + (0..<choices).map { "p_\($0)" } + namedColumns(choices: choices)
    return CSV.text(header: header, rows: files.flatMap { predictionRows($0, choices: choices) })
  }

  private func predictionRows(_ file: PredictionsFile, choices: Int) -> [[String]] {
    let set = file.predictions
    let all = Array(0..<set.count)
    let (mixture, uncertainty) = (Mixture(file.posterior(all)), Uncertainty(file.posterior(all)))
    let scaled = rows.first { $0.forecast.method == set.method && !$0.isRaw }?.forecast.temperature.map {
      mixture.scaled(by: $0.value)
    }
    let hasSpread = set.groups * set.samples > 1
    return file.predictedRows.map { row in
      let (label, prediction) = (Int(set.labels[row]), mixture.prediction(row))
      let probabilities = mixture.row(row).map { CSV.single(mixture.probabilities[$0]) }
      return [
        set.method, set.rowIDs[row], "\(set.splits[row])", label < 0 ? "" : "\(label)", "\(prediction)",
        label < 0 ? "" : prediction == label ? "1" : "0", CSV.single(mixture.confidence(row)),
        scaled.map { CSV.single($0.confidence(row)) } ?? "", CSV.single(uncertainty.total[row]),
        hasSpread ? CSV.single(uncertainty.aleatoric[row]) : "",
        hasSpread ? CSV.single(uncertainty.epistemic[row]) : "",
        hasSpread ? CSV.single(uncertainty.disagreement[row]) : "",
      ] + Self.padded(probabilities, to: choices) + namedCells(set, row, scaled ?? mixture, choices: choices)
    }
  }

  private static func padded(_ cells: [String], to count: Int) -> [String] {
    cells + [String](repeating: "", count: count - cells.count)
  }

  private func namedColumns(choices: Int) -> [String] {
    guard let texts else { return [] }
    let names = texts.classNames.isEmpty ? (0..<choices).map { "\($0)" } : texts.classNames
    return ["answer", "right_answer"] + names.map { "calibrated_\($0)" }
  }

  private func namedCells(_ set: Predictions, _ row: Int, _ mixture: Mixture, choices: Int) -> [String] {
    guard let texts else { return [] }
    let (names, label) = (texts.choices(of: row, in: set), Int(set.labels[row]))
    let probabilities = mixture.row(row).map { CSV.single(mixture.probabilities[$0]) }
    func name(_ choice: Int) -> String { names.indices.contains(choice) ? names[choice] : "" }
    return [name(mixture.prediction(row)), name(label)] + Self.padded(probabilities, to: choices)
  }
}
