// The curvature around an adapter in one pass over its training examples, and the prior that goes with it. All examples
// count, those of a last short step too.
import Adapters
import Arrays
import Artifacts
import Faults
import JSON
import Training
import Transformers

/// The making of one Laplace approximation.
package struct CurvatureRun: Resumable {
  /// The network on the data set that the adapter was fitted on.
  package let scorer: Scorer
  /// How the curvature is taken.
  package let settings: CurvatureSettings
  private let fit: AdapterSettings
  private let adapter: Adapter
  private let places: [CurvatureBlock]
  private let training: [Int]
  /// The labelled calibration examples, where they choose the prior; else empty.
  let calibration: [Int]
  var factors: KroneckerFactors
  /// [example] The calibration examples' logits so far, one covariance for each of `PriorSearch.precisions`.
  var gaussians: [LogitGaussian] = []
  /// The factors' eigenvectors, once the factors are complete.
  private var blocks: [Curvature.Block] = []
  /// Steps done so far.
  package internal(set) var completed = 0

  /// Nothing seen yet.
  ///
  /// - Parameter availableMemory: what the factors may take, in bytes.
  /// - Throws: `Fault` where adapter and data set do not go together, or the factors would not fit.
  package init(
    _ scorer: Scorer, from adapter: Adapter, fit: AdapterSettings, _ settings: CurvatureSettings, availableMemory: Int
  ) throws {
    try settings.validate()
    guard adapter.parameters == scorer.layout.parameters, scorer.layout.trained.isEmpty else {
      throw Fault(
        .configuration, setting: "adapter",
        "it holds something else than LoRA's factors A and B for this base and data set",
        hint: "fit it with `parametrisation lora` and with these `tokens`")
    }
    (self.scorer, self.settings, self.fit, self.adapter) = (scorer, settings, fit, adapter)
    places = try settings.blocks(scorer.architecture, scorer.layout)
    training = try DataOrder(training: scorer.data, fit, seed: adapter.seed).examples
    try scorer.checkPrefix(holds: training)
    let choosesByCalibration = settings.criterion == .calibration && settings.priorPrecision == 0
    calibration =
      choosesByCalibration
      ? scorer.data.examples(of: .calibration).filter { scorer.data.labels[$0] >= 0 } : []
    guard !choosesByCalibration || !calibration.isEmpty else {
      throw Fault(
        .data, scorer.data.dataset, "it has no calibration split to choose the prior by",
        hint: "choose it by `criterion marginal-likelihood`")
    }
    try CurvatureMemory(places, settings).check(availableMemory)
    factors = KroneckerFactors(places, settings)
  }

  var trainingSteps: Int { (training.count + examplesPerStep - 1) / examplesPerStep }
  /// Steps in all.
  package var total: Int { trainingSteps + (calibration.count + examplesPerStep - 1) / examplesPerStep }
  package var note: String { "" }

  /// Sees the next examples.
  ///
  /// - Throws: `Fault` where logits or factors are not finite.
  package mutating func advance() throws {
    if completed < trainingSteps {
      try addFactors(Self.step(completed, of: training))
    } else {
      if blocks.isEmpty { blocks = try eigenvectors() }
      let linearization = Linearization(
        values: adapter.values, blocks: blocks, places: places, precisions: PriorSearch.precisions)
      gaussians += try linearization.gaussians(
        ofStep: Self.step(completed - trainingSteps, of: calibration), scorer)
    }
    completed += 1
  }

  private static func step(_ number: Int, of examples: [Int]) -> ArraySlice<Int> {
    examples[number * examplesPerStep..<min((number + 1) * examplesPerStep, examples.count)]
  }

  /// Sums over the parts of a step one after the other, whoever has made them.
  private mutating func addFactors(_ examples: ArraySlice<Int>) throws {
    let parts = parts(ofStep: examples)
    var sums = parts.map { _ in KroneckerFactors(places, settings) }
    try sums.withUnsafeMutableBufferPointer { sums in
      nonisolated(unsafe) let sums = sums
      try parallel(parts: parts.count, threads: scorer.threads) { part, worker in
        try sums[part].add(parts[part], scorer, values: adapter.values, worker: worker)
      }
    }
    for sum in sums { factors.add(sum) }
  }

  private func eigenvectors() throws -> [Curvature.Block] {
    var blocks = places.map { _ in Curvature.Block() }
    try blocks.withUnsafeMutableBufferPointer { blocks in
      nonisolated(unsafe) let blocks = blocks
      try parallel(parts: places.count, threads: scorer.threads) { block, _ in
        blocks[block] = try factors.eigenvectors(block)
      }
    }
    return blocks
  }

  /// The curvature with its prior, and the least share of a factor's trace that its held directions have.
  ///
  /// - Throws: `Fault` where factors are not finite, or no prior can be chosen.
  /// - Precondition: all steps are done.
  package func curvature() throws -> (file: Curvature, leastShare: Double) {
    precondition(completed == total, "\(completed) of \(total) steps")
    var file = Curvature()
    (file.seed, file.parameters, file.values) = (adapter.seed, adapter.parameters, adapter.values)
    file.settings = try Settings(fit: fit, curvature: settings).canonicalJSON
    (file.examples, file.logLikelihood) = (factors.examples, factors.logLikelihood)
    file.blocks = blocks.isEmpty ? try eigenvectors() : blocks
    let evidence = MarginalLikelihood(file)
    file.priorPrecision =
      if settings.priorPrecision > 0 {
        settings.priorPrecision
      } else if settings.criterion == .calibration {
        PriorSearch(scorer, calibration).bestPrecision(gaussians)
      } else {
        try evidence.maximizingPrecision()
      }
    file.logMarginalLikelihood = evidence.value(at: file.priorPrecision)
    file.cost = adapter.cost
    return (file, factors.leastShare(file.blocks))
  }

  /// The settings of both halves, as the file holds them.
  struct Settings: Codable {
    var fit: AdapterSettings
    var curvature: CurvatureSettings
  }
}
