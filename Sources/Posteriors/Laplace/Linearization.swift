// The network as a linear function of its parameters around their mean: the logits of an example are then Gaussian, f ~
// N(f_mean, J (H + lambda I)⁻¹ Jᵀ) (Immer et al. 2021, arXiv:2008.08216; Yang et al. 2024, arXiv:2308.13111, eq. 13). J
// is never materialised: each module's part of the covariance is added when the backward pass reaches the module.
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

/// A Laplace approximation around one trained vector.
package struct Linearization {
  /// [parameter] The mean.
  let values: [Float]
  let blocks: [Curvature.Block]
  /// [block] Their positions in the network and its backward pass.
  let layout: [CurvatureBlock]
  /// Precisions of the prior.
  let precisions: [Double]

  /// The logits' Gaussians for a few examples.
  ///
  /// - Parameter worker: Index of the thread among the scorer's.
  /// - Throws: what `Scorer.backward` throws.
  func gaussians(_ examples: [Int], _ scorer: Scorer, worker: Int) throws -> [LogitGaussian] {
    let sums = Sums(
      examples.map { example in
        let zeros = [Double](repeating: 0, count: scorer.data.choiceCount(example) * scorer.data.choiceCount(example))
        return LogitGaussian(mean: [], covariances: precisions.map { _ in zeros })
      }, blocks: blocks.count)
    try scorer.backward(
      examples, parameters: values, worker: worker,
      directions: { index, logits in
        sums.gaussians[index].mean = scorer.undoingClassWeights(logits)
        return logits.indices.map { row in logits.indices.map { $0 == row ? 1 : 0 } }
      },
      observer: { choices, seen in
        for index in blocks.indices where layout[index].number == seen.number {
          for (example, sequences) in choices.ofExample.enumerated() {
            add(seen, Array(seen.rows[sequences]), block: index, to: &sums.jacobians[index][example, default: []])
          }
          sums.seen[index] += 1
          guard sums.seen[index] == layout[index].applications else { continue }
          for example in examples.indices {
            addCovariance(sums.jacobians[index][example]!, block: index, to: &sums.gaussians[example])
          }
          sums.jacobians[index] = [:]
        }
      })
    for (index, example) in examples.enumerated() {
      for repeated in scorer.repeatedChoices(of: example) { sums.gaussians[index].repeatVariances(repeated) }
    }
    return sums.gaussians
  }

  /// The sums during a pass, shared by its closures.
  private final class Sums {
    var gaussians: [LogitGaussian]
    /// [block][example] (choice, parameter) The gradients of the choices' logits, until all of a module's applications
    /// were seen.
    var jacobians: [[Int: [Float]]]
    /// [block] The applications that were seen.
    var seen: [Int]
    init(_ gaussians: [LogitGaussian], blocks: Int) {
      self.gaussians = gaussians
      (jacobians, seen) = (Array(repeating: [:], count: blocks), Array(repeating: 0, count: blocks))
    }
  }

  /// Adds one application's part: the gradient of choice c's logit is the sum of g aᵀ over the rows of its sequence.
  private func add(_ seen: LinearObservation, _ rows: [Range<Int>], block index: Int, to jacobian: inout [Float]) {
    let (block, entry) = (blocks[index], layout[index])
    let isFirst = jacobian.isEmpty
    if isFirst { jacobian = [Float](repeating: 0, count: rows.count * block.count) }
    jacobian.withUnsafeMutableBufferPointer { matrices in
      for (choice, range) in rows.enumerated() {
        BLAS.multiply(
          rows: block.outputs, columns: block.inputs, inner: range.count, entry.outputGradients(seen, range),
          block.outputs, .transposed, entry.inputs(seen, range), block.inputs, .plain,
          into: matrices.baseAddress! + choice * block.count, block.inputs, adding: !isFirst)
      }
    }
  }

  /// Adds what a block's parameters contribute to the covariance of the logits, whose gradients (choice, parameter)
  /// these are.
  private func addCovariance(_ jacobian: [Float], block index: Int, to gaussian: inout LogitGaussian) {
    let block = blocks[index]
    let choices = jacobian.count / block.count
    let coordinates = block.coordinates(jacobian, count: choices)
    for (index, precision) in precisions.enumerated() {
      block.addCovariance(
        coordinates, count: choices, precision: precision, to: &gaussian.covariances[index])
    }
  }
}

/// Number of examples in one part of a step.
private let examplesPerPart = 4
/// Number of parts in one step: enough for several threads, few enough for short steps.
let partsPerStep = 4
/// Number of examples in one step.
let examplesPerStep = partsPerStep * examplesPerPart

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
