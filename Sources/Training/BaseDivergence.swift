// The divergence from the base as a term of the loss: beta KL(p || p_base) over the choices of each training example, one
// of the regularizers of LoRA ensembles (Wang et al. 2023, arXiv:2310.00035), in the direction of fine-tuning with rewards.
// What the base says of the training examples is computed once, before the first step.
import Arrays
import Artifacts
import Faults
import Foundation

/// What keeps an adapter near its base.
struct BaseDivergence: Sendable {
  /// The factor beta.
  let coefficient: Double
  /// [example, choice] The base's log-probabilities, of the training examples.
  private let logProbabilities: [Float]
  private let width: Int
  /// [example of the data set] Its row in `logProbabilities`.
  private let rows: [Int: Int]

  /// The base's log-probabilities of `examples`, as wide as the widest example of the data set.
  init(coefficient: Double, examples: [Int], logProbabilities: [Float], width: Int) {
    precondition(logProbabilities.count == examples.count * width, "\(logProbabilities.count) log-probabilities")
    (self.coefficient, self.logProbabilities, self.width) = (coefficient, logProbabilities, width)
    rows = Dictionary(uniqueKeysWithValues: examples.enumerated().map { ($1, $0) })
  }

  /// The gradient of beta KL(p || p_base) by the logits (count) of one example: beta p (log p - log p_base - KL).
  func gradient(_ logits: UnsafePointer<Float>, count: Int, example: Int) -> [Double] {
    guard let row = rows[example] else { preconditionFailure("example \(example) does not train") }
    var logarithms = [Float](repeating: 0, count: count)
    logSoftmax(logits, into: &logarithms, count: count)
    let ratios = (0..<count).map { Double(logarithms[$0]) - Double(logProbabilities[row * width + $0]) }
    let probabilities = logarithms.map { exp(Double($0)) }
    let divergence = zip(probabilities, ratios).reduce(0) { $0 + $1.0 * $1.1 }
    return zip(probabilities, ratios).map { coefficient * $0 * ($1 - divergence) }
  }
}

extension Scorer {
  /// Adds beta KL(p || p_base) to the loss of every step from now on, whose gradient then has it; the loss that is
  /// reported stays the cross-entropy.
  ///
  /// - Throws: `Fault` of kind `.configuration` where the base has no answer of its own: its head is trained.
  package func regularize(towardsBase coefficient: Double, examples: [Int]) throws {
    guard coefficient > 0 else {
      baseDivergence = nil
      return
    }
    guard layout.headOutputs == 0 else {
      throw Fault(
        .configuration, setting: "base-divergence",
        "the base gives no answers to \(data.dataset) before its head is trained",
        hint: "it is for decoders, which are asked for letters or continuations")
    }
    // Initial values give the base under every parametrisation. Zeros do not under OLoRA, which subtracts its start from W.
    let base = parametrisation.initialValues(seed: 0)
    baseDivergence = BaseDivergence(
      coefficient: coefficient, examples: examples,
      logProbabilities: try logProbabilities(of: examples, parameters: base), width: data.maximumChoices)
  }
}
