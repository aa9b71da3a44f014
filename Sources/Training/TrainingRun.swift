// The training of one adapter, or of members that are trained together, from the initial values to the last step. A run
// consists of its state and one operation that advances it, so a run that is stopped anywhere and resumed from a checkpoint
// ends with the same bytes.
import Adapters
import Arrays
import Artifacts
import Faults
import JSON
import Transformers

/// The training of one adapter.
package struct TrainingRun: Resumable {
  /// The network and the data set that it is trained on.
  package let scorer: Scorer
  /// The settings of the fit.
  package let settings: AdapterSettings
  /// The seed of initialisation, data order and dropout.
  package let seed: Int
  /// The total number of steps.
  package let total: Int
  /// What it holds in memory.
  package let memory: RunMemory
  /// The epochs so far, those before the start included.
  package private(set) var history: [Adapter.Epoch]
  /// The calibration split, which is scored after every epoch.
  package let calibration: CalibrationSplit
  private var optimization: Optimization
  /// Steps of earlier fits, of all of them, of the optimizer, and in the order of the examples; zeros without any.
  private let before: (all: Int, ofOptimizer: Int, inOrder: Int)
  /// The cost of what it goes on from.
  private let earlier: Cost
  private var order: DataOrder
  /// The epoch with the lowest calibration NLL so far, if `keepBest` is set.
  private var best: Best?
  private var epoch = RunningEpoch()
  /// [snapshot, parameter] The vectors that a fit with cycles has kept so far.
  private var snapshots: [Float] = []
  /// Variational methods: the divergence and its gradient's norm at the last step, for the log.
  private var divergence: (value: Double, norm: Double)?

  private struct Best {
    var nll: Double
    var values: [Float]
    var state: Adapter.OptimizerState
  }

  /// A run before its first step.
  ///
  /// - Parameters:
  ///   - start: the adapter that it goes on from; nil to begin at the initial values.
  ///   - canClip: whether the caller can set a largest norm of the gradient, for hints.
  /// - Throws: `Fault` of kind `.data` for a set without training or calibration examples; of kind `.configuration` for a
  ///   prefix without all training examples, for a start with other tensors, and for a fit that does not fit into memory.
  package init(
    _ scorer: Scorer, _ settings: AdapterSettings, seed: Int, from start: TrainingStart? = nil, canClip: Bool = true
  ) throws {
    try settings.validate()
    calibration = try CalibrationSplit(scorer.data)
    order = try DataOrder(training: scorer.data, settings, seed: seed)
    let settings = settings.onExamples(scorer.data.lossUnits(of: order.examples))
    (self.scorer, self.settings, self.seed) = (scorer, settings, seed)
    try scorer.checkPrefix(holds: order.examples)
    guard settings.members ?? 1 == 1 || (settings.baseDivergence ?? 0) == 0 || scorer.layout.headOutputs == 0 else {
      throw Fault(
        .configuration, setting: "base-divergence", "members that are trained together have a head each",
        hint: "fit each with a `seed` of its own, for method ensemble")
    }
    try settings.loss?.check(scorer.data)
    try scorer.regularize(towardsBase: settings.baseDivergence ?? 0, examples: order.examples)
    total = settings.steps > 0 ? settings.steps : settings.epochs * order.stepsPerEpoch
    try settings.cycles?.check(total: total)
    memory = scorer.memoryOfTraining(settings, step: order.batch(step: 0))
    try memory.check()
    try start?.check(scorer.parameters.repeated(settings.members))
    let state = start?.state(settings)
    optimization = Optimization(
      scorer.parameters, settings,
      values: try start?.adapter.values ?? scorer.initialValues(settings, seed: seed), state: state,
      mask: settings.sparsity.map { SparseMask(scorer.parameters, density: $0.density, seed: seed) }, canClip: canClip)
    history = start?.adapter.history ?? []
    earlier = start?.adapter.cost ?? Cost()
    before = (start?.steps ?? 0, state?.step ?? 0, start?.stepsInOrder(settings, seed: seed) ?? 0)
  }

  /// [parameter] The trained vector so far.
  package var values: [Float] { optimization.values }
  /// Which of its entries are trained; nil for all.
  package var mask: SparseMask? { optimization.mask }
  /// Steps in one pass over the training examples.
  package var stepsPerEpoch: Int { order.stepsPerEpoch }
  /// Steps taken so far.
  package var completed: Int { optimization.state.step - before.ofOptimizer }
  /// A remark if a variational run is too short for its divergence to have an effect; nil otherwise.
  package var remark: String? {
    settings.variational.flatMap { $0.remark(steps: total, cycle: cycle($0)) }
  }
  /// For the log: the mean loss of the current epoch so far, in nats. Variational methods add the divergence and both
  /// gradient norms.
  package var note: String {
    guard let divergence, epoch.meanLoss != nil else { return epoch.note }
    return
      "\(epoch.note), KL \(divergence.value.formatted(1)), gradients \(optimization.gradientNorm.formatted(3)) and "
      + divergence.norm.formatted(1)
  }

  /// The epochs that have ended since.
  package func news(since completed: Int) -> [String] {
    history.filter { $0.step > before.all + completed }.map { $0.line(on: scorer.data) }
  }

  /// Takes the next step. At the end of an epoch, it also scores the calibration split.
  ///
  /// - Throws: `Fault` if a loss, a gradient or a logit is not finite.
  package mutating func advance() throws {
    let learningRate = settings.learningRate(step: completed, total: total)
    try step(learningRate: learningRate)
    try finishEpochIfDue(learningRate: learningRate, scoring: values)
  }

  /// The first half of `advance`: the step alone, at a learning rate of the caller's.
  ///
  /// - Throws: `Fault` if a loss or a gradient is not finite.
  package mutating func step(learningRate: Double) throws {
    let step = completed
    let examples = order.batch(step: before.inOrder + step)
    try scorer.followHead(of: optimization.values, examples: examples)
    let loss = try optimization.step(
      scorer, examples: examples, learningRate: learningRate, dropoutSeed: stepSeed(seed, step: before.all + step),
      isSampling: settings.cycles?.isSampling(step: step, total: total) ?? true)
    epoch.add(loss, scorer, examples: examples)
    if let variational = settings.variational {
      let cycle = cycle(variational)
      // The divergence's rate follows the same schedule.
      let rate = variational.divergenceRate * learningRate / settings.learningRate
      let noise = RandomStream(seed: stepSeed(seed, step: before.all + step), purpose: .prior).uniform(0)
      divergence = optimization.descendDivergence(
        priorDeviation: variational.priorDeviation(uniform: Double(noise)),
        rate: rate * variational.weight(step: (variational.cycleExponent == nil ? 0 : before.all) + step, cycle: cycle))
    }
    if settings.cycles?.isKept(step: step, total: total) == true { snapshots += optimization.values }
    if let share = settings.dropShare(after: step, total: total) { optimization.exchange(share) }
  }

  /// The second half: at the end of an epoch, it scores `vector` on the calibration split, such as a mean of the trained
  /// vector over some steps.
  ///
  /// - Throws: `Fault` if a logit is not finite.
  package mutating func finishEpochIfDue(learningRate: Double, scoring vector: [Float]) throws {
    guard (before.inOrder + completed) % order.stepsPerEpoch == 0 || completed == total else { return }
    let scores = try calibration.scores(scorer, parameters: vector)
    history.append(
      Adapter.Epoch(
        epoch: history.count + 1, step: before.all + completed, learningRate: learningRate, loss: epoch.finish(), scores
      ))
    if settings.keepBest && scores.nll < best?.nll ?? .infinity {
      best = Best(nll: scores.nll, values: optimization.values, state: optimization.state)
    }
  }

  /// Steps in a cycle of the divergence's weights.
  private func cycle(_ variational: VariationalSettings) -> Int {
    variational.cycle(examples: order.examples.count, batchSize: settings.batchSize, steps: total)
  }

  /// The adapter: that of the best epoch with `keepBest`, otherwise that of the last step. With cycles, all snapshots.
  ///
  /// - Throws: what encoding the settings throws.
  package func adapter(method: String) throws -> Adapter {
    var adapter = Adapter()
    (adapter.method, adapter.seed, adapter.settings) = (method, seed, try settings.canonicalJSON)
    adapter.parameters = scorer.parameters.repeated(settings.members)
    adapter.values = best?.values ?? optimization.values
    adapter.optimizer = best?.state ?? optimization.state
    adapter.history = history
    if settings.cycles != nil {
      // Nothing goes on from several vectors, so they have no moments.
      (adapter.parameters, adapter.values) = (scorer.parameters.repeated(settings.vectors), snapshots)
      adapter.optimizer = .init(step: optimization.state.step, firstMoment: [], secondMoment: [])
    }
    adapter.cost = cost
    return adapter
  }

  /// The trained parameters, the steps of the run and of what it goes on from, and the tokens that went through them.
  package var cost: Cost {
    var cost = Cost()
    let copies = (settings.members ?? 1) * settings.loss.draws
    cost.trainableParameters = trainableParameters
    cost.trainingSteps = earlier.trainingSteps + total
    let tokens = order.tokens(in: before.inOrder..<before.inOrder + total, scorer)
    cost.trainingTokens = earlier.trainingTokens + copies * tokens
    return cost
  }
}

extension TrainingRun {
  /// The numbers that are trained; what members share counts once, and of a mask what it keeps.
  private var trainableParameters: Int {
    if let mask = optimization.mask { return mask.count }
    guard let members = settings.members, settings.coupling == .sharedFactors else { return optimization.values.count }
    return scorer.parameters.entries.reduce(0) { $0 + $1.count * (settings.areShared($1.role) ? 1 : members) }
  }

  /// The whole state, so that a resumed run gives the same bytes.
  ///
  /// - Parameter identity: identifies the run: its base, tokens, settings and seed.
  package func checkpoint(identity: String) -> Checkpoint {
    var checkpoint = Checkpoint(settings: identity)
    checkpoint.store(optimization)
    checkpoint.store(epoch)
    checkpoint.store(history)
    if settings.cycles != nil { checkpoint.vectors["snapshots"] = snapshots }
    if let best {
      checkpoint.integers["bestStep"] = best.state.step
      checkpoint.reals["bestNLL"] = [best.nll]
      checkpoint.vectors["bestValues"] = best.values
      checkpoint.vectors["bestFirstMoment"] = best.state.firstMoment
      checkpoint.vectors["bestSecondMoment"] = best.state.secondMoment
    }
    return checkpoint
  }

  /// Resumes from a checkpoint of the same run.
  ///
  /// - Throws: `Fault` of kind `.data` if the checkpoint lacks something.
  package mutating func restore(_ checkpoint: Checkpoint) throws {
    try checkpoint.load(into: &optimization)
    epoch = try checkpoint.runningEpoch()
    history = try checkpoint.history()
    if settings.cycles != nil { snapshots = try checkpoint.vector("snapshots") }
    guard let step = checkpoint.integers["bestStep"] else { return }
    best = Best(
      nll: try checkpoint.real("bestNLL"), values: try checkpoint.vector("bestValues"),
      state: .init(
        step: step, firstMoment: try checkpoint.vector("bestFirstMoment"),
        secondMoment: try checkpoint.vector("bestSecondMoment")))
  }
}

/// The seed of the dropout masks and the noise of a step.
package func stepSeed(_ seed: Int, step: Int) -> UInt64 {
  UInt64(bitPattern: Int64(seed)) &* Dropout.memberStride &+ UInt64(step)
}
