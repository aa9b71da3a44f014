// The answers of an adapter to questions that all clients share, by which clients compare each other without seeing each
// other's data.
import Artifacts
import Calibration
import Training

/// The answers of one adapter to some questions.
struct SharedAnswers {
  /// [row, choice]
  private let logProbabilities: [Float]
  private let choices: Int
  private let choiceCounts: [Int32]

  /// The answers of the adapter `values` to all examples of the data set of `scorer`.
  ///
  /// - Throws: `Fault` naming the first row whose logits are not finite; of kind `.configuration` if the data set has no
  ///   choices.
  init(_ scorer: Scorer, _ values: [Float]) throws {
    let set = scorer.data
    try set.requireChoices(for: "a comparison of answers", hint: "use another `trust`")
    let examples = Array(0..<set.count)
    logProbabilities = set.rows(
      of: try scorer.logProbabilities(of: examples, parameters: values), examples: examples.count, draws: 1)
    choices = set.scoring == .labels ? 2 : set.maximumChoices
    choiceCounts = set.rowChoiceCounts(of: examples)
  }

  /// The mean over questions of the Jensen-Shannon divergence (Lin 1991) between the answers of two adapters, in nats: 0 to
  /// log 2. It is the mutual information of the answer and the adapter, where either is as likely.
  func divergence(from other: SharedAnswers) -> Double {
    let rows = choiceCounts.indices.map { $0 * choices..<($0 + 1) * choices }
    let both = PosteriorSamples(
      logits: rows.flatMap { logProbabilities[$0] + other.logProbabilities[$0] }, groups: 2, choices: choices,
      choiceCounts: choiceCounts)
    return Uncertainty(both).epistemic.reduce(0, +) / Double(rows.count)
  }
}
