// Trains the router of a library (RAMoLE, Zhao et al. 2024, arXiv:2406.16989): the adapters are frozen, and of each
// training example some are missing at random, so that the router learns from its inputs which adapter to follow and not
// from their names. It can then weigh adapters that it was not trained with.
import Adapters
import Arrays
import Artifacts
import Faults
import JSON
import Training
import Transformers

/// The training of a router.
package struct RouterRun: Resumable {
  /// The total number of steps.
  package let total: Int
  /// What it holds in memory.
  package let memory: RunMemory
  private let scorer: Scorer
  private let library: AdapterLibrary
  private let settings: RouterSettings
  private let calibration: CalibrationSplit
  /// [calibration example] Its adapters.
  private let calibrationBlends: [Blend]
  /// [training example: adapter] The cosines of its text.
  private let cosines: [Int: [Double]]
  /// The adapters of the library, and the router behind them.
  private var vectors: [Float]
  private var order: DataOrder
  private var optimization: Optimization
  private var epoch = RunningEpoch()
  private var lastEpoch: Adapter.Epoch?
  /// The router of the epoch with the lowest calibration NLL so far.
  private var best: (nll: Double, values: [Float])?

  /// A run before its first step. The router then gives all adapters equal weights.
  ///
  /// - Parameter scorer: the network on the training examples of the tasks and the calibration examples.
  /// - Throws: `Fault` of kind `.usage` for settings that cannot be trained; of kind `.data` for a set without training or
  ///   calibration examples; of kind `.configuration` where it does not fit into memory.
  package init(_ scorer: Scorer, _ library: AdapterLibrary, _ settings: RouterSettings) throws {
    try settings.validate()
    (self.scorer, self.library, self.settings) = (scorer, library, settings)
    let (data, fit) = (scorer.data, settings.fit)
    calibration = try CalibrationSplit(data)
    order = try DataOrder(training: data, fit, seed: settings.seed)
    total = fit.epochs * order.stepsPerEpoch
    memory = scorer.memoryOfTraining(fit, step: order.batch(step: 0))
      .adding("library", 8 * Double(library.values.count))
    try memory.check()
    let embedder = try scorer.embedder(blocks: library.blocks)
    func cosines(_ examples: [Int]) throws -> [[Double]] {
      try embedder.embeddings(of: examples, in: data).map(library.cosines)
    }
    self.cosines = Dictionary(uniqueKeysWithValues: zip(order.examples, try cosines(order.examples)))
    calibrationBlends = try cosines(calibration.examples).map { Blend(meanOf: library.route($0).set) }
    let factors = scorer.parameters.factors
    let start = Array(scorer.layout.initialValues(seed: settings.seed).prefix(factors.count))
    optimization = Optimization(factors, fit, values: start, state: nil)
    vectors = library.values + start
  }

  package var completed: Int { optimization.state.step }
  package var note: String { epoch.note }
  package func news(since completed: Int) -> [String] {
    lastEpoch.map { $0.step > completed ? [$0.line(on: scorer.data)] : [] } ?? []
  }

  /// Takes the next step. At the end of an epoch, it also scores the calibration split.
  ///
  /// - Throws: `Fault` if a loss, a gradient or a logit is not finite.
  package mutating func advance() throws {
    let step = completed
    let examples = order.batch(step: step)
    let blends = examples.map { Blend(meanOf: route($0, step: step).set) }
    let rate = settings.fit.learningRate(step: step, total: total)
    let loss: Double
    do {
      // Gone before the router is placed, which would otherwise copy all vectors.
      let (scorer, vectors) = (scorer, vectors)
      loss = try optimization.step(on: examples, of: scorer.data, learningRate: rate) { _, gradient in
        scorer.routedLossAndGradient(of: examples, blends: blends, vectors: vectors, gradient: &gradient)
      }
    }
    epoch.add(loss, scorer, examples: examples)
    placeRouter()
    if completed % order.stepsPerEpoch == 0 { try finishEpoch(learningRate: rate) }
  }

  /// The adapters that answer a training example in this step.
  private func route(_ example: Int, step: Int) -> Route {
    let stream = RandomStream(
      seed: stepSeed(settings.seed, step: step), purpose: .missingAdapters, name: scorer.data.rowIDs[example])
    return library.route(cosines[example]!, missing: settings.missing, stream)
  }

  private mutating func placeRouter() {
    vectors.replaceSubrange(library.values.count..., with: optimization.values)
  }

  private mutating func finishEpoch(learningRate: Double) throws {
    let answers = try scorer.logProbabilities(
      of: calibration.examples, blends: calibrationBlends, vectors: vectors, isRouted: true)
    let scores = calibration.scores(of: answers, in: scorer.data)
    lastEpoch = Adapter.Epoch(
      epoch: completed / order.stepsPerEpoch, step: completed, learningRate: learningRate, loss: epoch.finish(), scores)
    if scores.nll < best?.nll ?? .infinity { best = (scores.nll, optimization.values) }
  }

  /// The library with the router of the best epoch.
  ///
  /// - Throws: what encoding the settings throws.
  package func routed() throws -> AdapterLibrary {
    var result = library
    (result.router, result.routerSettings) = (best?.values ?? optimization.values, try settings.canonicalJSON)
    result.cost.trainableParameters += result.router.count
    result.cost.trainingSteps += total
    result.cost.trainingTokens += order.tokens(in: 0..<total, scorer)
    return result
  }

  /// The whole state.
  package func checkpoint(identity: String) -> Checkpoint {
    var checkpoint = Checkpoint(settings: identity)
    checkpoint.store(optimization)
    checkpoint.store(epoch)
    if let best {
      checkpoint.reals["bestNLL"] = [best.nll]
      checkpoint.vectors["bestValues"] = best.values
    }
    return checkpoint
  }

  /// Resumes from a checkpoint of the same run.
  ///
  /// - Throws: `Fault` of kind `.data` if the checkpoint lacks something.
  package mutating func restore(_ checkpoint: Checkpoint) throws {
    try checkpoint.load(into: &optimization)
    placeRouter()
    epoch = try checkpoint.runningEpoch()
    if checkpoint.vectors["bestValues"] != nil {
      best = (try checkpoint.real("bestNLL"), try checkpoint.vector("bestValues"))
    }
  }
}
