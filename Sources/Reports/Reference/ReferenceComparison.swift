// How far the predictions of methods are from those of a reference, such as long chains of Hamiltonian Monte Carlo.
import Artifacts
import Calibration
import Faults

/// Methods beside a reference, on the same test questions.
package struct ReferenceComparison: Sendable {
  /// One method, or one half of the reference's members against the other.
  struct Row {
    let name: String
    /// The mean total variation distance, and the share of questions with the same answer.
    let distance, agreement: Estimate
    /// The distance minus that of `point`; nil for `point` itself and where there is no `point`.
    let difference: Estimate?
    /// The mean mutual information of answer and draw in nats; nil without a spread.
    let mutualInformation: Double?
    /// The mean negative log-likelihood; nil where no question has a label.
    let nll: Double?
  }

  /// What the row of one half of the reference's members is called.
  private static let half = "half of its members"

  private let reference: PredictionsFile
  private let files: [PredictionsFile]
  private let rows: [Row]
  private let convergence: [Convergence]
  private let settings: ScoringSettings

  /// Compares `files` with `reference`.
  ///
  /// - Throws: `Fault` of kind `.data` for predictions of other questions, for the same predictions twice, and without test
  ///   questions.
  package init(_ files: [PredictionsFile], with reference: PredictionsFile, _ settings: ScoringSettings) throws {
    for (index, file) in files.enumerated() {
      try file.check(comparableWith: reference)
      if let twin = ([reference] + files[..<index]).first(where: { $0.holdsSame(as: file) }) {
        throw Fault(.data, file.path, "it has the predictions of \(twin.path) once more", hint: "name each file once")
      }
    }
    let questions = reference.rows(of: .test)
    guard !questions.isEmpty else { throw Fault(.data, reference.path, "it predicts no test question") }
    (self.reference, self.settings, self.files) = (reference, settings, files)
    let gold = reference.posterior(questions)
    let target = Mixture(gold)
    convergence = gold.samples >= 4 ? gold.convergence : []

    var entries = [(name: reference.predictions.method, samples: gold, target: target)]
    if gold.groups >= 2 {
      // What remains between two runs of the reference itself: nothing can be told to be nearer than this.
      let middle = gold.groups / 2
      entries.append(
        (
          Self.half, gold.selecting(groups: 0..<middle),
          Mixture(gold.selecting(groups: middle..<2 * middle))
        ))
    }
    entries += files.map { ($0.predictions.method, $0.posterior(questions), target) }
    let mixtures = entries.map { Mixture($0.samples) }
    let statistics: [any Statistic] = zip(mixtures, entries).flatMap { mixture, entry in
      [Mean(mixture.totalVariation(from: entry.target)), Mean(mixture.agreement(with: entry.target))]
    }
    let width = reference.predictions.rowsPerExample
    let resamples = settings.bootstrap.resample(
      statistics, strata: [Clusters(independent: questions.count / width)], rows: width)
    let point = entries.firstIndex { $0.name == MethodRow.reference }
    let labelled = questions.indices.filter { reference.predictions.labels[questions[$0]] >= 0 }
    let labels = labelled.map { Int(reference.predictions.labels[questions[$0]]) }
    rows = entries.indices.map { index in
      let samples = entries[index].samples
      let likelihoods = zip(labelled, labels).map { question, label in
        -mixtures[index].logProbabilities[mixtures[index].row(question).lowerBound + label]
      }
      return Row(
        name: entries[index].name, distance: resamples[2 * index], agreement: resamples[2 * index + 1],
        difference: point.flatMap { $0 == index ? nil : resamples.difference(2 * index, minus: 2 * $0) },
        mutualInformation: samples.hasSpread ? Uncertainty(samples).meanEpistemic.score.value : nil,
        nll: labels.isEmpty ? nil : likelihoods.reduce(0, +) / Double(labels.count))
    }
  }

  /// The table as Markdown, and below it what the reference's own draws say of their convergence, and the remarks of the
  /// stages that made the files.
  package var text: String {
    let set = reference.predictions
    var lines = [
      "\(set.dataset): \(reference.rows(of: .test).count / set.rowsPerExample) test questions, \(settings.intervals)",
      "",
      "| method | total variation from `\(set.method)` | Δ from `\(MethodRow.reference)` | agreement % "
        + "| mutual information | NLL |",
      "|---|---|---|---|---|---|",
    ]
    for row in rows {
      let difference = row.difference.map {
        NumberFormat.decimal.signed($0.score.value!) + ($0.excludesZero ? "*" : "")
      }
      lines.append(
        "| \(row.name == Self.half ? row.name : "`\(row.name)`") | \(cell(row.distance, .decimal)) | "
          + "\(difference ?? "–") | \(cell(row.agreement, .percent)) | \(row.mutualInformation.map { fixed($0, 3) } ?? "–") | "
          + "\(row.nll.map { fixed($0, 3) } ?? "–") |")
    }
    let remarks = convergenceRemarks + warnings
    return (lines + (remarks.isEmpty ? [] : [""]) + remarks).joined(separator: "\n") + "\n"
  }

  /// What the stages that made the files had to say.
  private var warnings: [String] {
    ([reference] + files).flatMap { file in file.predictions.warnings.map { "\(file.predictions.method): \($0)." } }
  }

  private func cell(_ estimate: Estimate, _ format: NumberFormat) -> String {
    guard let value = estimate.score.value else { return "–" }
    let ends = estimate.interval.map { " [\(format.text($0.lowerBound)), \(format.text($0.upperBound))]" } ?? ""
    return format.text(value) + ends
  }

  /// R-hat and the effective number of draws of the reference's log odds, or why there are none.
  private var convergenceRemarks: [String] {
    let set = reference.predictions
    let (ratios, draws) = (
      convergence.compactMap(\.splitRHat).sorted(), convergence.compactMap(\.effectiveDraws).sorted()
    )
    guard set.samples > 1 else { return [] }
    guard let largest = ratios.last, let fewest = draws.first else {
      let reason = set.samples < 4 ? "there are fewer than four draws of each member" : "all its draws are equal"
      return ["Whether \(set.method) has converged is not known: \(reason)."]
    }
    func share(_ limit: Double) -> String { "\(ratios.count { $0 > limit })" }
    return [
      "Log odds of \(ratios.count) answers in \(set.groups) x \(set.samples) draws: split R-hat at most \(fixed(largest, 3)) "
        + "(median \(fixed(ratios[ratios.count / 2], 3)); above 1.01 in \(share(1.01)), above 1.05 in \(share(1.05))), "
        + "effective draws at least \(fixed(fewest, 0)) (median \(fixed(draws[draws.count / 2], 0)))."
    ]
  }

  /// The same as CSV: `method,metric,value,low,high`.
  package var csv: String {
    func line(_ row: Row, _ metric: String, _ estimate: Estimate) -> [String] {
      [row.name, metric]
        + [estimate.score.value, estimate.interval?.lowerBound, estimate.interval?.upperBound].map {
          CSV.number($0 ?? .nan)
        }
    }
    return CSV.text(
      header: ["method", "metric", "value", "low", "high"],
      rows: rows.flatMap { row in
        [line(row, "total_variation", row.distance), line(row, "agreement", row.agreement)]
          + (row.difference.map { [line(row, "total_variation_minus_point", $0)] } ?? [])
      })
  }
}
