// Extracts sub-models from one adapter: for every weight of the mutual information, the gates are trained from the same
// start; the calibration split chooses among the weights. Nothing of the adapter itself changes.
import Adapters
import Arrays
import Artifacts
import Faults
import Training

/// The computation of one extraction.
package struct ExtractionRun: Resumable {
  /// The total number of steps, for all weights.
  package let total: Int
  /// What it holds in memory.
  package let memory: RunMemory
  private let scorer: Scorer
  private let settings: ExtractionSettings
  private let adapter: Adapter
  private let fit: AdapterSettings
  private let gates: SubmodelGates
  private let schedule: AdapterSettings
  private let stepsPerWeight: Int
  /// What chooses among the weights; nil without a calibration split.
  private let calibration: CalibrationSplit?
  private var training: DataOrder
  /// The calibration questions, whose labels are not used; nil without any: those of training take their place.
  private var unlabelled: DataOrder?
  private var optimization: Optimization
  /// [example][row][choice] What the whole adapter answers to the training questions; computed in the first step.
  private var whole: [Int: [[Double]]] = [:]
  private var epoch = RunningEpoch()
  /// [weight] The calibration NLL of the mixture, of the weights that are done.
  private var scores: [Double] = []
  /// The logits of the best weight so far.
  private var best: [Float]?
  package private(set) var completed = 0

  /// A run before its first step.
  ///
  /// - Throws: `Fault` of kind `.usage` for invalid settings; of kind `.configuration` for an adapter that is no plain LoRA,
  ///   for written answers, and where it does not fit into memory; of kind `.data` without training questions.
  package init(
    _ scorer: Scorer, _ adapter: Adapter, fit: AdapterSettings, _ settings: ExtractionSettings, path: String
  ) throws {
    try settings.validate()
    let data = scorer.data
    try data.requireChoices(for: "the extraction of sub-models", hint: "use other methods than extracted")
    guard fit.parametrisation == nil, fit.variational == nil else {
      throw Fault(
        .configuration, path, "found another parametrisation than LoRA, whose components the gates are of",
        hint: "fit an adapter with `parametrisation lora`")
    }
    (self.scorer, self.settings, self.adapter, self.fit) = (scorer, settings, adapter, fit)
    gates = try SubmodelGates(adapter.parameters, path: path)
    training = try DataOrder(training: data, fit, seed: settings.seed)
    let calibrating = data.examples(of: .calibration)
    calibration = calibrating.contains { data.labels[$0] >= 0 } ? try CalibrationSplit(data) : nil
    guard calibration != nil || settings.diversities.count == 1 else {
      throw Fault(
        .configuration, setting: "mutual-information",
        "found \(settings.diversities.count) weights, but \(data.dataset) has no calibration split to choose by",
        hint: "give one weight")
    }
    unlabelled =
      calibrating.isEmpty ? nil : DataOrder(examples: calibrating, batchSize: fit.batchSize, seed: settings.seed)
    schedule = settings.schedule(fit)
    stepsPerWeight = settings.steps > 0 ? settings.steps : settings.epochs * training.stepsPerEpoch
    total = stepsPerWeight * settings.diversities.count
    try scorer.checkPrefix(holds: training.examples + calibrating)
    var members = AdapterSettings()
    members.members = settings.members
    memory = scorer.memoryOfTraining(members, step: training.batch(step: 0) + (unlabelled?.batch(step: 0) ?? []))
    optimization = Self.start(gates, settings, schedule)
  }

  private static func start(
    _ gates: SubmodelGates, _ settings: ExtractionSettings, _ schedule: AdapterSettings
  ) -> Optimization {
    var table = ParameterTable()
    table.append("", .other("gates"), shape: [settings.members, gates.units])
    let logits = gates.start(members: settings.members, spread: settings.spread, seed: settings.seed)
    return Optimization(table, schedule, values: logits, state: nil)
  }

  package var note: String {
    let weight = settings.diversities[min(completed / stepsPerWeight, settings.diversities.count - 1)]
    return [epoch.note, "mutual information times \(weight.shortest)"].filter { !$0.isEmpty }.joined(separator: ", ")
  }

  package func news(since completed: Int) -> [String] {
    zip(settings.diversities, scores).dropFirst(completed / stepsPerWeight).map { weight, nll in
      "mutual information times \(weight.shortest): calibration NLL \(nll.formatted(4))"
    }
  }

  /// Takes the next step. After the last one of a weight, scores its mixture on the calibration split.
  ///
  /// - Throws: `Fault` if a loss, a gradient or a logit is not finite.
  package mutating func advance() throws {
    if whole.isEmpty { whole = try answers(to: training.examples) }
    let (index, step) = completed.quotientAndRemainder(dividingBy: stepsPerWeight)
    let examples = training.batch(step: step)
    let others = unlabelled?.batch(step: step)
    let all = examples + (others ?? [])
    let loss = loss(SubmodelLoss(fidelity: settings.fidelity, diversity: settings.diversities[index]), examples, others)
    let (scorer, gates, values) = (scorer, gates, adapter.values)
    let value = try optimization.step(
      on: all, of: scorer.data, learningRate: schedule.learningRate(step: step, total: stepsPerWeight)
    ) { logits, gradient in
      var ofVectors: [Float] = []
      let vectors = gates.vectors(values, multipliers: gates.multipliers(logits))
      let value = scorer.jointLossAndGradient(of: all, parameters: vectors, gradient: &ofVectors, loss)
      gradient = gates.pullback(ofVectors, at: values, logits: logits)
      return value
    }
    epoch.add(value, scorer, examples: examples)
    completed += 1
    if step == stepsPerWeight - 1 { try finishWeight() }
  }

  /// The loss of a step: the mean of CE + γ KL over `examples`, and of -β MI over `others`, or `examples` without any.
  private func loss(_ loss: SubmodelLoss, _ examples: [Int], _ others: [Int]?) -> JointLoss {
    let (weight, unlabelledWeight) = (1 / Double(examples.count), 1 / Double((others ?? examples).count))
    let (isLabelled, isUnlabelled) = (Set(examples), Set(others ?? examples))
    let (scorer, whole) = (scorer, whole)
    return { example, row, logarithms in
      let label =
        isLabelled.contains(example)
        ? SubmodelLoss.Label(
          weight: weight, shares: scorer.rightShares(of: example)[row], whole: whole[example]![row]) : nil
      return loss(
        logarithms, label: label, unlabelledWeight: isUnlabelled.contains(example) ? unlabelledWeight : 0)
    }
  }

  private func answers(to examples: [Int]) throws -> [Int: [[Double]]] {
    let (all, width) = (
      try scorer.logProbabilities(of: examples, parameters: adapter.values), scorer.data.maximumAnswers
    )
    return Dictionary(
      uniqueKeysWithValues: examples.enumerated().map { place, example in
        let count = scorer.data.maximumAnswers(of: [example])
        return (example, scorer.rows(of: all[place * width..<place * width + count]))
      })
  }

  private mutating func finishWeight() throws {
    let logits = optimization.values
    if let calibration {
      let vectors = gates.vectors(adapter.values, multipliers: gates.multipliers(logits))
      let nll = try calibration.scores(scorer, parameters: vectors).nll
      if nll < scores.min() ?? .infinity { best = logits }
      scores.append(nll)
    } else {
      best = logits
    }
    epoch = RunningEpoch()
    if completed < total { optimization = Self.start(gates, settings, schedule) }
  }

  /// What was chosen.
  ///
  /// - Precondition: all steps are done.
  package var outcome: ExtractionOutcome {
    precondition(completed == total, "\(completed) of \(total) steps")
    let chosen = scores.firstIndex(of: scores.min() ?? 0) ?? 0
    return ExtractionOutcome(search: settings, diversity: settings.diversities[chosen], calibrationNLL: scores)
  }

  /// The sub-models as the members of one file.
  ///
  /// - Throws: what encoding the settings throws.
  package func extracted() throws -> Adapter {
    var (result, fit) = (adapter, fit)
    fit.members = settings.members
    let trained = best ?? optimization.values
    let logits = settings.isRandom ? gates.permuted(trained, seed: settings.seed) : trained
    (result.method, result.settings) = (settings.method, try outcome.settings(with: fit))
    result.parameters = adapter.parameters.repeated(settings.members)
    result.values = gates.vectors(adapter.values, multipliers: gates.multipliers(logits))
    // Nothing goes on from several vectors, so they have no moments.
    result.optimizer = .init(step: adapter.optimizer.step, firstMoment: [], secondMoment: [])
    result.cost.trainableParameters += logits.count
    result.cost.trainingSteps += total
    let tokens =
      training.tokens(in: 0..<stepsPerWeight, scorer)
      + (unlabelled?.tokens(in: 0..<stepsPerWeight, scorer) ?? 0)
    result.cost.trainingTokens += settings.members * settings.diversities.count * tokens
    return result
  }
}

extension ExtractionRun {
  /// The complete state, exactly.
  package func checkpoint(identity: String) -> Checkpoint {
    var checkpoint = Checkpoint(settings: identity)
    checkpoint.store(optimization)
    checkpoint.store(epoch)
    checkpoint.integers["steps"] = completed
    checkpoint.reals["scores"] = scores
    checkpoint.vectors["best"] = best
    return checkpoint
  }

  /// Resumes from a checkpoint of the same run.
  ///
  /// - Throws: `Fault` of kind `.data` if the checkpoint lacks something.
  package mutating func restore(_ checkpoint: Checkpoint) throws {
    try checkpoint.load(into: &optimization)
    epoch = try checkpoint.runningEpoch()
    completed = try checkpoint.integer("steps")
    scores = try checkpoint.reals("scores")
    best = checkpoint.vectors["best"]
  }
}
