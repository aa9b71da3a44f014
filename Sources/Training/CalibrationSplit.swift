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

  /// What is recorded of a trained vector.
  package struct Scores {
    /// The mean negative log-likelihood of an example, or of a token of the answers where they are written, in nats.
    package var nll: Double
    /// The accuracy; nil where answers are written.
    package var accuracy: Double?
    /// The expected calibration error (15 right-closed bins); nil where answers are written.
    package var ece: Double?
    /// Where answers are written, the negative log-likelihood per byte of their texts, in nats; otherwise nil.
    package var nllPerByte: Double?

    package init(nll: Double, accuracy: Double? = nil, ece: Double? = nil, nllPerByte: Double? = nil) {
      (self.nll, self.accuracy, self.ece, self.nllPerByte) = (nll, accuracy, ece, nllPerByte)
    }
  }

  /// The scores of `parameters`. If they hold several members, their mean probabilities are scored; those of whole answers
  /// where these are written. With labels, each label of an example is scored by itself.
  ///
  /// - Throws: `Fault` naming the first row whose logits are not finite.
  package func scores(_ scorer: Scorer, parameters: [Float]) throws -> Scores {
    scores(
      of: try scorer.logProbabilities(of: examples, parameters: parameters), in: scorer.data,
      members: scorer.members(in: parameters).count)
  }

  /// The same of log-probabilities (example, member, answer) of the split's examples in `set`.
  package func scores(of answers: [Float], in set: TokenizedSet, members: Int = 1) -> Scores {
    if set.scoring == .answers {
      let nll = examples.indices.reduce(0.0) { sum, index in
        sum - logMeanExp(answers[index * members..<(index + 1) * members].map { [Double($0)] })[0]
      }
      let bytes = examples.reduce(0) { $0 + set.answerBytes(of: $1) }
      return Scores(nll: nll / Double(set.lossUnits(of: examples)), nllPerByte: nll / Double(bytes))
    }
    let outcomes = Outcomes(
      Mixture(
        PosteriorSamples(
          logits: set.rows(of: answers, examples: examples.count, draws: members), groups: members,
          choices: set.scoring == .labels ? 2 : set.maximumChoices, choiceCounts: set.rowChoiceCounts(of: examples))),
      labels: labels)
    func value(_ statistic: some Statistic) -> Double { statistic.score.value ?? .nan }
    return Scores(
      nll: value(outcomes.negativeLogLikelihood), accuracy: value(outcomes.accuracy),
      ece: value(outcomes.expectedCalibrationError()))
  }
}
