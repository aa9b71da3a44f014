// The tables for the terminal: every method on every set, and the effect of corrupted text.
import Calibration

extension ShiftTest {
  /// A title, the finding with the remarks, and the tables.
  package var text: String {
    let bins = isOfNumbers ? "" : ", ECE over \(settings.bins) bins"
    let title = "\(inDistribution.dataset) and shifts: \(settings.intervals)\(bins)"
    let found = (sentences + remarks.lines).map(TextTable.wrapped).joined()
    let notes = footnotes.map(TextTable.wrapped).joined()
    return ([TextTable.wrapped(title), found] + setTables.map(\.text) + [notes, corruptionTable].compactMap(\.self))
      .filter { !$0.isEmpty }.joined(separator: "\n")
  }

  /// The sets side by side, as many as fit the terminal.
  private var setTables: [TextTable] {
    var blocks: [[Scores]] = []
    for scores in sets {
      if let last = blocks.last, setTable(last + [scores]).width <= TextTable.terminal {
        blocks[blocks.count - 1].append(scores)
      } else {
        blocks.append([scores])
      }
    }
    return blocks.map(setTable)
  }

  private func setTable(_ sets: [Scores]) -> TextTable {
    let columns = sets.flatMap { scores -> [TextTable.Column] in
      let scored = headline.map { TextTable.Column.numbers($0.heading) }
      return scored + (scores.detection.isEmpty ? [] : [.numbers("AUROC %")])
    }
    let groups = sets.map { scores in
      (title: "\(scores.dataset) (\(scores.count))", span: scores.detection.isEmpty ? 3 : 4)
    }
    let rows = inDistribution.rows.indices.map { index in
      [inDistribution.rows[index].label(remarks)] + sets.flatMap { cells($0, index) }
    }
    return TextTable([.words("method")] + columns, rows, groups: [(title: "", span: 1)] + groups)
  }

  private func cells(_ scores: Scores, _ index: Int) -> [String] {
    let values = headline.map { scores.rows[index].marked($0) }
    guard !scores.detection.isEmpty else { return values }
    return values + [scores.mainDetection(of: index)?.valueText(.percent) ?? ""]
  }

  private var corruptionTable: String? {
    guard let corruption, let shown = corruption.corruptions.last else { return nil }
    let metrics = headline
    let curves = corruption.curves.filter { $0.corruption == shown }
    let worst = curves.first?.severities.last ?? 0
    let rows = inDistribution.rows.compactMap { row in curves.first { $0.name == row.name }.map { (row, $0) } }.map {
      row, curve in
      [row.label(remarks)]
        + metrics.flatMap { metric -> [String] in
          let change = curve.degradation[metric]
          return [
            curve.values[metric]?.last?.valueText(metric.format) ?? "",
            (change?.score.value.map(metric.format.signed) ?? "")
              + (change.map { $0.mark(metric) }.flatMap { $0.isEmpty ? nil : $0 } ?? " "),
          ]
        }
    }
    let columns = metrics.flatMap { metric -> [TextTable.Column] in
      [.numbers(metric.heading), .numbers("change")]
    }
    let names = corruption.corruptions.filter { $0 != CorruptionScores.mean }
    let title =
      "corrupted text (\(names.joined(separator: ", "))): at severity \(worst), and the mean change over the severities "
      + "(\u{2713} for the better, \u{2717} for the worse)"
    return TextTable.wrapped(title) + "\n" + TextTable([.words("method")] + columns, rows).text
  }

  private var footnotes: [String] {
    let hasDetection = !shifted.isEmpty
    let hasMarks = sets.contains { $0.rows.contains { row in headline.contains { !row.mark($0).isEmpty } } }
    let notes = [
      hasMarks ? "\u{2713} better and \u{2717} worse than \(MethodRow.reference) on the same questions" : "",
      hasDetection ? "AUROC: how well the \(mainScore.title) of the predictions detects shifted questions" : "",
      inDistribution.rows.contains { !$0.isRaw }
        ? "T: a temperature fitted on the calibration split of \(inDistribution.dataset)" : "",
    ]
    return notes.filter { !$0.isEmpty }.map(kind.words)
  }
}
