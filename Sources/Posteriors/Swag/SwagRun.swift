// Continues training from an adapter at SWAG's learning rate, and collects the moments.
import Adapters
import Artifacts
import Faults
import JSON
import Training

/// The collection of one SWAG posterior.
package struct SwagRun: Resumable {
  /// The network on the training data set.
  package let scorer: Scorer
  /// The collection's settings, with the actual number of snapshots.
  package let settings: SwagSettings
  /// A sentence if there are fewer snapshots than usual because there are too few steps, otherwise nil.
  package let remark: String?
  /// The settings of the adapter's fit.
  package let fit: AdapterSettings
  /// Total number of steps.
  package let total: Int
  /// What it holds in memory.
  package let memory: RunMemory
  /// One entry for each epoch so far.
  package private(set) var history: [Adapter.Epoch] = []
  private let adapter: Adapter
  private let calibration: CalibrationSplit
  private var optimization: Optimization
  private var order: DataOrder
  private var collector: SwagCollector
  /// The calibration score of the average so far, if snapshots are accepted by their score.
  private var score = -Double.infinity
  /// The moments with the lowest calibration NLL so far, with `keepBest`.
  private var best: (nll: Double, collector: SwagCollector)?
  private var epoch = RunningEpoch()
  private let collections: Int

  /// A collection before its first step.
  ///
  /// - Throws: `Fault` if adapter, data set and settings do not match.
  package init(_ scorer: Scorer, from adapter: Adapter, fit: AdapterSettings, _ settings: SwagSettings) throws {
    try settings.validate()
    guard fit.variational == nil else {
      throw Fault(
        .configuration, setting: "adapter", "it already has a variational posterior",
        hint: "collect from a point estimate")
    }
    if settings.accept == .accuracy { try scorer.data.requireChoices(for: "acceptance by accuracy") }
    (self.scorer, self.adapter, self.fit) = (scorer, adapter, fit)
    order = try DataOrder(training: scorer.data, fit, seed: adapter.seed)
    try scorer.checkPrefix(holds: order.examples)
    try scorer.regularize(towardsBase: fit.baseDivergence ?? 0, examples: order.examples)
    total = settings.epochs * order.stepsPerEpoch
    self.settings = try settings.fitting(total)
    // `fitting` has set them.
    collections = self.settings.collections!
    let isShort = settings.collections == nil && collections < SwagSettings.usualCollections
    remark =
      isShort
      ? "\(total) steps give \(collections) snapshots instead of \(SwagSettings.usualCollections); "
        + "more epochs give more" : nil
    calibration = try CalibrationSplit(scorer.data)
    let deviations = Double(min(settings.deviations, collections))
    let bytes = deviations * Double(adapter.values.count * MemoryLayout<Float>.stride)
    memory = scorer.memoryOfTraining(fit, step: order.batch(step: 0)).adding("deviations", bytes)
    try Memory.require(
      bytes, for: "deviations",
      "\(settings.deviations) deviations of \(adapter.values.count) parameters", hint: "use fewer")
    // Keep the optimizer's moments: without them, AdamW's first steps would be large.
    optimization = Optimization(scorer.parameters, fit, values: adapter.values, state: adapter.optimizer)
    collector = SwagCollector(parameters: adapter.values.count, maximumRank: settings.deviations)
  }

  /// Number of steps taken so far.
  package var completed: Int { optimization.state.step - adapter.optimizer.step }
  /// The mean loss of the current epoch so far, in nats, for the log.
  package var note: String { epoch.note }
  /// The epochs that have ended since.
  package func news(since completed: Int) -> [String] {
    history.filter { $0.step - adapter.optimizer.step > completed }.map { $0.line(on: scorer.data) }
  }

  /// The learning rate of step `step`, from 0: linear until it reaches the constant rate, then constant.
  func learningRate(step: Int) -> Double {
    let rate = settings.learningRate > 0 ? settings.learningRate : fit.learningRate / 2
    let annealing = settings.annealEpochs * order.stepsPerEpoch
    guard step < annealing, let first = adapter.history.last?.learningRate else { return rate }
    return first + (rate - first) * Double(step + 1) / Double(annealing)
  }

  /// Takes the next step, and a snapshot if one is due.
  ///
  /// - Throws: `Fault` if a loss, a gradient or a probability is not finite, or the collection diverges.
  package mutating func advance() throws {
    let step = completed
    let examples = order.batch(step: epochsBefore * order.stepsPerEpoch + step)
    let rate = learningRate(step: step)
    let loss = try optimization.step(
      scorer, examples: examples, learningRate: rate,
      dropoutSeed: stepSeed(adapter.seed, step: optimization.state.step))
    epoch.add(loss, scorer, examples: examples)
    if (step + 1) * collections / total > step * collections / total { try collect() }
    if (step + 1) % order.stepsPerEpoch == 0 { try finishEpoch(learningRate: rate) }
  }

  /// Number of epochs that the fit started: the data order continues after them.
  private var epochsBefore: Int { (adapter.optimizer.step + order.stepsPerEpoch - 1) / order.stepsPerEpoch }

  private mutating func collect() throws {
    guard settings.accept == .all else {
      return try collector.consider(optimization.values, against: &score) {
        settings.accept.score(try calibration.scores(scorer, parameters: $0))
      }
    }
    collector.collect(optimization.values)
    guard settings.keepBest else { return }
    let nll = try calibration.scores(scorer, parameters: collector.mean).nll
    if nll < best?.nll ?? .infinity || collector.snapshots == settings.forceKeepAt { best = (nll, collector) }
  }

  private mutating func finishEpoch(learningRate: Double) throws {
    let scores = try calibration.scores(
      scorer, parameters: collector.snapshots > 0 ? collector.mean : optimization.values)
    let loss = epoch.finish()
    history.append(
      Adapter.Epoch(
        epoch: adapter.history.count + history.count + 1, step: optimization.state.step, learningRate: learningRate,
        loss: loss, scores))
    try checkDivergence(loss.mean)
  }

  /// Throws if the loss rises: at such a rate training has no stationary distribution whose moments could be collected.
  private func checkDivergence(_ loss: Double) throws {
    guard let start = adapter.history.last?.trainingLoss, loss > 3 * start + 1 else { return }
    throw Fault(
      .data, setting: "learning-rate",
      "training loss rose from \(start.formatted(3)) to \(loss.formatted(3)) in epoch \(history.count) of the collection",
      hint: "use a lower `learning-rate`")
  }

  /// The moments so far: the best ones with `keepBest`, otherwise the last.
  ///
  /// - Throws: What encoding the settings throws.
  package func moments() throws -> SwagMoments {
    var file = SwagMoments()
    (file.seed, file.parameters, file.history) = (adapter.seed, adapter.parameters, history)
    file.settings = try Settings(fit: fit, swag: settings).canonicalJSON
    (best?.collector ?? collector).store(into: &file)
    file.cost = adapter.cost
    return file
  }

  /// The settings of fit and collection, as stored in the file.
  struct Settings: Codable {
    var fit: AdapterSettings
    var swag: SwagSettings
  }
}

extension SwagRun {
  /// The complete state, exactly.
  package func checkpoint(identity: String) -> Checkpoint {
    var checkpoint = Checkpoint(settings: identity)
    checkpoint.store(optimization)
    checkpoint.store(history)
    checkpoint.store(epoch)
    checkpoint.store(collector, as: "swag")
    checkpoint.reals["score"] = [score]
    if let best {
      checkpoint.store(best.collector, as: "best")
      checkpoint.reals["bestNLL"] = [best.nll]
    }
    return checkpoint
  }

  /// Resumes from a checkpoint of the same run.
  ///
  /// - Throws: `Fault` of kind `.data` if a part is missing.
  package mutating func restore(_ checkpoint: Checkpoint) throws {
    try checkpoint.load(into: &optimization)
    history = try checkpoint.history()
    epoch = try checkpoint.runningEpoch()
    collector = try checkpoint.collector("swag", maximumRank: settings.deviations)
    score = try checkpoint.real("score")
    if checkpoint.reals["bestNLL"] != nil {
      best = (try checkpoint.real("bestNLL"), try checkpoint.collector("best", maximumRank: settings.deviations))
    }
  }
}

extension Checkpoint {
  fileprivate mutating func store(_ collector: SwagCollector, as name: String) {
    let state = collector.state
    integers[name + "Snapshots"] = state.count
    reals[name + "Mean"] = state.mean
    reals[name + "SquaredDeviations"] = state.squaredDeviations
    vectors[name + "Deviations"] = state.deviations
  }

  fileprivate func collector(_ name: String, maximumRank: Int) throws -> SwagCollector {
    SwagCollector(
      state: (
        try integer(name + "Snapshots"), try reals(name + "Mean"), try reals(name + "SquaredDeviations"),
        try vector(name + "Deviations")
      ), maximumRank: maximumRank)
  }
}
