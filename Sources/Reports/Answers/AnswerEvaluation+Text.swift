// The tables of open answers for the terminal: whether they are right, which doubt finds the wrong ones, and what the texts
// cost.
import Calibration
import Faults

extension AnswerEvaluation {
  /// A title with the remarks, the scores, the doubts, then the costs.
  package var text: String {
    let notes = remarks.lines.map(TextTable.wrapped).joined()
    return """
      \(TextTable.wrapped(title))
      \(notes.isEmpty ? "" : notes + "\n")\(scoreTable.text)
      \(scoreNotes.map(TextTable.wrapped).joined())
      AUROC %: how often a doubt is larger about a wrong answer than about a right one

      \(doubtTable(AnswerMetric.areaUnderROC).text)
      accuracy % of the answers kept, when the most doubtful ones are rejected first

      \(doubtTable(AnswerMetric.rejection).text)
      \(TextTable.wrapped(measuredDoubts.map { "\($0.title): \($0.note)" }.joined(separator: "; ")))
      what each method cost

      \(costTable.text)
      """
  }

  private var title: String {
    let count = rows[0].forecast.answers.count
    let kind = hasReasoning ? "the answers that reasoning ends with" : "open answers"
    return "\(dataset): \(kind) to \(plural(count, "test question"))"
  }

  private var scoreTable: TextTable {
    let metrics: [AnswerMetric] = [.accuracy, .f1]
    let columns = metrics.flatMap { [TextTable.Column.numbers($0.heading), .intervals] }
    return TextTable(
      [.words("method")] + columns + [
        .numbers(AnswerMetric.ece.heading), .numbers("none %"), .numbers("entropy"),
      ],
      rows.map { row in
        let scores = metrics.flatMap { metric in
          [
            row[metric].valueText(metric.format),
            row[metric].intervalText(metric.format, coarse: true) + row.mark(metric),
          ]
        }
        return [label(row)] + scores
          + [AnswerMetric.ece, .unparsed, .semanticEntropy].map { row[$0].valueText($0.format) + row.mark($0) }
      })
  }

  private func doubtTable(_ metric: (Doubt) -> AnswerMetric) -> TextTable {
    TextTable(
      [.words("method")] + measuredDoubts.map { .numbers($0.title) },
      rows.map { row in
        [row.name]
          + measuredDoubts.map { doubt in
            let metric = metric(doubt)
            return row[metric].valueText(metric.format) + (row.mark(metric).isEmpty ? " " : row.mark(metric))
          }
      })
  }

  private var costTable: TextTable {
    TextTable(
      [.words("method")] + Self.costHeads.map { .numbers($0) },
      rows.filter(\.isCount).map { row in [row.name] + costs(row) })
  }

  /// The columns of `costs`.
  static let costHeads = ["draws", "texts", "tokens", "cut %", "passes", "fit s", "test s", "stored"]

  /// What the texts of a method cost, for each of `costHeads`.
  func costs(_ row: AnswerRow) -> [String] {
    let answers = row.forecast.file.answers
    return [
      "\(max(row.forecast.file.draws, answers.mixedDraws))", "\(row.forecast.file.textsPerQuestion)",
      compact(answers.tokens.count), row[.cut].valueText(.percent), "\(answers.cost.forwardPasses)",
      seconds(answers.cost.trainingSeconds), seconds(answers.cost.predictionSeconds),
      compact(answers.storedParameters),
    ]
  }

  private func label(_ row: AnswerRow) -> String {
    let marker = remarks.marker(row.forecast.file.answers.method)
    return marker.isEmpty || !row.isCount ? row.name : "\(row.name) [\(marker)]"
  }

  private var scoreNotes: [String] {
    let count = rows[0].forecast.answers.count
    var notes = count == 1 ? [] : ["[ ]: \(settings.intervals)"]
    if rows.contains(where: { $0.differences.values.contains(where: \.excludesZero) }) {
      notes.append(
        "\u{2713} better and \u{2717} worse than \(MethodRow.reference): the paired interval of the difference does not "
          + "contain zero; of ECEs, a paired test of their squared gaps")
    }
    notes.append("none: texts without an answer, which have no vote; entropy: mean of meaning (see below) in nats")
    notes.append("ECE over \(settings.bins) bins: the confidence is the answer's share of the votes")
    if hasReasoning {
      notes.append("+ weights: a vote counts exp(mean log p of the text)")
    }
    return notes
  }
}
