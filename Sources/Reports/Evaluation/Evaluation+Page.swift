// The report of `evaluate`: the table, then the pictures, then all metrics, then their definitions.
import Artifacts
import Calibration
import Faults

extension Evaluation {
  /// One self-contained HTML file. `run` says what made it, and `links` are other files of the run, relative to the page.
  package func page(
    histories: [TrainingHistory] = [], growth: [Growth] = [], run: RunFacts = RunFacts(), links: [String] = []
  ) -> String {
    let hasScores = rows.contains { $0[.nll].score.value != nil }
    let calibration = isOfNumbers ? [coverageSection] : [reliabilitySection, riskSection]
    let scored = hasScores ? [scoreSection] + calibration : []
    // With several labels for each text, a row is a label of a text, not an answer.
    let labels = labelSections
    let answers = isOfNumbers ? [widestSection] : labels.isEmpty ? answerSections : []
    let training = histories.contains { !$0.epochs.isEmpty } ? [historySection(histories)] : []
    return Page(
      title: "\(dataset): evaluation of \(plural(rawRows.count, "method"))",
      summary: "\(run.summary)\(summary)",
      sections: [Page.finding(finding.sentences, remarks), tableSection] + labels + scored + answers
        + [uncertaintySection] + growthSection(growth) + training + [
          detailSection, costSection, run.section(files, texts), definitionSection,
          Page.colophon(files, run.provenance),
        ],
      links: links
    ).source
  }

  /// The cells of its tables.
  var cells: MethodCells { MethodCells(remarks: remarks) }

  private var summary: HTML {
    let count = scoredRows.count
    let bins = isOfNumbers ? "" : "; calibration errors use \(settings.bins) bins"
    let questions: HTML = """
      \(plural(count, "test question")). Intervals contain 95 % of \
      \(settings.bootstrap.draws) bootstrap resamples of the \
      questions (seed \(Int(clamping: settings.bootstrap.seed)))\(bins).
      """
    let calibration: HTML =
      calibrationCount > 0
      ? " Temperatures are fitted on \(plural(calibrationCount, "question")) of the calibration split." : ""
    return "\(kind.example.words(questions))\(kind.words(calibration))"
  }

  private var tableSection: Page.Section {
    let metrics: [Metric] =
      isOfNumbers
      ? rows[0].forecast.headline + [.nll, .coverage90, .width90]
      : [.accuracy, .nll, .brier, .ece, .aurc, .totalEntropy]
    return Page.section(
      "All methods",
      """
      Each method and, indented, the same method after temperature scaling. A tick marks values that are \
      better than the point estimate’s, a cross those that are worse: the 95 % interval of the difference on the same \
      resamples does not contain zero, or for calibration errors a paired test is beyond 5 %. The headings link to what the numbers mean; \
      <a href="#definition-temperature">T is the temperature</a>.
      """,
      [
        Page.table("scores of all methods", ["Method"] + metrics.map(\.head), cells.values(metrics, rows))
      ])
  }

  private var scoreSection: Page.Section {
    let pictures = headline.map { metric in
      ScorePicture(metric: metric, rows: rows).svg
    }
    return Page.section(
      "Three scores at a glance",
      """
      Filled: before temperature scaling. Hollow: after it. The dashed line is the point estimate. \
      \(isOfNumbers ? "Lower is better." : "Higher accuracy is better, lower NLL and ECE are better.")
      """, ["<div class=\"row tight\">\(pictures)</div>"])
  }

  private var reliabilitySection: Page.Section {
    let cells = rawRows.map { row -> HTML in
      let scaled = rows.first { $0.forecast.method == row.name && $0.forecast.temperature != nil }
      let picture = ReliabilityPicture(
        kind: kind,
        diagram: ReliabilityDiagram(row.forecast.outcomes, bins: settings.bins),
        curve: ReliabilityCurve(
          row.forecast.outcomes, draws: min(settings.bootstrap.draws, Self.bandDraws), seed: settings.bootstrap.seed),
        scaled: scaled.map { ReliabilityDiagram($0.forecast.outcomes, bins: settings.bins) })
      let after: HTML =
        scaled.map { row in
          ", and \(row[.ece].valueText(.percent)) % with T = \(fixed(row.forecast.temperature?.value ?? 1, 2))"
        } ?? ""
      return """
        <figure class="cell"><h3>\(row.name)</h3>\(picture.svg("Reliability diagram of \(row.name)"))\
        <figcaption>ECE \(row[.ece].valueText(.percent)) %\(after)</figcaption></figure>
        """
    }
    let counts = kind.words(
      "Below: the number of questions in each bin. Bins with few questions are pale, and the line skips them.")
    return Page.section(
      "Reliability",
      """
      How often a method is right at each level of confidence, in \(settings.bins) bins; the dashed diagonal is \
      perfect calibration. <span class="key"><i style="background:var(--over)"></i>overconfident</span> &nbsp;\
      <span class="key"><i style="background:var(--under)"></i>underconfident</span>. The thin line with hollow dots \
      is the same method after temperature scaling. The thick line needs no bins: the isotonic regression of the answers \
      (CORP). The grey band holds it at each confidence for 95 of 100 perfectly calibrated methods with the same \
      confidences. \
      \(counts)
      """, ["<div class=\"row\">\(cells)</div>"])
  }

  /// More sets of labels would make the band smoother, and hardly another.
  private static let bandDraws = 400

  private var riskSection: Page.Section {
    let curves = rawRows.map { row in
      var points: [(Double, Double)] = []
      for point in SelectiveRisk(row.forecast.outcomes, .area).curve where point.coverage >= 0.05 {
        // Draw only one point per pixel.
        if let last = points.last, Int(last.0 * 1000) == Int(point.coverage * 1000) { points.removeLast() }
        points.append((point.coverage, point.risk))
      }
      return CurvePicture.Curve(method: row.name, points: points)
    }
    let picture = CurvePicture(
      label: "Risk against coverage of every method", x: (kind.words("coverage: questions answered, %"), true, false),
      y: ("risk: wrong among them, %", true), curves: curves, size: (480, 260), floor: 0, ticks: (10, 4))
    return Page.section(
      "Risk and coverage",
      """
      The share of wrong answers when only the most confident answers are given. A method that knows when it is likely \
      to be wrong starts low. Below 5 % coverage nothing is drawn, because a few answers would decide.
      """, [MethodStyle.legend(rawRows.map(\.name)), "<div class=\"single\">\(picture.svg)</div>"])
  }

  private var uncertaintySection: Page.Section {
    let metrics: [Metric] = [
      .totalEntropy, .aleatoricEntropy, .epistemicEntropy, .betweenGroups, .withinGroups, .disagreement,
    ].filter(rows[0].forecast.metrics.contains)
    let picture = StackPicture(rows: rawRows)
    return Page.section(
      "Kinds of uncertainty",
      "The mean entropy of the predictions in nats, and how much of it comes from differences between sets of weights.",
      [
        "<div class=\"single\">\(picture.svg)</div>",
        Page.table("kinds of uncertainty", ["Method"] + metrics.map(\.head), cells.values(metrics, rawRows)),
      ])
  }
}
