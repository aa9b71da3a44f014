// The Kronecker factors of the generalised Gauss-Newton matrix, which for a softmax's cross-entropy is the exact Fisher
// matrix (Martens and Grosse 2015, arXiv:1503.05671; Yang et al. 2024, "Bayesian low-rank adaptation for large language
// models", arXiv:2308.13111). With the logits' Jacobian J of one example and probabilities p, its curvature is
// Jᵀ (diag p - p pᵀ) J = Σ_c p_c Jᵀ (p - e_c) (p - e_c)ᵀ J: one gradient for each class, weighted by its probability.
//
// For a matrix with gradient Σ g aᵀ over the rows (tokens), the curvature is approximated by (Σ g gᵀ) ⊗ (mean of a aᵀ)
// over all rows of all examples: products of different rows are omitted ("KFAC-expand" in Eschenhagen et al. 2023,
// arXiv:2311.00636). Rows are all tokens of all sequences, and so of every choice that has its own sequence. A library
// that sees one text per question, whose rows the choices share, divides by fewer rows: curvlinops' factors of an
// encoder with four choices are four times ours, and the precision that maximizes the marginal likelihood scales with
// them. The published code divides the second factor by examples instead of rows. That would be right if all tokens of
// an example were equal; if they are independent, it overestimates by their number. Only rows that the network computes
// count: above the last attention, those that the head reads.
import Artifacts
import Calibration
import Training
import Transformers

/// The factors of all blocks, summed over examples.
struct KroneckerFactors: Sendable {
  let blocks: [CurvatureBlock]
  /// [block] Σ g gᵀ.
  var outputs: [SecondMoment]
  /// [block] Σ a aᵀ, not yet divided.
  var inputs: [SecondMoment]
  /// The sum of -loss over the examples: Σ log p(label) without votes and class weights.
  var logLikelihood = 0.0
  /// Examples so far.
  var examples = 0

  init(_ blocks: [CurvatureBlock], _ settings: CurvatureSettings) {
    self.blocks = blocks
    outputs = blocks.map { SecondMoment(size: $0.outputs, rank: settings.rank(ofWidth: $0.outputs)) }
    inputs = blocks.map { SecondMoment(size: $0.inputs, rank: settings.rank(ofWidth: $0.inputs)) }
  }

  /// The number of values in the factors of `blocks`, and in the widest of them, whose eigenvectors need as much again.
  static func valueCounts(_ blocks: [CurvatureBlock], _ settings: CurvatureSettings) -> (all: Int, widest: Int) {
    let sizes = blocks.flatMap { [$0.outputs, $0.inputs] }.map {
      SecondMoment.valueCount(size: $0, rank: settings.rank(ofWidth: $0))
    }
    return (sizes.reduce(0, +), sizes.max() ?? 0)
  }

  /// The directions whose outer products sum to w (diag p - p pᵀ), where w is the sum of the example's targets: row c is
  /// √(w p_c) (e_c - p).
  static func directions(_ p: [Double], weight: Double) -> [[Double]] {
    p.indices.map { c in p.indices.map { (weight * p[c]).squareRoot() * (($0 == c ? 1 : 0) - p[$0]) } }
  }

  /// Adds the examples with their labels, at the trained vector `values`.
  ///
  /// - Parameter worker: Index of the thread among the scorer's.
  /// - Throws: what `Scorer.backward` throws.
  mutating func add(_ examples: [Int], _ scorer: Scorer, values: [Float], worker: Int) throws {
    var directions = [[[Double]]](repeating: [], count: examples.count)
    let sums = Sums(self)
    try scorer.backward(
      examples, parameters: values, worker: worker,
      directions: { index, logits in
        let (probabilities, logarithms) = softmax(logits.map(Double.init))
        let targets = scorer.lossTargets(of: examples[index])
        directions[index] = Self.directions(probabilities, weight: targets.reduce(0, +))
        for (target, logarithm) in zip(targets, logarithms) where target > 0 {
          sums.factors.logLikelihood += target * logarithm
        }
        return directions[index]
      },
      observer: { choices, seen in
        for index in sums.factors.blocks.indices where sums.factors.blocks[index].number == seen.number {
          sums.factors.add(seen, to: index, choices, directions)
        }
      })
    self = sums.factors
    self.examples += examples.count
  }

  /// The sums during a pass, shared by its closures.
  private final class Sums {
    var factors: KroneckerFactors
    init(_ factors: KroneckerFactors) { self.factors = factors }
  }

  private mutating func add(
    _ seen: LinearObservation, to index: Int, _ choices: ChoiceSequences, _ directions: [[[Double]]]
  ) {
    let block = blocks[index]
    for example in choices.ofExample.indices {
      let rows = choices.rows(example, seen)
      if block.isSharedOutput {
        // Each direction's gradient is one row: the direction's weights times the choices' inputs.
        let x = block.inputs(seen, rows).map { Double($0) }
        let gradients = weighted(x, by: directions[example], width: block.inputs)
        inputs[index].add(gradients)
        outputs[index].add([Double](repeating: 1, count: rows.count))
      } else {
        let inputRows = choices.inputRows(example, seen)
        inputs[index].add(block.inputs(seen, inputRows), count: inputRows.count)
        outputs[index].add(block.outputGradients(seen, rows), count: rows.count)
      }
    }
  }

  /// Adds the sums of another part.
  mutating func add(_ other: KroneckerFactors) {
    for index in blocks.indices {
      outputs[index].add(other.outputs[index])
      inputs[index].add(other.inputs[index])
    }
    logLikelihood += other.logLikelihood
    examples += other.examples
  }

  /// The eigenvectors of block `index`; the eigenvalues of the inputs are those of the mean over rows.
  ///
  /// - Throws: `Fault` if a factor is not finite.
  func eigenvectors(_ index: Int) throws -> Curvature.Block {
    var (block, layout) = (Curvature.Block(), blocks[index])
    (block.name, block.offset, block.biasOffset) = (layout.name, layout.offset, layout.biasOffset)
    (block.outputs, block.inputs) = (layout.outputs, layout.inputs)
    (block.outputValues, block.outputRows) = try outputs[index].eigenvectors()
    (block.inputValues, block.inputRows) = try inputs[index].eigenvectors()
    block.inputValues = block.inputValues.map { $0 / Double(max(inputs[index].count, 1)) }
    return block
  }

  /// The smallest share of a factor's trace that its retained directions have.
  func leastShare(_ blocks: [Curvature.Block]) -> Double {
    blocks.enumerated().reduce(1) { least, entry in
      let (index, block) = entry
      let ofInputs = block.inputValues.reduce(0, +) * Double(inputs[index].count)
      let shares = [(block.outputValues.reduce(0, +), outputs[index].trace), (ofInputs, inputs[index].trace)]
      return shares.reduce(least) { $1.1 > 0 ? min($0, $1.0 / $1.1) : $0 }
    }
  }
}

/// Rows (directions, width): for each direction the weighted sum of the rows x (choices, width).
private func weighted(_ x: [Double], by directions: [[Double]], width: Int) -> [Double] {
  directions.flatMap { weights in
    (0..<width).map { column in
      weights.indices.reduce(0) { $0 + weights[$1] * x[$1 * width + column] }
    }
  }
}
