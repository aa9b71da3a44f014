// The report's tables: every metric of every method, the paired differences, the costs, the definitions.
import Artifacts
import Calibration

extension Evaluation {
  /// A line for each row: the values with their intervals below them.
  func metricRows(_ metrics: [Metric], _ rows: [Row]) -> [(style: String, cells: [HTML])] {
    rows.enumerated().map { index, row in
      let isRaw = row.forecast.temperature == nil
      let isFollowed = index + 1 < rows.count && rows[index + 1].forecast.method == row.forecast.method
      return (isRaw ? (isFollowed ? "first" : "") : "second", [name(row)] + metrics.map { cell(row, $0) })
    }
  }

  var detailSection: HTML {
    let metrics: [Metric] = [
      .ece10, .ece20, .eceEqualMass, .mce, .rmsce, .eceClasswise, .riskAt80,
    ]
    let compared: [Metric] = [.accuracy, .nll, .brier, .ece, .eceEqualMass, .aurc]
    let others = rows.filter { !$0.differences.isEmpty }
    let differences = others.enumerated().map { index, row -> (style: String, cells: [HTML]) in
      let isRaw = row.forecast.temperature == nil
      let isFollowed = index + 1 < others.count && others[index + 1].forecast.method == row.forecast.method
      return (
        isRaw ? (isFollowed ? "first" : "") : "second",
        [name(row)] + compared.map { metric in differenceCell(row, metric) }
      )
    }
    return Page.section(
      "More calibration errors, and differences",
      "Papers differ in their bins; these are the usual ones. Below, each method minus the point estimate, paired.",
      [Page.table(["Method"] + metrics.map { "\($0.title)\($0.format.unit)" }, metricRows(metrics, rows))]
        + (others.isEmpty
          ? []
          : [
            Page.table(["Minus \(Self.reference)"] + compared.map { "\($0.title)\($0.format.unit)" }, differences)
          ]))
  }

  var costSection: HTML {
    let lines = rawRows.map { row -> (style: String, cells: [HTML]) in
      let (cost, uncertainty) = (row.cost, row.forecast.uncertainty)
      return (
        "",
        [
          name(row), "\(uncertainty.groups)", "\(uncertainty.samples)", "\(compact(cost.trainableParameters))",
          "\(seconds(cost.trainingSeconds))", "\(seconds(cost.predictionSeconds))", "\(megabytes(cost.peakMemory))",
          "\(cost.forwardPasses)",
        ]
      )
    }
    return Page.section(
      "What it cost",
      """
      Trained numbers in use, wall seconds of training (all members and collections below a method) and of prediction, \
      the largest resident memory of any process on the way, and passes of one set of weights over the data.
      """,
      [
        Page.table(
          [
            "Method", "members", "samples each", "trained numbers", "training s", "prediction s", "memory MB", "passes",
          ], lines)
      ])
  }

  var definitionSection: HTML {
    let lines = Metric.allCases.map { metric -> HTML in
      "<dt>\(metric.title)</dt><dd>\(metric.definition(bins: settings.bins))</dd>"
    }
    return Page.section(
      "What the numbers mean",
      """
      p is the mean of the probabilities of all members and samples. Files have shares from 0 to 1 where this page has \
      percentages, and the names in <code>evaluation.csv</code>.
      """,
      [
        """
        <dl>
        \(lines)
        <dt>Temperature</dt><dd>softmax(log p / T) of the mixture, T by the likelihood of the calibration split: \
        accuracy stays as it is.</dd>
        <dt>Interval</dt><dd>2.5 % and 97.5 % quantiles over \(settings.bootstrap.draws) resamples of the questions, seed \
        \(Int(clamping: settings.bootstrap.seed)). Where an error is near zero, resampling makes it larger, and the interval \
        may lie above the value.</dd>
        </dl>
        """
      ])
  }

  /// Which base, which tokens, which files, which command.
  func colophon(_ provenance: Provenance?) -> HTML {
    let set = files[0].predictions
    let inputs = files.map { "<code>\($0.path)</code>" as HTML }
    let command: HTML = provenance.map { "<dt>Command</dt><dd><code>\($0.commandLine)</code></dd>" } ?? ""
    return Page.section(
      "Where it comes from", "",
      [
        """
        <dl>
        <dt>Base</dt><dd><code>\(set.baseDigest)</code></dd>
        <dt>Tokens</dt><dd><code>\(set.tokensDigest)</code></dd>
        <dt>Predictions</dt><dd>\(inputs)</dd>
        \(command)
        </dl>
        """
      ])
  }

  private func name(_ row: Row) -> HTML {
    if let temperature = row.forecast.temperature { return "with T = \(fixed(temperature.value, 2))" }
    let style = Palette(rawRows.map(\.name))[row.name]
    return "<span class=\"swatch \(style)\"></span>\(row.name)"
  }

  private func cell(_ row: Row, _ metric: Metric) -> HTML {
    let estimate = row[metric]
    guard let value = estimate.score.value else {
      return "<span class=\"none\" title=\"\(estimate.score.reason ?? "")\">\u{2013}</span>"
    }
    let isDifferent = row.differences[metric]?.excludesZero == true
    let text: HTML = isDifferent ? "<b>\(metric.format.text(value))</b>" : "\(metric.format.text(value))"
    return "\(text)<small>\(range(estimate, metric))</small>"
  }

  private func differenceCell(_ row: Row, _ metric: Metric) -> HTML {
    guard let difference = row.differences[metric], let value = difference.score.value else {
      return "<span class=\"none\">\u{2013}</span>"
    }
    let text: HTML =
      difference.excludesZero ? "<b>\(metric.format.signed(value))</b>" : "\(metric.format.signed(value))"
    return "\(text)<small>\(range(difference, metric))</small>"
  }

  private func range(_ estimate: Estimate, _ metric: Metric) -> String {
    estimate.interval.map {
      "\(metric.format.text($0.lowerBound)) \u{2026} \(metric.format.text($0.upperBound))"
    } ?? ""
  }
}
