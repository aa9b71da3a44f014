// The scores of each label by itself, where every text has several labels.
import Artifacts
import Calibration

extension Forecast {
  /// The outcomes of the label at `index` alone: one for each labelled example.
  func outcomes(ofLabel index: Int) -> Outcomes {
    let rows = Array(stride(from: index, to: outcomes.count, by: rowsPerExample))
    return Outcomes(outcomes.mixture.selecting(rows), labels: rows.map { Int32(outcomes.labels[$0]) })
  }
}

extension Evaluation {
  /// The labels' scores for the flat table, in which `data set/label` stands for the data set: accuracy, NLL and ECE of the
  /// decisions about it, and its F1.
  func labelResults(of row: MethodRow) -> [ResultTable.Row] {
    row.forecast.labelNames.enumerated().flatMap { index, name in
      let outcomes = row.forecast.outcomes(ofLabel: index)
      let scores: [(Metric, any Statistic)] = [
        (.accuracy, outcomes.accuracy), (.nll, outcomes.negativeLogLikelihood),
        (.ece, outcomes.expectedCalibrationError(bins: settings.bins)), (.microF1, F1(outcomes, labels: 1, .micro)),
      ]
      return scores.map { metric, statistic in
        ResultTable.Row(
          method: row.name, dataset: "\(dataset)/\(name)", metric: metric == .microF1 ? "f1" : metric.name,
          value: statistic.score.value ?? .nan, n: outcomes.count)
      }
    }
  }

  /// A table with each label's frequency and every method's F1; nothing where each text has one label.
  var labelSections: [Page.Section] {
    let names = rows[0].forecast.labelNames
    guard !names.isEmpty else { return [] }
    let lines = names.enumerated().map { index, name in
      let outcomes = rawRows.map { $0.forecast.outcomes(ofLabel: index) }
      let share = Double(outcomes[0].labels.count { $0 == 1 }) / Double(max(1, outcomes[0].count))
      let scores = outcomes.map { F1($0, labels: 1, .micro).score.value.map { NumberFormat.percent.text($0) } ?? "" }
      return Page.Line(cells: ["\(name)", "\(NumberFormat.percent.text(share))"] + scores.map { "\($0)" })
    }
    return [
      Page.section(
        "Labels",
        """
        How often each label applies, and the F1 score of every method on it. The CSV has each label’s accuracy, NLL and \
        ECE too.
        """,
        [Page.table("F1 of each label", ["Label", "applies %"] + rawRows.map { "\($0.name)" as HTML }, lines)])
    ]
  }
}
