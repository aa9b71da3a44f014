// The report of `evaluate-answers`: the tables, the curve of risk against coverage, then answers as a reader sees them.
import Artifacts
import Calibration
import Faults

extension AnswerEvaluation {
  /// One self-contained HTML file.
  ///
  /// - Parameters:
  ///   - run: what made it.
  ///   - links: other files of the run, relative to the page.
  ///   - decode: the text of token ids; nil where it is not known, and answers then have no tokens.
  package func page(
    run: RunFacts = RunFacts(), links: [String] = [], decode: (_ tokens: [Int32]) -> String? = { _ in nil }
  ) -> String {
    let count = rows[0].forecast.answers.count
    let sheet = OpenAnswerSheet(row: best, hasReasoning: hasReasoning)
    return Page(
      title: "\(dataset): open answers of \(plural(rows.count { $0.isCount }, "method"))",
      summary: """
        \(run.summary)\(plural(count, "test question")). Intervals contain 95 % of \
        \(settings.bootstrap.draws) bootstrap resamples of the questions (seed \(Int(clamping: settings.bootstrap.seed))); \
        calibration errors use \(settings.bins) bins.
        """,
      sections: [
        scoreSection, doubtSection, riskSection, costSection, sheet.rejectedSection, sheet.tokenSection(decode),
        definitionSection, inputSection(run),
      ], links: links, ownStyle: OpenAnswerSheet.style
    ).source
  }

  private var scoreSection: Page.Section {
    let metrics: [AnswerMetric] = [.accuracy, .f1, .ece, .unparsed, .cut, .semanticEntropy, .epistemicEntropy]
    return Page.section(
      "All methods",
      """
      A tick marks values that are better than the point estimate’s, a cross those that are worse: the 95 % interval of \
      the difference on the same resamples does not contain zero, or for the ECE a paired test is beyond 5 %. The headings link to what the numbers mean.
      """, [table("scores of all methods", metrics.map(\.head), metrics), remarks.section])
  }

  private var doubtSection: Page.Section {
    let tables = [
      ("how often a doubt is larger about a wrong answer than about a right one, %", AnswerMetric.areaUnderROC),
      ("accuracy when the most doubtful answers are rejected, %", AnswerMetric.rejection),
    ].map { caption, metric -> HTML in
      let heads = measuredDoubts.map { "<a href=\"#\(metric($0).anchor)\">\($0.title)</a>" as HTML }
      return "<h3>\(caption)</h3>\(table(caption, heads, measuredDoubts.map(metric)))"
    }
    return Page.section(
      "Which doubt finds the wrong answers", "Every doubt about the same answers: 50 % is chance in the first table.",
      tables)
  }

  private func table(_ caption: String, _ heads: [HTML], _ metrics: [AnswerMetric]) -> HTML {
    let cells = MethodCells(remarks: remarks)
    let lines = rows.map { row -> Page.Line in
      let method = row.forecast.file.answers.method
      let marker = row.isCount ? remarks.marker(method) : ""
      let number: HTML = marker.isEmpty ? "" : " <sup>[\(marker)]</sup>"
      return Page.Line(
        cells: ["\(MethodStyle(of: method).key)\(row.name)\(number)"]
          + metrics.map { cells.cell(row[$0], $0.format, mark: row.mark($0)) })
    }
    return Page.table(caption, ["Method"] + heads, lines)
  }

  private var riskSection: Page.Section {
    let curves = rows.filter(\.isCount).map { row in
      let forecast = row.forecast
      let confidences = forecast.answers.map { -$0.sampled.semanticEntropy }
      return CurvePicture.Curve(
        method: row.name,
        points: SelectiveRisk(confidences: confidences, correct: forecast.correct, .area).curve.map {
          ($0.coverage, $0.risk)
        })
    }
    let picture = CurvePicture(
      label: "Risk against coverage by semantic entropy", x: ("coverage: questions answered, %", true, false),
      y: ("risk: wrong among them, %", true), curves: curves, size: (480, 260), floor: 0, ticks: (10, 4))
    return Page.section(
      "Risk and coverage",
      "The share of wrong answers when only those with the smallest semantic entropy are given.",
      [MethodStyle.legend(curves.map(\.method)), "<div class=\"single\">\(picture.svg)</div>"])
  }

  private var costSection: Page.Section {
    let lines = rows.filter(\.isCount).map { row in
      Page.Line(
        cells: ["\(MethodStyle(of: row.forecast.file.answers.method).key)\(row.name)"]
          + costs(row).map { "\($0)" as HTML })
    }
    return Page.section(
      "Cost",
      "What the texts of each method took, those about calibration questions too; stored: parameters in its files.",
      [Page.table("cost of all methods", ["Method"] + Self.costHeads.map { "\($0)" as HTML }, lines)])
  }

  private var definitionSection: Page.Section {
    let lines = AnswerMetric.all.map { metric -> HTML in
      "<dt id=\"\(metric.anchor)\">\(metric.title)</dt><dd>\(metric.definition(settings.bins))</dd>"
    }
    return Page.section("Definitions", "Files have fractions where this page has percentages.", ["<dl>\(lines)</dl>"])
  }

  private func inputSection(_ run: RunFacts) -> Page.Section {
    let files = rows.filter(\.isCount).map { row -> HTML in
      let law = row.forecast.file.answers.law
      let cut = (law.topK > 0 ? ", top k \(law.topK)" : "") + (law.topP < 1 ? ", top p \(law.topP)" : "")
      let texts =
        "\(plural(row.forecast.file.textsPerQuestion, "text")) a question at temperature \(law.temperature)\(cut)"
      return "<code>\(row.forecast.file.path)</code> (\(texts))<br>"
    }
    let command: HTML = run.provenance.map { "<dt>Command</dt><dd><code>\($0.commandLine)</code></dd>" } ?? ""
    return Page.section(
      "Inputs and command", "", ["<dl class=\"paths\"><dt>Texts</dt><dd>\(files)</dd>\(command)</dl>"])
  }
}
