// The report of `shift-test`: every method on every set, the detection of the shift, and the effect of corruption.
import Artifacts
import Calibration
import Foundation

extension ShiftTest {
  /// One self-contained HTML file. `run` says what made it, and `links` are other files of the run, relative to the page.
  package func page(run: RunFacts = RunFacts(), links: [String] = []) -> String {
    Page(
      title: "\(inDistribution.dataset): evaluation under shift", summary: "\(run.summary)\(summary)",
      sections: [Page.finding(sentences, remarks), overviewSection]
        + (shifted.isEmpty ? [] : [uncertaintySection, detectionSection])
        + [
          corruption.map(corruptionSection), setSection, run.section(files, texts), definitionSection,
          Page.colophon(files, run.provenance),
        ]
        .compactMap { $0 },
      links: links
    ).source
  }

  private var questions: String { kind.words("questions") }
  private var cells: MethodCells { MethodCells(remarks: remarks) }

  private var summary: HTML {
    let names = shifted.map { "\($0.dataset) (\($0.count))" }.joined(separator: ", ")
    let others: HTML = names.isEmpty ? "" : "; shifted sets: \(names)"
    return """
      \(inDistribution.count) test \(kind.words("questions")) in distribution\(others). Nothing is fitted on a shifted set: \
      temperatures are fitted on the calibration split of \(inDistribution.dataset). Values have \
      \(settings.intervals)\(isOfNumbers ? "" : "; calibration errors use \(settings.bins) bins").
      """
  }

  private var overviewSection: Page.Section {
    let shown = headline
    // Three sets side by side are as wide as the page.
    let tables = stride(from: 0, to: sets.count, by: 3).map { start -> HTML in
      let block = sets[start..<min(start + 3, sets.count)]
      let heads = block.flatMap { scores -> [HTML] in
        shown.map(\.head) + (scores.detection.isEmpty ? [] : ["AUROC %"])
      }
      let groups = block.map { scores -> (title: HTML, span: Int) in
        ("\(scores.dataset) (\(scores.count))", scores.detection.isEmpty ? 3 : 4)
      }
      let lines = cells.lines(inDistribution.rows) { row in block.flatMap { overview(row, $0, shown) } }
      let names = block.map(\.dataset).joined(separator: ", ")
      return Page.table(
        "scores on \(names)", ["Method"] + heads, lines, groups: [("", 1)] + groups, style: "dense")
    }
    return Page.section(
      "All sets",
      """
      Each method and, indented, the same method after temperature scaling. A tick marks values that are better \
      than the point estimate\u{2019}s on the same \(questions), a cross those that are worse. AUROC: how well the \
      \(mainScore.title) of the predictions detects shifted \(questions).
      """, tables + [slopes])
  }

  private func overview(_ row: MethodRow, _ scores: Scores, _ metrics: [Metric]) -> [HTML] {
    guard let index = scores.rows.firstIndex(where: { $0.name == row.name }) else { return [] }
    let mine = scores.rows[index]
    let values = metrics.map { metric in
      cells.cell(mine[metric], metric.format, mark: mine.mark(metric))
    }
    return values
      + (scores.detection.isEmpty
        ? [] : [scores.mainDetection(of: index).map { cells.cell($0, .percent) } ?? ""])
  }

  private var setSection: Page.Section {
    let metrics: [Metric] =
      isOfNumbers
      ? [.rmse, .nll, .width90, .totalEntropy, .epistemicEntropy]
      : [.brier, .eceEqualMass, .mce, .aurc, .riskAt80, .totalEntropy, .epistemicEntropy]
    let tables = sets.map { scores -> HTML in
      let role = scores.detection.isEmpty ? "in distribution" : "shifted"
      return """
        <h3 class="set">\(scores.dataset) <span class="muted">\(role), \(scores.count) \(questions)</span></h3>
        \(Page.table("more scores on \(scores.dataset)", ["Method"] + metrics.map(\.head), cells.values(metrics, scores.rows)))
        """
    }
    return Page.section(
      "More metrics for every set", "All metrics, and the differences from the point estimate, are in the CSV file.",
      tables)
  }

  /// The scores on each set: a picture for each of three metrics.
  private var slopes: HTML {
    guard !shifted.isEmpty else { return "" }
    let pictures = headline.map { metric -> HTML in
      let curves = rawRows.indices.map { index -> CurvePicture.Curve in
        let points = sets.enumerated().compactMap { position, scores in
          scores.rows.filter(\.isRaw)[index][metric].score.value.map { (Double(position), $0) }
        }
        return CurvePicture.Curve(method: rawRows[index].name, points: points)
      }
      return CurvePicture(
        label: "\(metric.title) of every method on every set", x: ("", false, false),
        y: (metric.titleWithUnit, metric.format == .percent), curves: curves, size: (440, 220),
        names: sets.map(\.dataset)
      ).svg
    }
    return "<div class=\"slopes\">\(MethodStyle.legend(rawRows.map(\.name)))<div class=\"row\">\(pictures)</div></div>"
  }

  /// The main uncertainty score of every example, in distribution and on each shifted set.
  private var uncertaintySection: Page.Section {
    let (title, unit) = (mainScore.title, isOfNumbers ? "" : ", nats")
    func values(_ row: MethodRow) -> [Double] { (try? mainScore.scores(row.forecast).get()) ?? [] }
    let blocks = shifted.map { scores -> HTML in
      let raw = scores.rows.indices.filter { scores.rows[$0].isRaw }
      let all = raw.map { (inside: values(inDistribution.rows[$0]), outside: values(scores.rows[$0])) }
      let largest = all.flatMap { $0.inside + $0.outside }.max() ?? 1
      let pictures = zip(raw, all).map { index, values -> HistogramPicture in
        let choices = max(
          scores.rows[index].forecast.mixture.choices, inDistribution.rows[index].forecast.mixture.choices)
        return HistogramPicture(
          inside: values.inside, outside: values.outside, limit: isOfNumbers ? largest : log(Double(max(2, choices))),
          axis: "\(title)\(unit)")
      }
      let peak = pictures.map(\.peak).max() ?? 0
      let figures = zip(raw, pictures).map { index, picture -> HTML in
        let name = scores.rows[index].name
        let found = scores.mainDetection(of: index)?.valueText(.percent) ?? ""
        return """
          <figure class="cell"><h3>\(name)</h3>\(picture.svg("\(histogramName) of \(name) on \(scores.dataset)", peak: peak))\
          <figcaption>AUROC \(found) %</figcaption></figure>
          """
      }
      return "<h3 class=\"set\">\(scores.dataset)</h3><div class=\"row\">\(figures)</div>"
    }
    return Page.section(
      "Uncertainty under shift",
      """
      The \(title) of the predictions <span class="key"><i class="count-key"></i>in distribution</span> and \
      <span class="key"><i class="outline-key"></i>on the shifted set</span>, as percentages of each set. If a method \
      is more uncertain under shift, its outline is further to the right.
      """, blocks)
  }

  private var histogramName: String { isOfNumbers ? "Standard deviations" : "Entropies" }

  private var detectionSection: Page.Section {
    let tables = shifted.map { scores -> HTML in
      let all = inDistribution.rows[0].forecast.detectionScores
      let head = DetectionScore.summaries.flatMap { _ in all.map { "\($0.title)" as HTML } }
      let groups = DetectionScore.summaries.map {
        (title: "\($0.title), %" as HTML, span: all.count)
      }
      let lines = cells.lines(scores.rows) { row in
        let index = scores.rows.firstIndex { $0.name == row.name } ?? 0
        return DetectionScore.summaries.flatMap { summary in
          all.map { score in
            scores.detection[index]["\(summary.name)_\(score.rawValue)"].map { cells.cell($0, .percent) } ?? ""
          }
        }
      }
      let table = Page.table(
        "detection of \(scores.dataset)", ["Method"] + head, lines, groups: [(title: "", span: 1)] + groups,
        style: "dense")
      return "<h3 class=\"set\">\(scores.dataset)</h3>\(table)"
    }
    return Page.section(
      "Detecting shifted \(questions)",
      """
      The \(questions) are ranked by an uncertainty score; the shifted set is the positive class. Guessing has an AUROC of \
      50 % and an AUPR equal to the share of shifted \(questions). A lower false positive rate is better.
      """, tables)
  }

  private func corruptionSection(_ scores: CorruptionScores) -> Page.Section {
    let shown = scores.corruptions.reversed()
    let pictures = shown.map { corruption -> HTML in
      let curves = scores.curves.filter { $0.corruption == corruption && $0.isRaw }
      let row = headline.map { metric in
        CurvePicture(
          label: "\(metric.title) under \(corruption)", x: ("severity", false, true),
          y: (metric.titleWithUnit, metric.format == .percent),
          curves: curves.map { severityCurve($0, metric, hasBand: corruption == scores.corruptions.last) },
          size: (440, 200), heights: heights(metric, scores)
        ).svg
      }
      return "<h3 class=\"set\">\(corruption)</h3><div class=\"row\">\(row)</div>"
    }
    let tables = shown.map { corruption -> HTML in
      let curves = scores.curves.filter { $0.corruption == corruption }
      let lines = cells.lines(inDistribution.rows) { row in
        let curve = curves.first { $0.name == row.name }
        return scores.metrics.map { metric in
          curve?.degradation[metric].map {
            cells.cell($0, metric.format, mark: $0.mark(metric), isSigned: true)
          } ?? ""
        }
      }
      return """
        <h3 class="set">\(corruption): mean change over the severities</h3>
        \(Page.table("change under \(corruption)", ["Method"] + scores.metrics.map(\.head), lines))
        """
    }
    return Page.section(
      "Corrupted text",
      """
      The same \(scores.count) \(questions) with corrupted text, from clean (0) to severity 5; labels remain valid. The \
      tables have the area between each curve and its value on clean text, divided by the curve’s width, paired over \
      \(questions). A tick marks a change for the better, a cross one for the worse, if its interval excludes zero.
      """, [MethodStyle.legend(rawRows.map(\.name))] + pictures + tables)
  }

  /// All values of a metric, so that its pictures have the same scale.
  private func heights(_ metric: Metric, _ scores: CorruptionScores) -> [Double] {
    scores.curves.filter(\.isRaw).flatMap { ($0.values[metric] ?? []).compactMap(\.score.value) }
  }

  private func severityCurve(_ curve: CorruptionScores.Curve, _ metric: Metric, hasBand: Bool) -> CurvePicture.Curve {
    let values = curve.values[metric] ?? []
    let points = zip(curve.severities, values).compactMap { severity, estimate in
      estimate.score.value.map { (Double(severity), $0) }
    }
    let bands = hasBand && rawRows.count <= 3 ? values.compactMap(\.interval) : []
    return CurvePicture.Curve(method: curve.method, points: points, bands: bands)
  }

  private var definitionSection: Page.Section {
    let (rows, scores) = (inDistribution.rows, inDistribution.rows[0].forecast.detectionScores)
    return Definitions(settings, kind).section(
      [
        ("AUROC", "The probability that a shifted question has the higher uncertainty score; ties count half."),
        ("AUPR", "Average precision: the precision at each threshold, weighted by the recall that it gains."),
        ("FPR at 95 % TPR", "Share of in-distribution questions that are flagged when 95 % of the shifted ones are."),
      ] + scores.map { ("Score: \($0.title)", $0.definition) },
      metrics: isOfNumbers ? rows[0].forecast.metrics : Metric.all, file: "shift.csv")
  }
}
