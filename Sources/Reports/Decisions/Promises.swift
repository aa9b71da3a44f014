// What can be promised about new texts, from the labelled test rows of a run: they chose neither the temperature nor the
// epoch, so they are to the method what new texts of the same kind are.
import Calibration

/// The labelled test rows of a run as a forecasts file would hold them, and what follows from them.
package struct Promises: Sendable {
  /// The test rows with a label, under the temperature and the prior.
  let test: Outcomes
  /// What was asked for.
  let settings: DecisionSettings
  /// The answers that need no human, or the strictest threshold that was tried in vain; nil where no risk was asked for.
  let answering: Result<SelectiveAnswering, NoThreshold>?
  /// How the sets are made, or how many rows that would take.
  let sets: Result<ConformalSets, TooFewRows>

  /// - Parameters:
  ///   - test: see the property.
  ///   - ids: [row] the ids of these rows, which key the random parts of sets.
  ///   - calibration: the calibration rows under the same temperature and prior, which order the thresholds to be tested.
  init(_ test: Outcomes, ids: [String], calibration: Mixture, _ settings: DecisionSettings) {
    (self.test, self.settings) = (test, settings)
    answering = settings.target.map { target in
      let order = ThresholdOrder(calibration: calibration, testRows: test.count, target)
      return Result { () throws(NoThreshold) in try SelectiveAnswering(test, order, target) }
    }
    sets = Result { () throws(TooFewRows) in
      try ConformalSets(
        test, randomParts: ConformalScore.randomParts(ids: ids), score: settings.sets.score,
        coverage: settings.coverage, scope: settings.sets.scope)
    }
  }

  /// Whether a human should answer a text; nil where no risk was asked for.
  func asksHuman(confidence: Double) -> Bool? {
    switch answering {
    case nil: nil
    case .failure: true
    case .success(let answering): confidence < answering.threshold
    }
  }

  /// The set of a text; nil where there are too few rows for sets. It always holds the answer, `choice`: an empty set would
  /// tell nobody anything, and the coverage can only grow.
  func set(_ probabilities: [Double], choice: Int, randomPart: Double) -> [Int]? {
    guard case .success(let sets) = sets else { return nil }
    let set = sets.set(probabilities, randomPart: randomPart)
    return set.contains(choice) ? set : (set + [choice]).sorted()
  }
}
