// An evaluation of open answers as a flat table, in the harness's format, and every answer as CSV.
import Artifacts
import Calibration

extension AnswerEvaluation {
  /// One row for each method and metric, then for each difference, the numbers of texts and the costs.
  package func table() throws -> ResultTable {
    var table = ResultTable()
    (table.kind, table.settings) = (.answers, try settings.canonicalJSON)
    table.rows = rows.flatMap { $0.results(dataset) }
    return table
  }

  /// The results in the harness's format: a task for each method.
  package func harnessJSON() throws -> String {
    let tasks = rows.map { row in
      HarnessResults.Task(
        row.name, dataset, count: row.forecast.answers.count, AnswerMetric.all.map { ($0.name, row[$0]) },
        scores: AnswerMetric.scores, HarnessResults.Source(row.forecast.file))
    }
    return try HarnessResults(tasks: tasks, settings: settings, remarks: remarks).text()
  }

  /// Every method's answer to every scored question: one row each. `answer` is what won the vote, `confidence` its share
  /// of the votes, and the last columns are the doubts, empty where a method has none of a kind.
  package var answersCSV: String {
    let header = ["method", "id", "answer", "accepted", "correct", "f1", "confidence", "unparsed", "clusters"]
    return CSV.text(
      header: header + Doubt.all.map(\.name),
      rows: rows.flatMap { row in
        row.forecast.answers.map { answer in
          let file = row.forecast.file
          return [
            row.name, file.answers.rowIDs[answer.row], answer.vote.answer == nil ? "" : answer.text.answer ?? "",
            file.references(of: answer.row, reasoning: hasReasoning).joined(separator: " | "),
            answer.isRight ? "1" : "0", CSV.single(answer.f1), CSV.single(answer.vote.confidence),
            CSV.single(answer.vote.unparsed), "\(answer.sampled.clusters.count)",
          ] + Doubt.all.map { $0.needs.reason(file) == nil ? CSV.single($0.value(answer)) : "" }
        }
      })
  }
}
