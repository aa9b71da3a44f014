// The finding of a shift test: what becomes of the method that is recommended in distribution.
import Calibration

extension ShiftTest {
  /// The recommended method, a sentence or two for each shifted set, and one for corrupted text.
  package var sentences: [String] {
    let use = finding.recommended
    let home = inDistribution.dataset
    let first =
      finding.asGood.count > 1 && finding.candidates[0].row[.nll].score.value != nil
      ? "Use \(use): on \(home) it is the cheapest of the methods that are as good as the best."
      : "Use \(use), as on \(home)."
    return [first] + shifted.map(sentence) + [corruptionSentence].compactMap(\.self)
  }

  /// How good the recommended method is on a set, and whether its uncertainty tells the set apart.
  private func sentence(_ scores: Scores) -> String {
    guard let index = scores.rows.lastIndex(where: { $0.forecast.method == finding.recommended }) else { return "" }
    let (there, home) = (scores.rows[index], inDistribution.rows[index])
    return [
      quality(there, home, scores.dataset), scores.mainDetection(of: index).flatMap { noticing($0, scores.dataset) },
    ]
    .compactMap(\.self).joined(separator: " ")
  }

  /// How often a method is right there and at home or, with numbers, how far off it is; nil without labels.
  private func quality(_ there: MethodRow, _ home: MethodRow, _ dataset: String) -> String? {
    if isOfNumbers {
      guard there[.medianError].score.value != nil else { return nil }
      func text(_ row: MethodRow, _ metric: Metric) -> String { row[metric].valueText(metric.format) }
      return "On \(dataset) the medians of its predictions are off by \(text(there, .medianError)) on average "
        + "(\(inDistribution.dataset): \(text(home, .medianError))), and its 90 % intervals hold "
        + "\(text(there, .coverage90)) % of the numbers (\(text(home, .coverage90)) %)."
    }
    guard there[.accuracy].score.value != nil else { return nil }
    return "On \(dataset) it is right in \(there[.accuracy].valueText(.percent)) % of the \(kind.words("questions")) "
      + "(\(inDistribution.dataset): \(home[.accuracy].valueText(.percent)) %)."
  }

  /// Whether the uncertainty is higher on `dataset`, by the AUROC and its interval.
  private func noticing(_ auroc: Estimate, _ dataset: String) -> String? {
    guard auroc.score.value != nil, let interval = auroc.interval else { return nil }
    let value = "AUROC \(auroc.valueText(.percent)) % \(auroc.intervalText(.percent, coarse: true)), guessing has 50 %"
    if interval.lowerBound > 0.5 { return "It is less sure of \(dataset) than of \(inDistribution.dataset): \(value)." }
    if interval.upperBound < 0.5 {
      return "Beware: it is surer of \(dataset) than of \(inDistribution.dataset), which it was trained on: \(value)."
    }
    return "Beware: it is as sure of \(dataset) as of \(inDistribution.dataset): \(value)."
  }

  private var corruptionSentence: String? {
    let (metric, what, unit): (Metric, String, String) =
      isOfNumbers ? (.medianError, "the error of its medians", "") : (.accuracy, "its accuracy", " points")
    guard let corruption, let name = corruption.corruptions.last,
      let curve = corruption.curves.last(where: { $0.corruption == name && $0.method == finding.recommended }),
      let change = curve.degradation[metric], let value = change.score.value
    else { return nil }
    let format = metric.format
    let ends = change.interval.map { " [\(format.signed($0.lowerBound)), \(format.signed($0.upperBound))]" }
    let subject = name == CorruptionScores.mean ? "Corrupted text changes" : "Corrupted text (\(name)) changes"
    return "\(subject) \(what) by \(format.signed(value))\(ends ?? "")\(unit), mean over severities."
  }
}
