// Collects the moments of the weights while an adapter is trained: in the second part of a fit, at SWAG's learning rate
// and with the same number of steps as any other fit; or while training goes on from a fitted adapter.
import Adapters
import Artifacts
import Faults
import JSON
import Training

/// The collection of one SWAG posterior.
package struct SwagRun: Resumable {
  /// The collection's settings, with the actual number of snapshots.
  package let settings: SwagSettings
  /// A sentence if there are fewer snapshots than usual because there are too few steps, otherwise nil.
  package let remark: String?
  /// The settings of the adapter's fit.
  package let fit: AdapterSettings
  /// What it holds in memory.
  package let memory: RunMemory
  private var training: TrainingRun
  private var snapshots: Snapshots
  /// The adapter that it goes on from; nil within a fit.
  private let start: Adapter?
  /// The first step of the run at the constant rate.
  private let first: Int

  /// A collection that goes on from an adapter, before its first step.
  ///
  /// - Throws: `Fault` if adapter, data set and settings do not match.
  package init(_ scorer: Scorer, from adapter: Adapter, fit: AdapterSettings, _ settings: SwagSettings) throws {
    try settings.validate()
    guard fit.variational == nil, fit.ivon == nil else {
      throw Fault(
        .configuration, setting: "adapter", "it already has a Gaussian posterior",
        hint: "collect from a point estimate")
    }
    var further = fit
    // Keep the optimizer's moments: without them, AdamW's first steps would be large.
    (further.epochs, further.steps, further.keepBest, further.moments) = (settings.epochs, 0, false, nil)
    let training = try TrainingRun(
      scorer, further, seed: adapter.seed, from: TrainingStart(adapter, fit: fit), canClip: false)
    try self.init(training, fit: fit, settings, start: adapter)
  }

  /// A fit that collects from its share `settings.from` on, before its first step.
  ///
  /// - Precondition: `settings` have that share.
  /// - Throws: `Fault` of kind `.usage` for a fit whose file holds more than one vector: members that are trained together,
  ///   snapshots, or a Gaussian; else as `TrainingRun`.
  package init(_ scorer: Scorer, fit: AdapterSettings, seed: Int, _ settings: SwagSettings) throws {
    try settings.validate()
    precondition(settings.from != nil, "a collection that goes on from an adapter")
    for (isGiven, name) in [
      (fit.variational != nil, "variational"), (fit.members != nil, "members"), (fit.cycles != nil, "cycles"),
      (fit.ivon != nil, "optimizer ivon"),
    ] where isGiven {
      throw Fault(
        .usage, setting: "collect-from",
        "found it together with `\(name)`, whose result a file of moments does not hold", hint: "omit one of them")
    }
    try self.init(TrainingRun(scorer, fit, seed: seed), fit: fit, settings, start: nil)
  }

  private init(_ training: TrainingRun, fit: AdapterSettings, _ settings: SwagSettings, start: Adapter?) throws {
    let scorer = training.scorer
    if settings.accept == .accuracy { try scorer.data.requireChoices(for: "acceptance by accuracy") }
    (self.training, self.fit, self.start) = (training, fit, start)
    first = settings.from.map { Int(($0 * Double(training.total)).rounded()) } ?? 0
    let steps = training.total - (settings.accept == .swad ? 0 : first)
    self.settings = try settings.fitting(steps, stepsPerEpoch: training.stepsPerEpoch)
    snapshots = Snapshots(self.settings, of: training, steps: steps)
    let isShort = settings.collections == nil && steps < SwagSettings.usualCollections && settings.accept != .swad
    remark =
      isShort
      ? "\(steps) steps give \(steps) snapshots instead of \(SwagSettings.usualCollections); more epochs give more"
      : nil
    // `fitting` has set their number.
    let deviations = Double(min(settings.deviations, self.settings.collections!))
    let bytes = deviations * Double(training.values.count * MemoryLayout<Float>.stride)
    memory = training.memory.adding("deviations", bytes)
    try Memory.require(
      bytes, for: "deviations",
      "\(settings.deviations) deviations of \(training.values.count) parameters", hint: "use fewer")
  }

  /// Total number of steps.
  package var total: Int { training.total }
  /// Number of steps taken so far.
  package var completed: Int { training.completed }
  /// The mean loss of the current epoch so far, in nats, for the log.
  package var note: String { training.note }
  /// The epochs that have ended since.
  package func news(since completed: Int) -> [String] { training.news(since: completed) }

  /// The learning rate of step `step`, from 0: that of the fit until collecting begins, then linear until it reaches the
  /// constant rate.
  func learningRate(step: Int) -> Double {
    guard step >= first else { return fit.learningRate(step: step, total: total) }
    let rate = settings.learningRate > 0 ? settings.learningRate : fit.learningRate / 2
    let before = first > 0 ? fit.learningRate(step: first - 1, total: total) : start?.history.last?.learningRate
    let annealing = settings.annealEpochs * training.stepsPerEpoch
    guard step - first < annealing, let before else { return rate }
    return before + (rate - before) * Double(step - first + 1) / Double(annealing)
  }

  /// Takes the next step, and a snapshot if one is due.
  ///
  /// - Throws: `Fault` if a loss, a gradient or a probability is not finite, or the collection diverges.
  package mutating func advance() throws {
    let step = completed
    let rate = learningRate(step: step)
    try training.step(learningRate: rate)
    let watched = step - (total - snapshots.steps)
    if watched >= 0 { try snapshots.see(training.values, after: watched) }
    let epochs = training.history.count
    try training.finishEpochIfDue(learningRate: rate, scoring: snapshots.mean ?? training.values)
    if training.history.count > epochs { try checkDivergence() }
  }

  /// Throws if the loss rises: at such a rate training has no stationary distribution whose moments could be collected.
  private func checkDivergence() throws {
    let begin = (start?.history.last?.step ?? 0) + first
    let (before, since) = (training.history.last { $0.step <= begin }, training.history.filter { $0.step > begin })
    guard let start = before?.trainingLoss, let loss = since.last?.trainingLoss, loss > 3 * start + 1 else { return }
    throw Fault(
      .data, setting: "learning-rate",
      "training loss rose from \(start.formatted(3)) to \(loss.formatted(3)) in epoch \(since.count) of the collection",
      hint: "use a lower `learning-rate`")
  }

  /// The moments so far: the best ones with `keepBest`, otherwise the last.
  ///
  /// - Throws: What encoding the settings throws.
  package func moments() throws -> SwagMoments {
    var file = SwagMoments()
    (file.seed, file.parameters) = (training.seed, training.scorer.parameters)
    file.history = Array(training.history.dropFirst(start?.history.count ?? 0))
    file.settings = try Settings(fit: fit, swag: settings).canonicalJSON
    snapshots.collected.store(into: &file)
    file.cost = training.cost
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
    var checkpoint = training.checkpoint(identity: identity)
    snapshots.store(in: &checkpoint)
    return checkpoint
  }

  /// Resumes from a checkpoint of the same run.
  ///
  /// - Throws: `Fault` of kind `.data` if a part is missing.
  package mutating func restore(_ checkpoint: Checkpoint) throws {
    try training.restore(checkpoint)
    try snapshots.restore(checkpoint)
  }
}
