// The divergence from the base as a term of the loss: beta KL(p || p_base) over the choices of each training example, one
// of the regularizers of LoRA ensembles (Wang et al. 2023, arXiv:2310.00035), with the direction of the divergence that is
// usual in fine-tuning with rewards. A decoder's base has answers of its own, whose probabilities are computed once, before
// the first step. An encoder's has none before a head is trained: there p_base are the answers that the head of the moment
// gives on the base's own hidden states, without the adapters, and no gradient goes through them.
import Adapters
import Arrays
import Artifacts
import Faults
import Foundation

/// A term of the loss that keeps the answers of an adapter near those of its base.
struct BaseDivergence: Sendable {
  /// The factor beta.
  let coefficient: Double
  /// [row, choice] The base's log-probabilities of the training examples.
  private let logProbabilities: [Float]
  private let width: Int
  /// The row in `logProbabilities` of a training example, by its index in the data set.
  private let rows: [Int: Int]

  /// - Parameters:
  ///   - examples: the training examples' indices in the data set.
  ///   - logProbabilities: (example, width) the base's log-probabilities of these examples.
  ///   - width: the largest number of choices in the data set.
  init(coefficient: Double, examples: [Int], logProbabilities: [Float], width: Int) {
    precondition(logProbabilities.count == examples.count * width, "\(logProbabilities.count) log-probabilities")
    (self.coefficient, self.logProbabilities, self.width) = (coefficient, logProbabilities, width)
    rows = Dictionary(uniqueKeysWithValues: examples.enumerated().map { ($1, $0) })
  }

  /// The gradient of beta KL(p || p_base) with respect to the logits (count) of one example:
  /// beta p (log p - log p_base - KL).
  func gradient(_ logits: UnsafePointer<Float>, count: Int, example: Int) -> [Double] {
    guard let row = rows[example] else { preconditionFailure("example \(example) is not a training example") }
    var logarithms = [Float](repeating: 0, count: count)
    logSoftmax(logits, into: &logarithms, count: count)
    let ratios = (0..<count).map { Double(logarithms[$0]) - Double(logProbabilities[row * width + $0]) }
    let probabilities = logarithms.map { exp(Double($0)) }
    let divergence = zip(probabilities, ratios).reduce(0) { $0 + $1.0 * $1.1 }
    return zip(probabilities, ratios).map { coefficient * $0 * ($1 - divergence) }
  }
}

extension Scorer {
  /// Adds the gradient of beta KL(p || p_base) to that of every later step. The loss that is reported is still the
  /// cross-entropy alone.
  ///
  /// - Throws: `Fault` of kind `.data` for rows without choices; what predicting throws.
  package func regularize(towardsBase coefficient: Double, examples: [Int]) throws {
    guard coefficient > 0 else {
      baseDivergence = nil
      return
    }
    try data.requireChoices(for: "`base-divergence`")
    // With its initial values, every parametrisation gives the base. With zeros, OLoRA does not: it subtracts its start
    // from W.
    baseValues = parametrisation.initialValues(seed: 0)
    try setDivergence(coefficient, examples)
  }

  /// Sets the base's answers to the examples of a step where the head is trained, so that they are those of the head in
  /// `values`. It takes a forward pass.
  ///
  /// - Throws: what predicting throws.
  package func followHead(of values: [Float], examples: [Int]) throws {
    guard let coefficient = baseDivergence?.coefficient, layout.headOutputs > 0 else { return }
    for entry in parameters.entries where LowRankLayout.headTensors.contains(entry.name) {
      let range = entry.offset..<entry.offset + entry.count
      baseValues.replaceSubrange(range, with: values[range])
    }
    try setDivergence(coefficient, examples)
  }

  private func setDivergence(_ coefficient: Double, _ examples: [Int]) throws {
    baseDivergence = BaseDivergence(
      coefficient: coefficient, examples: examples,
      logProbabilities: try logProbabilities(of: examples, parameters: baseValues), width: data.maximumChoices)
  }
}
