// The exact generalised Gauss-Newton matrix over all trained parameters, G = Σ Jᵀ (diag p - p pᵀ) J, which for a softmax's
// cross-entropy is the Fisher matrix. With the r² numbers of a module of b-lora-xs it is small enough to be kept whole, so
// the Laplace approximation rests on no Kronecker factors: the evidence, and the covariance (G + lambda I)⁻¹, come from its
// eigenvalues, for every lambda in linear time. Its file is that of Kronecker factors with one block: 1 ⊗ G.
import Adapters
import Arrays
import Artifacts
import Calibration
import Faults
import JSON
import Training

/// The collection of one exact Laplace approximation.
package struct ExactCurvatureRun: Resumable {
  /// The network on the data set that the adapter was fitted on.
  package let scorer: Scorer
  private let settings: CurvatureSettings
  private let fit: AdapterSettings
  private let adapter: Adapter
  private let training: [Int]
  private let calibration: [Int]
  private let jacobians: Linearization
  private var sum: SecondMoment
  private var logLikelihood = 0.0
  /// [example] The Gaussians of the calibration examples so far, with a covariance for each of `PriorSearch.precisions`.
  private var gaussians: [LogitGaussian] = []
  private var block: Curvature.Block?
  /// Steps done so far.
  package private(set) var completed = 0

  /// A run before its first step.
  ///
  /// - Parameter availableMemory: memory for the matrix, in bytes; nil for all that is free.
  /// - Throws: `Fault` if the adapter does not match the data set, or the matrix would not fit into memory; what
  ///   `BLAS.prepare` throws.
  package init(
    _ scorer: Scorer, from adapter: Adapter, fit: AdapterSettings, _ settings: CurvatureSettings,
    availableMemory: Int? = nil
  ) throws {
    try settings.validate()
    try Laplace.check(scorer.data)
    guard adapter.parameters == scorer.parameters, fit.variational == nil else {
      throw Fault(.configuration, setting: "adapter", "it was not fitted on this base and data set as a point estimate")
    }
    (self.scorer, self.settings, self.fit, self.adapter) = (scorer, settings, fit, adapter)
    training = try DataOrder(training: scorer.data, fit, seed: adapter.seed).examples
    try scorer.checkPrefix(holds: training)
    calibration = try settings.calibrationExamples(of: scorer.data)
    let bytes = Self.bytes(parameters: adapter.values.count)
    guard bytes <= Double(availableMemory ?? Memory.available) else {
      throw Fault(
        .configuration, setting: "parameters",
        "found exact, whose matrix of \(adapter.values.count) parameters needs \(Memory.mebibytes(bytes)), "
          + "\(Memory.mebibytes(availableMemory ?? Memory.available)) are free",
        hint: "use `parameters all`, or an adapter with fewer parameters, as those of `parametrisation b-lora-xs`")
    }
    try BLAS.prepare(threads: scorer.threads)
    jacobians = try Linearization(
      at: adapter.values, scorer, setting: "parameters", hint: "use `parameters all`", contrasts: false
    ) { jacobian, _ in [jacobian.map(Double.init)] }
    sum = SecondMoment(size: adapter.values.count, rank: adapter.values.count)
  }

  /// Bytes of the sum, and of the eigenvectors with their workspace. Those of a whole model need not fit into an `Int`.
  package static func bytes(parameters: Int) -> Double {
    6 * Double(parameters) * Double(parameters) * Double(MemoryLayout<Double>.stride)
  }

  /// What it holds in memory.
  package var memory: RunMemory {
    scorer.memoryOfCurvature(step: Array(stepExamples(0, of: training)))
      .adding("curvature", Self.bytes(parameters: adapter.values.count))
  }

  private var trainingSteps: Int { stepCount(of: training) }
  /// Total number of steps.
  package var total: Int { trainingSteps + stepCount(of: calibration) }
  package var note: String { "" }

  /// Processes the examples of the next step.
  ///
  /// - Throws: `Fault` if logits or the matrix are not finite.
  package mutating func advance() throws {
    if completed < trainingSteps {
      try addRows(stepExamples(completed, of: training))
    } else {
      let block = try self.block ?? eigenvectors()
      self.block = block
      let linearization = try Self.linearization(adapter.values, block, scorer, precisions: PriorSearch.precisions)
      gaussians += try linearization.gaussians(ofStep: stepExamples(completed - trainingSteps, of: calibration), scorer)
    }
    completed += 1
  }

  /// Adds the rows √(w p_c) (e_c - p)ᵀ J of every example, in order, regardless of which thread computed them.
  private mutating func addRows(_ examples: ArraySlice<Int>) throws {
    let parts = parts(ofStep: examples)
    var results = [(rows: [Double], logLikelihood: Double)](repeating: ([], 0), count: parts.count)
    try results.withUnsafeMutableBufferPointer { results in
      nonisolated(unsafe) let results = results
      try parallel(parts: parts.count, threads: scorer.threads) { part, worker in
        results[part] = try rows(parts[part], worker: worker)
      }
    }
    for result in results {
      sum.add(result.rows)
      logLikelihood += result.logLikelihood
    }
  }

  private func rows(_ examples: [Int], worker: Int) throws -> (rows: [Double], logLikelihood: Double) {
    let (logits, all) = try jacobians.pass(examples, scorer, worker: worker)
    var result: (rows: [Double], logLikelihood: Double) = ([], 0)
    for (index, example) in examples.enumerated() {
      let (probabilities, logarithms) = softmax(logits[index].map(Double.init))
      let targets = scorer.lossTargets(of: example)
      for (target, logarithm) in zip(targets, logarithms) where target > 0 {
        result.logLikelihood += target * logarithm
      }
      let directions = KroneckerFactors.directions(probabilities, weight: targets.reduce(0, +))
      result.rows += SymmetricMatrix.multiply(
        rows: directions.count, columns: adapter.values.count, inner: directions.count, directions.flatMap { $0 },
        all[index].covariances[0])
    }
    return result
  }

  private func eigenvectors() throws -> Curvature.Block {
    var block = Curvature.Block()
    (block.name, block.outputs, block.inputs) = (Self.blockName, 1, adapter.values.count)
    (block.outputValues, block.outputRows) = ([1], [1])
    (block.inputValues, block.inputRows) = try sum.eigenvectors()
    return block
  }

  /// The name of the only block.
  static let blockName = "all parameters"

  /// The network around `values` with the covariances (G + lambda I)⁻¹ of the parameters, one for each precision.
  ///
  /// - Throws: `Fault` of kind `.configuration` if the vector is not the network's.
  static func linearization(
    _ values: [Float], _ block: Curvature.Block, _ scorer: Scorer, precisions: [Double]
  ) throws -> Linearization {
    try Linearization(
      at: values, scorer, setting: "method", hint: "use a file of this base and data set", contrasts: false
    ) { jacobian, rows in
      var covariance = KroneckerCovariance([block], precisions: precisions, rows: rows)
      covariance.add(jacobian, block: 0)
      return covariance.covariances
    }
  }

  /// The curvature with its prior.
  ///
  /// - Throws: `Fault` if the matrix is not finite, or no prior can be chosen.
  /// - Precondition: all steps are done.
  package func curvature() throws -> Curvature {
    precondition(completed == total, "\(completed) of \(total) steps")
    var file = Curvature()
    (file.seed, file.parameters, file.values) = (adapter.seed, adapter.parameters, adapter.values)
    file.settings = try CurvatureRun.Settings(fit: fit, curvature: settings).canonicalJSON
    (file.examples, file.logLikelihood) = (training.count, logLikelihood)
    file.blocks = [try block ?? eigenvectors()]
    try file.choosePrior(settings, PriorSearch(scorer, calibration), gaussians)
    file.cost = adapter.cost
    return file
  }
}

extension ExactCurvatureRun {
  /// The complete state, exactly.
  package func checkpoint(identity: String) -> Checkpoint {
    var checkpoint = Checkpoint(settings: identity)
    checkpoint.integers["steps"] = completed
    checkpoint.reals["sum"] = sum.state
    checkpoint.reals["logLikelihood"] = [logLikelihood]
    checkpoint.store(gaussians)
    return checkpoint
  }

  /// Resumes from a checkpoint of the same run.
  ///
  /// - Throws: `Fault` of kind `.data` if a part is missing.
  package mutating func restore(_ checkpoint: Checkpoint) throws {
    completed = try checkpoint.integer("steps")
    try sum.restore(checkpoint.reals("sum"))
    logLikelihood = try checkpoint.real("logLikelihood")
    gaussians = try checkpoint.gaussians(of: calibration, steps: completed - trainingSteps, in: scorer.data)
  }
}
