// The curvature around an adapter, from one pass over its training examples, and the matching prior. All examples
// count, including those of a shorter last step.
import Adapters
import Arrays
import Artifacts
import Faults
import JSON
import Training
import Transformers

/// The collection of one Laplace approximation.
package struct CurvatureRun: Resumable {
  /// The network on the data set that the adapter was fitted on.
  package let scorer: Scorer
  /// The collection's settings.
  package let settings: CurvatureSettings
  private let fit: AdapterSettings
  private let adapter: Adapter
  private let layout: [CurvatureBlock]
  private let training: [Int]
  /// The labelled calibration examples if they choose the prior, otherwise empty.
  let calibration: [Int]
  var factors: KroneckerFactors
  /// [example] The logits of the calibration examples so far, with one covariance for each of `PriorSearch.precisions`.
  var gaussians: [LogitGaussian] = []
  /// The factors' eigenvectors, once the factors are complete.
  private var blocks: [Curvature.Block] = []
  /// Steps done so far.
  package internal(set) var completed = 0

  /// A run before its first step.
  ///
  /// - Parameter availableMemory: Memory for the factors, in bytes; nil for all that is free.
  /// - Throws: `Fault` if the adapter does not match the data set, or the factors would not fit into memory; what
  ///   `BLAS.prepare` throws.
  package init(
    _ scorer: Scorer, from adapter: Adapter, fit: AdapterSettings, _ settings: CurvatureSettings,
    availableMemory: Int? = nil
  ) throws {
    try settings.validate()
    guard adapter.parameters == scorer.layout.parameters, scorer.layout.trained.isEmpty else {
      throw Fault(
        .configuration, setting: "adapter",
        "it does not hold LoRA's factors A and B for this base and data set",
        hint: "fit it with `parametrisation lora` and with these `tokens`")
    }
    try Laplace.check(scorer.data)
    (self.scorer, self.settings, self.fit, self.adapter) = (scorer, settings, fit, adapter)
    layout = try settings.blocks(scorer.architecture, scorer.layout)
    training = try DataOrder(training: scorer.data, fit, seed: adapter.seed).examples
    try scorer.checkPrefix(holds: training)
    calibration = try settings.calibrationExamples(of: scorer.data)
    try BLAS.prepare(threads: scorer.threads)
    try CurvatureMemory(layout, settings).check(availableMemory ?? Memory.available)
    factors = KroneckerFactors(layout, settings)
  }

  /// What it holds in memory.
  package var memory: RunMemory {
    scorer.memoryOfCurvature(step: Array(stepExamples(0, of: training)))
      .adding("curvature", Double(CurvatureMemory(layout, settings).bytes))
  }

  var trainingSteps: Int { stepCount(of: training) }
  /// Total number of steps.
  package var total: Int { trainingSteps + stepCount(of: calibration) }
  package var note: String { "" }

  /// Processes the examples of the next step.
  ///
  /// - Throws: `Fault` if logits or factors are not finite.
  package mutating func advance() throws {
    if completed < trainingSteps {
      try addFactors(stepExamples(completed, of: training))
    } else {
      if blocks.isEmpty { blocks = try eigenvectors() }
      let linearization = Linearization(
        values: adapter.values, blocks: blocks, layout: layout, precisions: PriorSearch.precisions)
      gaussians += try linearization.gaussians(
        ofStep: stepExamples(completed - trainingSteps, of: calibration), scorer)
    }
    completed += 1
  }

  /// Adds the parts of a step in order, regardless of which thread computed them.
  private mutating func addFactors(_ examples: ArraySlice<Int>) throws {
    let parts = parts(ofStep: examples)
    var sums = parts.map { _ in KroneckerFactors(layout, settings) }
    try sums.withUnsafeMutableBufferPointer { sums in
      nonisolated(unsafe) let sums = sums
      try parallel(parts: parts.count, threads: scorer.threads) { part, worker in
        try sums[part].add(parts[part], scorer, values: adapter.values, worker: worker)
      }
    }
    for sum in sums { factors.add(sum) }
  }

  private func eigenvectors() throws -> [Curvature.Block] {
    var blocks = layout.map { _ in Curvature.Block() }
    try blocks.withUnsafeMutableBufferPointer { blocks in
      nonisolated(unsafe) let blocks = blocks
      try parallel(parts: layout.count, threads: scorer.threads) { block, _ in
        blocks[block] = try factors.eigenvectors(block)
      }
    }
    return blocks
  }

  /// The curvature with its prior, and the smallest share of a factor's trace that its retained directions have.
  ///
  /// - Throws: `Fault` if factors are not finite, or no prior can be chosen.
  /// - Precondition: all steps are done.
  package func curvature() throws -> (file: Curvature, leastShare: Double) {
    precondition(completed == total, "\(completed) of \(total) steps")
    var file = Curvature()
    (file.seed, file.parameters, file.values) = (adapter.seed, adapter.parameters, adapter.values)
    file.settings = try Settings(fit: fit, curvature: settings).canonicalJSON
    (file.examples, file.logLikelihood) = (factors.examples, factors.logLikelihood)
    file.blocks = blocks.isEmpty ? try eigenvectors() : blocks
    try file.choosePrior(settings, PriorSearch(scorer, calibration), gaussians)
    file.cost = adapter.cost
    return (file, factors.leastShare(file.blocks))
  }

  /// The settings of fit and collection, as stored in the file.
  struct Settings: Codable {
    var fit: AdapterSettings
    var curvature: CurvatureSettings
  }
}

extension CurvatureSettings {
  /// The labelled calibration examples if they choose the prior, otherwise none.
  ///
  /// - Throws: `Fault` of kind `.data` if they should, and there are none.
  func calibrationExamples(of data: TokenizedSet) throws -> [Int] {
    guard criterion == .calibration, priorPrecision == 0 else { return [] }
    let examples = data.examples(of: .calibration).filter { data.labels[$0] >= 0 }
    guard !examples.isEmpty else {
      throw Fault(
        .data, data.dataset, "it has no calibration split for choosing the prior",
        hint: "use `criterion marginal-likelihood`")
    }
    return examples
  }
}

extension Curvature {
  /// Sets the prior's precision that the settings ask for, and the marginal likelihood.
  ///
  /// - Parameter gaussians: those of the calibration examples, if they choose.
  /// - Throws: `Fault` if no precision can be chosen.
  mutating func choosePrior(
    _ settings: CurvatureSettings, _ search: PriorSearch, _ gaussians: [LogitGaussian]
  ) throws {
    let evidence = MarginalLikelihood(self)
    priorPrecision =
      if settings.priorPrecision > 0 {
        settings.priorPrecision
      } else if settings.criterion == .calibration {
        search.bestPrecision(gaussians)
      } else {
        try evidence.maximizingPrecision()
      }
    logMarginalLikelihood = evidence.value(at: priorPrecision)
  }
}
