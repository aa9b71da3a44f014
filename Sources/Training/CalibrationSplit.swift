// The scores of a trained vector on the calibration split, which are recorded in the history after every epoch.
import Artifacts
import Calibration
import Faults

/// The calibration examples that have a label.
package struct CalibrationSplit: Sendable {
  /// Their indices in the set.
  package let examples: [Int]
  private let labels: [Int32]

  /// The calibration examples of `set` that have a label.
  ///
  /// - Throws: `Fault` of kind `.data` if there are none.
  package init(_ set: TokenizedSet) throws {
    examples = set.examples(of: .calibration).filter { set.labels[$0] >= 0 }
    labels = set.rowLabels(of: examples)
    guard !examples.isEmpty else {
      throw Fault(
        .data, set.dataset, "it has no calibration split to score after each epoch",
        hint: "tokenize it with a `calibration-fraction` above 0")
    }
  }

  /// Mean negative log-likelihood in nats, accuracy and expected calibration error (15 right-closed bins). If `parameters`
  /// holds several members, their mean probabilities are scored. With labels, each label of an example is scored by itself.
  ///
  /// - Throws: `Fault` naming the first row whose logits are not finite.
  package func scores(_ scorer: Scorer, parameters: [Float]) throws -> (nll: Double, accuracy: Double, ece: Double) {
    scores(
      of: try scorer.logProbabilities(of: examples, parameters: parameters), in: scorer.data,
      members: scorer.members(in: parameters).count)
  }

  /// The same of log-probabilities (example, member, answer) of the split's examples.
  package func scores(
    of answers: [Float], in set: TokenizedSet, members: Int = 1
  ) -> (nll: Double, accuracy: Double, ece: Double) {
    let outcomes = Outcomes(
      Mixture(
        PosteriorSamples(
          logits: set.rows(of: answers, examples: examples.count, draws: members), groups: members,
          choices: set.scoring == .labels ? 2 : set.maximumChoices, choiceCounts: set.rowChoiceCounts(of: examples))),
      labels: labels)
    func value(_ statistic: some Statistic) -> Double { statistic.score.value ?? .nan }
    return (
      value(outcomes.negativeLogLikelihood), value(outcomes.accuracy), value(outcomes.expectedCalibrationError())
    )
  }
}
