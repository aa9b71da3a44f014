// The table that stands in the terminal: the three scores that papers compare, with their intervals, and what
// each method cost.
import Artifacts
import Calibration

extension Evaluation {
  /// The table with a line above it that says what it is about, and remarks below.
  public var text: String {
    let table = TextTable(
      [
        .words("method"), .numbers("accuracy %"), .words(""), .numbers("NLL"), .words(""), .numbers("ECE %"),
        .words(""), .numbers("\u{0394} NLL"), .numbers("trained"), .numbers("stored"), .numbers("train s"),
        .numbers("test s"), .numbers("MB"), .numbers("passes"),
      ],
      rows.map(line))
    return "\(title)\n\n\(table.text)\n\(footnotes.map { $0 + "\n" }.joined())"
  }

  /// The data set and what the intervals are.
  private var title: String {
    let questions =
      scoredRows.count == 1 ? "1 test question" : "\(scoredRows.count) test questions, \(settings.intervals)"
    return "\(dataset): \(questions), ECE over \(settings.bins) bins"
  }

  private var footnotes: [String] {
    var notes: [String] = []
    if rows.contains(where: { $0.differences.values.contains(where: \.excludesZero) }) {
      notes.append("* differs from \(MethodRow.reference): the paired interval of the difference does not contain zero")
    }
    if calibrationCount > 0 {
      let few = calibrationCount < 30 ? ", too few to rely on it" : ""
      notes.append("T: a temperature fitted on \(calibrationCount) questions of the calibration split\(few)")
    }
    if rows.contains(where: { $0[.ece].liesOutsideItsInterval }) {
      notes.append("ECE: resampling makes a small error larger, so its interval may lie above it")
    }
    return notes + remarks
  }

  private func line(_ row: MethodRow) -> [String] {
    let scores: [String] = [Metric.accuracy, .nll, .ece].flatMap { metric in
      [row[metric].valueText(metric.format), row[metric].intervalText(metric.format, coarse: true) + row.star(metric)]
    }
    let change = row.differences[.nll]?.score.value.map(NumberFormat.decimal.signed) ?? ""
    if let temperature = row.forecast.temperature {
      return ["  T = \(fixed(temperature.value, 2))"] + scores + [change] + [String](repeating: "", count: 6)
    }
    let (cost, stored) = (file(of: row).predictions.cost, file(of: row).predictions.storedParameters)
    return [row.name] + scores + [
      change, compact(cost.trainableParameters), compact(stored), seconds(cost.trainingSeconds),
      seconds(cost.predictionSeconds), megabytes(cost.peakMemory), "\(cost.forwardPasses)",
    ]
  }
}

extension Estimate {
  /// The value, or an en dash.
  func valueText(_ format: NumberFormat) -> String { score.value.map { format.text($0) } ?? "\u{2013}" }

  /// Whether resampling moved a biased statistic away from its own value.
  var liesOutsideItsInterval: Bool {
    guard let value = score.value, let interval else { return false }
    return !interval.contains(value)
  }

  /// `[low, high]`, or nothing.
  func intervalText(_ format: NumberFormat, coarse: Bool = false) -> String {
    interval.map {
      "[\(format.text($0.lowerBound, coarse: coarse)), \(format.text($0.upperBound, coarse: coarse))]"
    } ?? ""
  }
}
