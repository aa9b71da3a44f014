// What an evaluation of predicted numbers has in place of answers, confidence and classes.
import Artifacts
import Calibration

/// The predicted distributions of one method, after temperature scaling.
struct NumberSheet {
  /// The prediction of one example.
  struct Prediction {
    /// The example's row in the file.
    let row: Int
    /// The distribution.
    let distribution: BinnedDistribution
    /// The right number; nil if it is unknown.
    let right: Double?

    /// The central interval of 90 %.
    var interval: ClosedRange<Double> { distribution.interval(0.9) }
    /// Its width.
    var width: Double { interval.upperBound - interval.lowerBound }
  }

  /// The predictions, in the order of the rows.
  let predictions: [Prediction]

  /// The predictions of `file` at `rows`.
  init(_ file: PredictionsFile, _ temperature: Temperature?, rows: [Int]) {
    let (set, raw) = (file.predictions, Mixture(file.posterior(rows)))
    let mixture = temperature.map { raw.scaled(by: $0.value) } ?? raw
    predictions = zip(rows, mixture.binned(set.numbers?.edges ?? [])).map { row, distribution in
      Prediction(row: row, distribution: distribution, right: set.labels[row] < 0 ? nil : set.numbers?.values[row])
    }
  }
}

extension Evaluation {
  /// What the columns of the terminal's tables mean.
  var numberNotes: [String] {
    [
      "CRPS: how far the predicted distribution is from the right number; RMSE: how far its mean is; lower is better",
      "NLL: mean of \u{2212}log of the density at the right number, lower is better; \u{0394}: minus that of "
        + MethodRow.reference,
    ]
  }

  /// How often central intervals hold the right number.
  var coverageSection: Page.Section {
    let levels = [0.5, 0.8, 0.9, 0.95]
    let lines = cells.lines(rows) { row in
      levels.map { level in
        "\(row.forecast.numbers?.coverage(level).score.value.map { NumberFormat.percent.text($0) } ?? "")"
      }
    }
    return Page.section(
      "Coverage",
      """
      The share of right numbers inside the central intervals that should hold them with the probability in the heading. \
      Less is overconfident, more is underconfident.
      """,
      [
        Page.table(
          "coverage of central intervals", ["Method"] + levels.map { "\(fixed(100 * $0, 0)) %" as HTML }, lines)
      ])
  }

  /// The texts about whose number the recommended method knows least.
  var widestSection: Page.Section {
    let sheet = answerSheet
    let (file, rows) = (sheet.file, sheet.file.rows(of: .test))
    let shown = NumberSheet(file, sheet.temperature, rows: rows).predictions
      .sorted { ($1.width, $0.row) < ($0.width, $1.row) }.prefix(20)
    let hasTexts = shown.contains { texts?.text(of: $0.row, in: file.predictions) != nil }
    let format = NumberFormat.significant
    let lines = shown.map { prediction -> Page.Line in
      let text: HTML = "<span class=\"text\">\(texts?.text(of: prediction.row, in: file.predictions) ?? "")</span>"
      let (low, high) = (prediction.interval.lowerBound, prediction.interval.upperBound)
      return Page.Line(
        cells: ["\(file.predictions.rowIDs[prediction.row])"] + (hasTexts ? [text] : []) + [
          "\(format.text(prediction.distribution.quantile(0.5)))", "\(format.text(low)) \u{2026} \(format.text(high))",
          "\(prediction.right.map { format.text($0) } ?? "\u{2013}")",
        ])
    }
    return Page.section(
      "Where it is least sure",
      """
      The \(shown.count) test texts with the widest 90 % intervals of \(file.predictions.method)\
      \(hasTexts ? ", as the model reads them: some models lower capitals, and long texts are cut" : ""). \
      <code>predictions.csv</code> has all of them.
      """,
      [
        Page.table(
          "widest intervals",
          ["Id"] + (hasTexts ? ["Text"] : []) + ["Median", "90 % interval", "Right number"], lines)
      ])
  }

  /// The predictions of every method for every example: the right number, then mean, median and the central interval of
  /// 90 % after temperature scaling, entropies in nats, and the probabilities of the bins before scaling.
  var numberPredictionsCSV: String {
    let bins = files[0].predictions.choices
    let header =
      [
        "method", "id", "split", "right_number", "mean", "median", "low_90", "high_90", "entropy_total",
        "entropy_aleatoric", "entropy_epistemic",
      ] + (0..<bins).map { "p_\($0)" }
    return CSV.text(header: header, rows: files.flatMap(numberRows))
  }

  private func numberRows(_ file: PredictionsFile) -> [[String]] {
    let (set, rows) = (file.predictions, file.predictedRows)
    let temperature = self.rows.first { $0.forecast.method == set.method && !$0.isRaw }?.forecast.temperature
    let (mixture, uncertainty) = (Mixture(file.posterior(rows)), Uncertainty(file.posterior(rows)))
    let hasSpread = set.groups * set.samples > 1
    return NumberSheet(file, temperature, rows: rows).predictions.enumerated().map { index, prediction in
      let (row, interval) = (prediction.row, prediction.interval)
      let numbers = [
        prediction.distribution.mean, prediction.distribution.quantile(0.5), interval.lowerBound, interval.upperBound,
      ]
      return [set.method, set.rowIDs[row], "\(set.splits[row])", prediction.right.map(CSV.number) ?? ""]
        + numbers.map(CSV.single) + [CSV.single(uncertainty.total[index])]
        + [uncertainty.aleatoric[index], uncertainty.epistemic[index]].map { hasSpread ? CSV.single($0) : "" }
        + mixture.row(index).map { CSV.single(mixture.probabilities[$0]) }
    }
  }
}
