// The scores of all methods as a table of LaTeX, to be read into a paper by \input.
import Calibration
import Faults

extension Evaluation {
  /// A `tabular` in the style of booktabs, with a comment that says what its numbers are.
  package var latex: String {
    let metrics: [Metric] =
      isOfNumbers ? rows[0].forecast.headline + [.nll] : [.accuracy, .nll, .brier, .ece, .aurc]
    let head = ["Method"] + metrics.map { Latex.text($0.titleWithUnit) }
    let lines = rows.map { row in [Latex.text(row.name)] + metrics.map { Latex.cell(row, $0) } }
    return """
      % \(Latex.text(dataset)): \(kind.words(plural(scoredRows.count, "test question"))). Small: \(Latex.text(settings.intervals)). Bold: the \
      interval of the difference
      % from \(MethodRow.reference), on the same resamples, excludes zero. Needs \\usepackage{booktabs}.
      \\begin{tabular}{l\(String(repeating: "r", count: metrics.count))}
      \\toprule
      \(head.joined(separator: " & ")) \\\\
      \\midrule
      \(lines.map { $0.joined(separator: " & ") + " \\\\" }.joined(separator: "\n"))
      \\bottomrule
      \\end{tabular}

      """
  }
}

/// Text and numbers in LaTeX.
enum Latex {
  /// `text` with the characters that LaTeX would not print as they are.
  static func text(_ text: String) -> String {
    text.map { character in
      switch character {
      case "&", "%", "$", "#", "_", "{", "}": "\\\(character)"
      case "~": "\\textasciitilde{}"
      case "^": "\\textasciicircum{}"
      case "\\": "\\textbackslash{}"
      case "\u{2212}": "$-$"
      case "\n": " "
      default: String(character)
      }
    }.joined()
  }

  /// A score, bold if it differs from the point estimate's, with its interval; a dash if it is undefined.
  static func cell(_ row: MethodRow, _ metric: Metric) -> String {
    let (estimate, format) = (row[metric], metric.format)
    guard let value = estimate.score.value else { return "--" }
    let number = text(format.text(value))
    let score = row.differences[metric]?.excludesZero == true ? "\\textbf{\(number)}" : number
    let ends = estimate.interval.map { [$0.lowerBound, $0.upperBound].map { text(format.text($0)) } }
    return score + (ends.map { " {\\scriptsize [\($0[0]), \($0[1])]}" } ?? "")
  }
}
