// The tables that stand in the terminal: every method on every set, and what corruption of the text costs.
import Calibration

extension ShiftTest {
  /// The tables with a line above that says what they are about, and remarks below.
  public var text: String {
    let title = "\(inDistribution.dataset) and shifts: \(settings.intervals), ECE over \(settings.bins) bins\n"
    // Three sets side by side are as wide as a terminal.
    let blocks = stride(from: 0, to: sets.count, by: 3).map { setTable(Array(sets[$0..<min($0 + 3, sets.count)])) }
    let notes = footnotes + remarks
    return ([title] + blocks + [corruptionTable].compactMap { $0 }).joined(separator: "\n")
      + (notes.isEmpty ? "" : "\n" + notes.map { $0 + "\n" }.joined())
  }

  private func setTable(_ sets: [Scores]) -> String {
    let columns = sets.flatMap { scores -> [TextTable.Column] in
      let scored: [TextTable.Column] = [.numbers("accuracy %"), .numbers("NLL"), .numbers("ECE %")]
      return scored + (scores.detection.isEmpty ? [] : [.numbers("AUROC %")])
    }
    let groups = sets.map { scores in
      (title: "\(scores.dataset) (\(scores.count))", span: scores.detection.isEmpty ? 3 : 4)
    }
    let rows = inDistribution.rows.indices.map { index in
      [label(inDistribution.rows[index])] + sets.flatMap { cells($0, index) }
    }
    return TextTable([.words("method")] + columns, rows, groups: [(title: "", span: 1)] + groups).text
  }

  private func cells(_ scores: Scores, _ index: Int) -> [String] {
    let row = scores.rows[index]
    let values = [Metric.accuracy, .nll, .ece].map { row[$0].valueText($0.format) + (row.star($0).isEmpty ? " " : "*") }
    guard !scores.detection.isEmpty else { return values }
    return values + [scores.detection[index]["auroc_entropy"]?.valueText(.percent) ?? ""]
  }

  private var corruptionTable: String? {
    guard let corruption, let shown = corruption.corruptions.last else { return nil }
    let curves = corruption.curves.filter { $0.corruption == shown }
    let worst = curves.first?.severities.last ?? 0
    let rows = zip(inDistribution.rows, curves).map { row, curve in
      [label(row)]
        + [Metric.accuracy, .nll, .ece].flatMap { metric in
          [
            curve.values[metric]?.last?.valueText(metric.format) ?? "",
            curve.degradation[metric]?.score.value.map(metric.format.signed) ?? "",
            curve.degradation[metric]?.intervalText(metric.format) ?? "",
          ]
        }
    }
    let columns = [Metric.accuracy, .nll, .ece].flatMap { metric -> [TextTable.Column] in
      [
        .numbers("\(metric == .accuracy ? "accuracy" : metric.title)\(metric.format.unit)"), .numbers("change"),
        .words(""),
      ]
    }
    let names = corruption.corruptions.filter { $0 != CorruptionScores.mean }
    return "corrupted text (\(names.joined(separator: ", "))): at severity \(worst), and the mean change over the "
      + "severities\n\n" + TextTable([.words("method")] + columns, rows).text
  }

  private var footnotes: [String] {
    let hasDetection = !shifted.isEmpty
    let stars = sets.contains { $0.rows.contains { row in Metric.scores.contains { !row.star($0).isEmpty } } }
    let notes = [
      stars ? "* differs from \(MethodRow.reference) on the same questions" : "",
      hasDetection ? "AUROC: how well the entropy of the predictions tells the shifted questions apart" : "",
      inDistribution.rows.contains { !$0.isRaw }
        ? "T: a temperature fitted on the calibration split of \(inDistribution.dataset)" : "",
    ]
    return notes.filter { !$0.isEmpty }
  }

  private func label(_ row: MethodRow) -> String {
    row.forecast.temperature.map { "  T = \(fixed($0.value, 2))" } ?? row.name
  }
}
