// The tables for the terminal: the three scores that papers compare, and the cost of each method.
import Artifacts
import Calibration
import Faults

extension Evaluation {
  /// A title, the finding with the remarks, the scores, then the costs.
  package var text: String {
    let whole = scoreTable(hasDifference: true)
    let scores = whole.width <= TextTable.terminal ? whole : scoreTable(hasDifference: false)
    let costs = TextTable(
      [
        .words("method"), .numbers("trained"), .numbers("stored"), .numbers("steps"), .numbers("tokens"),
        .numbers("fit s"), .numbers("test s"), .numbers("MB"), .numbers("passes"),
      ], rawRows.map(costLine))
    let further = furtherTable.map { "\($0.text)\n" } ?? ""
    let isScored = rows.contains { $0[.nll].score.value != nil }
    let answers = isScored || isOfNumbers ? [] : answerSheet.sentences
    let found = (finding.sentences + answers + remarks.lines).map(TextTable.wrapped).joined()
    let notes = footnotes.map(TextTable.wrapped).joined()
    return """
      \(TextTable.wrapped(title))
      \(found)
      \(scores.text)
      \(further)\(notes)
      what each method cost

      \(costs.text)
      """
  }

  /// The scores; the differences in NLL are omitted if the table would be too wide for a terminal.
  private func scoreTable(hasDifference: Bool) -> TextTable {
    let columns: [TextTable.Column] = [
      .words("method"), .numbers(headline[0].heading), .intervals, .numbers(headline[1].heading), .intervals,
      .numbers(headline[2].heading), .numbers("\u{0394} NLL"),
    ]
    let left = hasDifference ? 0 : 1
    return TextTable(Array(columns.dropLast(left)), rows.map { Array(scoreLine($0).dropLast(left)) })
  }

  /// The scores that only some sets have, without intervals if they would be too wide for a terminal; nil if this set has
  /// none of them.
  private var furtherTable: TextTable? {
    let metrics = rows[0].forecast.further
    guard !metrics.isEmpty else { return nil }
    let columns = metrics.flatMap { [TextTable.Column.numbers($0.title), .intervals] }
    let whole = TextTable(
      [.words("method")] + columns,
      rows.map { row in [row.label(remarks)] + metrics.flatMap { scoreCells(row, $0) } })
    guard whole.width > TextTable.terminal else { return whole }
    return TextTable(
      [.words("method")] + metrics.map { .numbers($0.title) },
      rows.map { row in [row.label(remarks)] + metrics.map(row.marked) })
  }

  /// A score with its interval.
  private func scoreCells(_ row: MethodRow, _ metric: Metric) -> [String] {
    [row[metric].valueText(metric.format), row[metric].intervalText(metric.format, coarse: true) + row.mark(metric)]
  }

  /// What is scored.
  private var title: String {
    let labels = rows[0].forecast.labelNames.count
    if labels > 0 {
      return
        "\(dataset): \(rows[0].forecast.exampleCount) test texts with \(labels) labels each, which are scored one by one; "
        + "ECE over \(settings.bins) bins"
    }
    if isOfNumbers { return "\(dataset): \(plural(scoredRows.count, "test text")) with a number each" }
    let questions = kind.words(plural(scoredRows.count, "test question"))
    return "\(dataset): \(questions), ECE over \(settings.bins) bins"
  }

  private var footnotes: [String] {
    var notes = scoredRows.count == 1 ? [] : ["[ ]: \(settings.intervals)"]
    if rows.contains(where: { $0.differences.values.contains(where: \.excludesZero) }) {
      notes.append(
        "\u{2713} better and \u{2717} worse than \(MethodRow.reference): the paired interval of the difference does not "
          + "contain zero; of ECEs, a paired test of their squared gaps")
    }
    if calibrationCount > 0 {
      let all = kind == .label ? ", the same for all of them," : ""
      notes.append(
        kind.words("T: a temperature fitted on \(plural(calibrationCount, "question"))\(all) of the calibration split"))
    }
    if isOfNumbers { return notes + numberNotes }
    if rows.contains(where: { $0[.nll].score.value != nil }) {
      notes.append(
        "NLL: mean of \u{2212}log of the right answer's probability, lower is better; \u{0394}: minus that of "
          + MethodRow.reference)
      notes.append("ECE: how far confidence and accuracy are apart, lower is better")
    }
    if let calibrated = rows.first?[.eceNull], calibrated.interval != nil {
      notes.append(
        "A perfectly calibrated method would show an ECE of about \(calibrated.valueText(.percent)) %"
          + kind.words(" on these questions (ece_null)"))
    }
    return notes
  }

  private func scoreLine(_ row: MethodRow) -> [String] {
    let scores = headline.prefix(2).flatMap { scoreCells(row, $0) }
    return [row.label(remarks)] + scores + [
      row.marked(headline[2]), row.differences[.nll]?.score.value.map(NumberFormat.decimal.signed) ?? "",
    ]
  }

  private func costLine(_ row: MethodRow) -> [String] {
    let (cost, stored) = (file(of: row).predictions.cost, file(of: row).predictions.storedParameters)
    return [
      row.name, compact(cost.trainableParameters), compact(stored), counted(cost.trainingSteps, \.description),
      counted(cost.trainingTokens), seconds(cost.trainingSeconds),
      seconds(cost.predictionSeconds), megabytes(cost.peakMemory), "\(cost.forwardPasses)",
    ]
  }
}

extension MethodRow {
  /// Its name in the terminal's table, with the numbers of its remarks. A row with a temperature comes below its
  /// method.
  func label(_ remarks: Remarks) -> String {
    if let calibrator = forecast.calibrator { return "  \(calibrator.label)" }
    let marker = remarks.marker(name)
    return marker.isEmpty ? name : "\(name) [\(marker)]"
  }

  /// The value of `metric`, and its mark or a space.
  func marked(_ metric: Metric) -> String {
    self[metric].valueText(metric.format) + (mark(metric).isEmpty ? " " : mark(metric))
  }
}

extension Estimate {
  /// The value, or an en dash.
  func valueText(_ format: NumberFormat) -> String { score.value.map { format.text($0) } ?? "\u{2013}" }

  /// `[low, high]`, or "".
  func intervalText(_ format: NumberFormat, coarse: Bool = false) -> String {
    interval.map {
      "[\(format.text($0.lowerBound, coarse: coarse)), \(format.text($0.upperBound, coarse: coarse))]"
    } ?? ""
  }
}
