// The network as a linear function of its parameters around their mean: the logits of an example are then Gaussian, f ~
// N(f_mean, J Σ Jᵀ) with Σ the parameters' covariance (Immer et al. 2021, arXiv:2008.08216; Yang et al. 2024,
// arXiv:2308.13111, eq. 13). Each module's part of J is handed on when the backward pass reaches the module.
import Arrays
import Artifacts
import Faults
import Training
import Transformers

/// The Gaussian of one example's logits.
package struct LogitGaussian: Equatable, Sendable {
  /// [choice] The logits at the parameters' mean, with class weights undone.
  package var mean: [Float]
  /// [precision][choice, choice] One covariance for each requested precision.
  package var covariances: [[Double]]

  package init(mean: [Float], covariances: [[Double]]) { (self.mean, self.covariances) = (mean, covariances) }

  /// Gives a choice's logit exactly the covariances of an earlier choice with the same tokens.
  fileprivate mutating func repeatVariances(_ repeated: RepeatedChoice) {
    let (choices, choice, first) = (mean.count, repeated.choice, repeated.first)
    for index in covariances.indices {
      for other in 0..<choices {
        covariances[index][choice * choices + other] = covariances[index][first * choices + other]
      }
      for other in 0..<choices {
        covariances[index][other * choices + choice] = covariances[index][other * choices + first]
      }
    }
  }
}

/// The covariance of an example's logits, from the parts of J that belong to each block of parameters.
protocol LogitCovariance {
  /// Adds a block's part of J (row, parameter of the block).
  mutating func add(_ jacobian: [Float], block: Int)
  /// [precision][row, row] J Σ Jᵀ, once all blocks were added.
  var covariances: [[Double]] { get }
}

/// A network linearised around one vector.
package struct Linearization: Sendable {
  /// [parameter] The network's vector at the mean.
  let values: [Float]
  /// [block] The parameters that vary, with their positions in the network and its backward pass.
  let layout: [CurvatureBlock]
  /// Whether the rows of J are differences from the first choice's logit where one sequence gives the logits of all
  /// choices. Probabilities do not depend on a shift that all logits share, and the pass has one copy less.
  let contrasts: Bool
  /// An empty sum for an example with this number of rows of J.
  private let covariance: @Sendable (_ rows: Int) -> any LogitCovariance

  init(
    values: [Float], layout: [CurvatureBlock], contrasts: Bool,
    covariance: @escaping @Sendable (_ rows: Int) -> any LogitCovariance
  ) {
    (self.values, self.layout, self.contrasts, self.covariance) = (values, layout, contrasts, covariance)
  }

  /// A Laplace approximation, with one covariance for each precision of the prior.
  init(values: [Float], blocks: [Curvature.Block], layout: [CurvatureBlock], precisions: [Double]) {
    self.init(values: values, layout: layout, contrasts: false) { rows in
      KroneckerCovariance(blocks, precisions: precisions, rows: rows)
    }
  }

  /// The logits' Gaussians for a few examples.
  ///
  /// - Parameter worker: Index of the thread among the scorer's.
  /// - Throws: what `Scorer.backward` throws.
  func gaussians(_ examples: [Int], _ scorer: Scorer, worker: Int) throws -> [LogitGaussian] {
    let differences = takesDifferences(scorer)
    let (means, all) = try pass(examples, scorer, worker: worker)
    return examples.indices.map { index in
      let covariances = all[index].covariances
      var gaussian = LogitGaussian(
        mean: scorer.undoingClassWeights(means[index]),
        covariances: differences ? covariances.map(Self.withFirstChoice) : covariances)
      for repeated in scorer.repeatedChoices(of: examples[index]) { gaussian.repeatVariances(repeated) }
      return gaussian
    }
  }

  /// Whether the rows of J are differences from the first logit.
  private func takesDifferences(_ scorer: Scorer) -> Bool { contrasts && scorer.repeatsSequences }

  /// [example] The logits as the loss sees them, and the covariances of rows of J.
  ///
  /// - Throws: what `Scorer.backward` throws.
  func pass(_ examples: [Int], _ scorer: Scorer, worker: Int) throws -> (
    means: [[Float]], covariances: [any LogitCovariance]
  ) {
    let differences = takesDifferences(scorer)
    let sums = Sums(
      examples.map { covariance(scorer.data.choiceCount($0) - (differences ? 1 : 0)) }, blocks: layout.count)
    try scorer.backward(
      examples, parameters: values, worker: worker, contrasts: contrasts,
      directions: { index, logits in
        sums.means[index] = logits
        return logits.indices.dropFirst(differences ? 1 : 0).map { row in
          logits.indices.map { $0 == row ? 1 : differences && $0 == 0 ? -1 : 0 }
        }
      },
      observer: { choices, seen in
        for index in layout.indices where layout[index].number == seen.number {
          for (example, sequences) in choices.ofExample.enumerated() {
            add(seen, Array(seen.rows[sequences]), block: index, to: &sums.jacobians[index][example, default: []])
          }
          sums.seen[index] += 1
          guard sums.seen[index] == layout[index].applications else { continue }
          for example in examples.indices {
            sums.covariances[example].add(sums.jacobians[index][example]!, block: index)
          }
          sums.jacobians[index] = [:]
        }
      })
    return (sums.means, sums.covariances)
  }

  /// The covariance (choice, choice) for that of the differences from the first choice, which does not vary.
  private static func withFirstChoice(_ covariance: [Double]) -> [Double] {
    let rows = Int(Double(covariance.count).squareRoot())
    let zero = [Double](repeating: 0, count: rows + 1)
    return zero + (0..<rows).flatMap { [0] + covariance[$0 * rows..<($0 + 1) * rows] }
  }

  /// The sums during a pass, shared by its closures.
  private final class Sums {
    /// [example][choice]
    var means: [[Float]]
    /// [example]
    var covariances: [any LogitCovariance]
    /// [block][example] (row, parameter) The block's part of J, until all of a module's applications were seen.
    var jacobians: [[Int: [Float]]]
    /// [block] The applications that were seen.
    var seen: [Int]
    init(_ covariances: [any LogitCovariance], blocks: Int) {
      (means, self.covariances) = (covariances.map { _ in [] }, covariances)
      (jacobians, seen) = (Array(repeating: [:], count: blocks), Array(repeating: 0, count: blocks))
    }
  }

  /// Adds one application's part: the gradient that starts at a sequence is the sum of g aᵀ over the sequence's rows.
  private func add(_ seen: LinearObservation, _ rows: [Range<Int>], block index: Int, to jacobian: inout [Float]) {
    let block = layout[index]
    let isFirst = jacobian.isEmpty
    if isFirst { jacobian = [Float](repeating: 0, count: rows.count * block.count) }
    jacobian.withUnsafeMutableBufferPointer { matrices in
      for (choice, range) in rows.enumerated() {
        GEMM.multiply(
          rows: block.outputs, columns: block.inputs, inner: range.count, block.outputGradients(seen, range),
          block.outputs, .transposed, block.inputs(seen, range), block.inputs, .plain,
          into: matrices.baseAddress! + choice * block.count, block.inputs, adding: !isFirst)
      }
    }
  }
}

/// Number of examples in one part of a step.
let examplesPerPart = 4
/// Number of parts in one step: enough for several threads, few enough for short steps.
let partsPerStep = 4
/// Number of examples in one step.
let examplesPerStep = partsPerStep * examplesPerPart

/// The number of steps through `examples`.
func stepCount(of examples: [Int]) -> Int { (examples.count + examplesPerStep - 1) / examplesPerStep }

/// The examples of step `number`, 0 for the first, through `examples`.
func stepExamples(_ number: Int, of examples: [Int]) -> ArraySlice<Int> {
  examples[number * examplesPerStep..<min((number + 1) * examplesPerStep, examples.count)]
}

/// The parts of a step, independent of the number of threads.
func parts(ofStep examples: ArraySlice<Int>) -> [[Int]] {
  stride(from: examples.startIndex, to: examples.endIndex, by: examplesPerPart).map {
    Array(examples[$0..<min($0 + examplesPerPart, examples.endIndex)])
  }
}

extension Linearization {
  /// The logits' Gaussians for the examples of one step.
  package func gaussians(ofStep examples: ArraySlice<Int>, _ scorer: Scorer) throws -> [LogitGaussian] {
    let parts = parts(ofStep: examples)
    var results = [[LogitGaussian]](repeating: [], count: parts.count)
    try results.withUnsafeMutableBufferPointer { results in
      nonisolated(unsafe) let results = results
      try parallel(parts: parts.count, threads: scorer.threads) { part, worker in
        results[part] = try gaussians(parts[part], scorer, worker: worker)
      }
    }
    return results.flatMap { $0 }
  }
}
