// The scores of a trained vector on the calibration split, which are recorded in the history after every epoch.
import Artifacts
import Calibration
import Faults

/// The calibration examples that have a label.
package struct CalibrationSplit: Sendable {
  private let examples: [Int]
  private let labels: [Int32]

  /// The calibration examples of `set` that have a label.
  ///
  /// - Throws: `Fault` of kind `.data` if there are none.
  package init(_ set: TokenizedSet) throws {
    examples = set.examples(of: .calibration).filter { set.labels[$0] >= 0 }
    labels = examples.map { set.labels[$0] }
    guard !examples.isEmpty else {
      throw Fault(
        .data, set.dataset, "it has no calibration split to score after each epoch",
        hint: "tokenize it with a `calibration-fraction` above 0")
    }
  }

  /// Mean negative log-likelihood in nats, accuracy and expected calibration error (15 right-closed bins). If `parameters`
  /// holds several members, their mean probabilities are scored.
  ///
  /// - Throws: `Fault` naming the first row whose logits are not finite.
  package func scores(_ scorer: Scorer, parameters: [Float]) throws -> (nll: Double, accuracy: Double, ece: Double) {
    let logits = try scorer.logProbabilities(of: examples, parameters: parameters)
    let outcomes = Outcomes(
      Mixture(
        PosteriorSamples(
          logits: logits, groups: scorer.members(in: parameters).count, choices: scorer.data.maximumChoices,
          choiceCounts: examples.map { Int32(scorer.data.choiceCount($0)) })), labels: labels)
    func value(_ statistic: some Statistic) -> Double { statistic.score.value ?? .nan }
    return (
      value(outcomes.negativeLogLikelihood), value(outcomes.accuracy), value(outcomes.expectedCalibrationError())
    )
  }
}
