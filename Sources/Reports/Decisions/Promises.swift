// What can be promised about new texts, from the labelled test rows of a run: they chose neither the temperature nor the
// epoch, so they are to the method what new texts of the same kind are.
import Calibration
import Faults

/// The labelled test rows of a run as a forecasts file would hold them, and what follows from them.
package struct Promises: Sendable {
  /// The test rows with a label, under the temperature and the prior.
  let test: Outcomes
  /// What was asked for.
  let settings: DecisionSettings
  /// The least confidence of an answer that needs no human; nil where no threshold keeps the promise.
  let threshold: Double?
  /// The share of the test rows that are at least as confident, and the share of errors among them.
  let answered: (share: Double, errors: Double)
  /// The least probability of a class in a set; nil where there are too few rows.
  let setThreshold: Double?

  init(_ test: Outcomes, _ settings: DecisionSettings) {
    (self.test, self.settings) = (test, settings)
    let threshold = settings.risk.flatMap {
      riskThreshold(confidences: test.confidences, correct: test.correct, risk: $0, delta: settings.delta)
    }
    self.threshold = threshold
    let kept = test.confidences.indices.filter { test.confidences[$0] >= threshold ?? .infinity }
    answered = (
      Double(kept.count) / Double(max(1, test.count)),
      kept.reduce(0) { $0 + 1 - test.correct[$1] } / Double(max(1, kept.count))
    )
    setThreshold = lacThreshold(test, coverage: settings.coverage)
  }
}
