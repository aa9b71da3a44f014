// Whether new texts look like the labelled test rows, on which every promise rests. Two things are compared: how
// uncertain the method is, by the scores that detect shift, and how often it gives each answer. Both are tests at a level
// of 1 % in all, so that texts of the same kind raise a warning once in a hundred files.
import Arrays
import Artifacts
import Calibration

/// The comparison of new texts with the test rows.
struct ShiftCheck {
  /// What was seen, a sentence each; empty where nothing is beyond chance.
  let findings: [String]

  /// The probability of a warning about texts of the same kind.
  private static let level = 0.01
  /// One for each score, and one for the answers.
  private static let tests = DetectionScore.ofClasses.count + 1

  /// Compares `rows`, a part of the new texts, with the test rows.
  init(_ rows: ForecastRows, _ rule: DecisionRule, classNames: [String]) {
    let test = rule.promises.test.mixture
    guard test.count > 1, rows.count > 1 else {
      findings = []
      return
    }
    let new = rule.mixture(rows)
    findings =
      Self.scores(new, rows, test, rule.known.testUncertainty).compactMap(Self.finding)
      + Self.answers(new, test, classNames)
  }

  private typealias Scores = (title: String, test: [Double], new: [Double])

  /// The uncertainty scores of both sets. Without a spread there are two.
  private static func scores(
    _ new: Mixture, _ rows: ForecastRows, _ test: Mixture, _ uncertainty: Uncertainty
  ) -> [Scores] {
    func all(_ measure: ForecastRows.Measure) -> [Double] { (0..<rows.count).map { rows.value(measure, $0) } }
    let spread: [Scores] =
      uncertainty.groups * uncertainty.samples > 1
      ? [
        (DetectionScore.mutualInformation.title, uncertainty.epistemic, all(.epistemic)),
        (DetectionScore.disagreement.title, uncertainty.disagreement, all(.disagreement)),
      ] : []
    return [
      (
        DetectionScore.maxProbability.title, (0..<test.count).map { 1 - test.confidence($0) },
        (0..<new.count).map { 1 - new.confidence($0) }
      ), (DetectionScore.entropy.title, test.entropies, new.entropies),
    ] + spread
  }

  /// A sentence where the AUROC of new against test rows is beyond what chance gives.
  ///
  /// Without a difference, the AUROC of m against n rows has the mean 1/2 and at most the variance (m + n + 1) / 12mn
  /// (Mann and Whitney 1947); ties make it smaller.
  private static func finding(_ scores: Scores) -> String? {
    guard let area = Detection(inDistribution: scores.test, shifted: scores.new, .areaUnderROC).score.value else {
      return nil
    }
    let (m, n) = (Double(scores.test.count), Double(scores.new.count))
    let reach = inverseNormal(1 - level / 2 / Double(tests)) * ((m + n + 1) / 12 / m / n).squareRoot()
    guard abs(area - 0.5) > reach else { return nil }
    let (low, high) = (fixed(100 * (0.5 - reach), 1), fixed(100 * (0.5 + reach), 1))
    return "\(area > 0.5 ? "less" : "more") certain of the new texts than of the test rows by \(scores.title): "
      + "AUROC \(fixed(100 * area, 1)) %, where chance gives \(low) to \(high) %"
  }

  /// A sentence for each class that is answered more or less often than among the test rows.
  private static func answers(_ new: Mixture, _ test: Mixture, _ classNames: [String]) -> [String] {
    func counts(_ mixture: Mixture) -> [Double] {
      (0..<mixture.count).reduce(into: [Double](repeating: 0, count: classNames.count)) {
        $0[mixture.prediction($1)] += 1
      }
    }
    guard !classNames.isEmpty else { return [] }
    let (m, n) = (Double(test.count), Double(new.count))
    let bound = inverseNormal(1 - level / 2 / Double(classNames.count * tests))
    return zip(classNames, zip(counts(test), counts(new))).compactMap { name, counts in
      let pooled = (counts.0 + counts.1) / (m + n)
      let deviation = (pooled * (1 - pooled) * (1 / m + 1 / n)).squareRoot()
      guard abs(counts.1 / n - counts.0 / m) > bound * deviation else { return nil }
      return "\(name) is the answer to \(fixed(100 * counts.1 / n, 0)) % of the new texts, and to "
        + "\(fixed(100 * counts.0 / m, 0)) % of the test rows"
    }
  }
}
