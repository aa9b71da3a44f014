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

  /// How often the recommended method is right on a set, and whether its uncertainty tells the set apart.
  private func sentence(_ scores: Scores) -> String {
    guard let index = scores.rows.lastIndex(where: { $0.forecast.method == finding.recommended }) else { return "" }
    let (there, home) = (scores.rows[index], inDistribution.rows[index])
    let accuracy =
      there[.accuracy].score.value.map { _ in
        "On \(scores.dataset) it is right in \(there[.accuracy].valueText(.percent)) % of the \(kind.words("questions")) "
          + "(\(inDistribution.dataset): \(home[.accuracy].valueText(.percent)) %)."
      }
    return [accuracy, scores.detection[index]["auroc_entropy"].flatMap { noticing($0, scores.dataset) }]
      .compactMap(\.self).joined(separator: " ")
  }

  /// Whether the entropy is higher on `dataset`, by the AUROC and its interval.
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
    guard let corruption, let name = corruption.corruptions.last,
      let curve = corruption.curves.last(where: { $0.corruption == name && $0.method == finding.recommended }),
      let change = curve.degradation[.accuracy], let value = change.score.value
    else { return nil }
    let ends = change.interval.map {
      " [\(NumberFormat.percent.signed($0.lowerBound)), \(NumberFormat.percent.signed($0.upperBound))]"
    }
    let subject = name == CorruptionScores.mean ? "Corrupted text changes" : "Corrupted text (\(name)) changes"
    return "\(subject) its accuracy by \(NumberFormat.percent.signed(value))\(ends ?? "") points, mean over severities."
  }
}
