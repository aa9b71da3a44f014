// A chain of Hamiltonian Monte Carlo over the trained vector of an adapter: the density is the likelihood of all training
// examples times a normal prior, at temperature 1 and without dropout. Every gradient is of the whole training set.
import Adapters
import Arrays
import Artifacts
import Faults
import JSON
import Training

/// The computation of one chain.
package struct ChainRun: Resumable {
  /// The network on the training data set.
  package let scorer: Scorer
  /// The chain's settings.
  package let settings: ChainSettings
  /// Gradients in all.
  package let total: Int
  /// What it holds in memory.
  package let memory: RunMemory
  private let adapter: Adapter
  private let fit: AdapterSettings
  private let examples: [Int]
  /// Nil before the first gradient.
  private var chain: HamiltonianChain?

  /// A chain before its first gradient.
  ///
  /// - Throws: `Fault` of kind `.usage` for invalid settings, `.configuration` for an adapter whose fit is no likelihood,
  ///   and if adapter and data set do not match.
  package init(_ scorer: Scorer, from adapter: Adapter, fit: AdapterSettings, _ settings: ChainSettings) throws {
    try settings.validate()
    func require(_ condition: Bool, _ what: String) throws {
      guard condition else {
        throw Fault(
          .configuration, setting: "adapter", "it was fitted with \(what), which no posterior of HMC has",
          hint: "start from an adapter without it")
      }
    }
    try require(fit.variational == nil, "a variational posterior")
    try require(fit.members ?? 1 == 1 && fit.parametrisation != .full, "other parameters than those of one adapter")
    try require(fit.loss == nil, "another loss than the cross-entropy")
    try require(fit.productPenalty == 0, "a product penalty")
    try require(fit.baseDivergence ?? 0 == 0, "a divergence from the base")
    try require(fit.classWeights == nil, "class weights")
    (self.scorer, self.settings, self.adapter, self.fit) = (scorer, settings, adapter, fit)
    examples = try DataOrder(training: scorer.data, fit, seed: adapter.seed).examples
    try scorer.checkPrefix(holds: examples)
    total = settings.gradients
    let bytes = Double(settings.draws) * Double(adapter.values.count * MemoryLayout<Float>.stride)
    try Memory.require(
      bytes, for: "draws", "\(settings.draws) draws of \(adapter.values.count) parameters", hint: "use fewer")
    memory = scorer.memoryOfTraining(fit, step: examples).adding("draws", bytes)
  }

  /// Gradients computed so far.
  package var completed: Int { chain?.gradients ?? 0 }

  /// Minus the log density, the step and the share of acceptances, for the log.
  package var note: String {
    guard let chain else { return "" }
    let accepted = chain.meanAcceptance.map { "accepted \($0.formatted(2))" } ?? "warming up"
    return "U \(chain.start.potential.formatted(1)), step \(chain.step.formatted(3)), \(accepted)"
  }

  /// Computes the next gradient.
  ///
  /// - Throws: `Fault` of kind `.data` if the density at the start is not finite.
  package mutating func advance() throws {
    guard chain != nil else {
      let variance = settings.priorDeviation * settings.priorDeviation
      let made = HamiltonianChain(
        at: start, variances: [Double](repeating: variance, count: adapter.values.count), settings,
        member: adapter.seed, potential)
      guard made.point.potential.isFinite else {
        // A chain starts as far away as the product of both.
        let (isPrior, deviation) = (settings.priorDeviation > settings.spread, settings.priorDeviation)
        throw Fault(
          .data, setting: isPrior ? "prior-deviation" : "spread",
          "found \(isPrior ? deviation : settings.spread), and the density is not finite where the chain starts",
          hint: "start nearer to the adapter, with a smaller `\(isPrior ? "prior-deviation" : "spread")`")
      }
      chain = made
      return
    }
    chain!.advance(potential)
  }

  /// The adapter's values plus a draw of the prior, so that chains with different seeds start far from each other.
  private var start: [Double] {
    var normals = [Float](repeating: 0, count: adapter.values.count)
    RandomStream(
      seed: UInt64(bitPattern: Int64(settings.seed)), purpose: .hamiltonian,
      place: (UInt32(truncatingIfNeeded: adapter.seed) &* 8 &+ 3, 0)
    ).normals(into: &normals, count: normals.count)
    let deviation = settings.spread * settings.priorDeviation
    return zip(adapter.values, normals).map { Double($0) + deviation * Double($1) }
  }

  /// Minus the log of likelihood times prior, in nats, and its gradient.
  private func potential(_ position: [Double], _ gradient: inout [Double]) -> Double {
    var ofMean = [Float](repeating: 0, count: position.count)
    let mean = scorer.lossAndGradient(of: examples, parameters: position.map { Float($0) }, gradient: &ofMean)
    let (units, precision) = (
      Double(scorer.data.lossUnits(of: examples)), 1 / (settings.priorDeviation * settings.priorDeviation)
    )
    var squares = 0.0
    for index in position.indices {
      gradient[index] = units * Double(ofMean[index]) + precision * position[index]
      squares += position[index] * position[index]
    }
    return units * mean + precision * squares / 2
  }

  /// The draws.
  ///
  /// - Precondition: All gradients are computed.
  /// - Throws: What encoding the settings throws.
  package func file() throws -> Chain {
    let chain = chain!
    var file = Chain()
    (file.seed, file.parameters, file.cost) = (adapter.seed, adapter.parameters, adapter.cost)
    file.settings = try Settings(fit: fit, chain: settings).canonicalJSON
    (file.draws, file.potentials) = (chain.draws, chain.potentials)
    (file.stepSize, file.acceptance) = (chain.stepSize.averaged, chain.meanAcceptance ?? 0)
    (file.divergences, file.gradients) = (chain.divergences, total)
    return file
  }

  /// The settings of fit and chain, as stored in the file.
  struct Settings: Codable {
    var fit: AdapterSettings
    var chain: ChainSettings
  }
}

extension ChainRun {
  /// The complete state, exactly.
  package func checkpoint(identity: String) -> Checkpoint {
    var checkpoint = Checkpoint(settings: identity)
    checkpoint.integers["step"] = completed
    guard let chain else { return checkpoint }
    checkpoint.store(chain.point, as: "point")
    checkpoint.store(chain.start, as: "start")
    checkpoint.integers.merge([
      "transitions": chain.transitions, "steps": chain.steps, "gradientsBefore": chain.gradientsBefore,
      "divergences": chain.divergences, "visited": chain.visited.count,
    ]) { $1 }
    checkpoint.reals.merge([
      "inverseMasses": chain.inverseMasses, "stepSize": chain.stepSize.state, "visitedMean": chain.visited.mean,
      "visitedSquares": chain.visited.squaredDeviations, "potentials": chain.potentials,
      "acceptances": [chain.acceptances],
    ]) { $1 }
    checkpoint.vectors["draws"] = chain.draws
    return checkpoint
  }

  /// Resumes from a checkpoint of the same run.
  ///
  /// - Throws: `Fault` of kind `.data` if a part is missing, or has another number of values.
  package mutating func restore(_ checkpoint: Checkpoint) throws {
    guard try checkpoint.integer("step") > 0 else { return }
    let count = adapter.values.count
    let point = try checkpoint.phasePoint("point", count: count)
    var chain = HamiltonianChain(
      at: [], variances: [], settings, member: adapter.seed
    ) { _, _ in 0 }
    (chain.point, chain.start) = (point, try checkpoint.phasePoint("start", count: count))
    chain.transitions = try checkpoint.integer("transitions")
    (chain.steps, chain.gradientsBefore) = (try checkpoint.integer("steps"), try checkpoint.integer("gradientsBefore"))
    chain.inverseMasses = try checkpoint.reals("inverseMasses", count: count)
    chain.stepSize = StepSize(
      state: try checkpoint.reals("stepSize", count: StepSize.stateCount), target: settings.targetAcceptance)
    chain.visited = RunningMoments(
      count: try checkpoint.integer("visited"), mean: try checkpoint.reals("visitedMean", count: count),
      squaredDeviations: try checkpoint.reals("visitedSquares", count: count))
    chain.potentials = try checkpoint.reals("potentials")
    chain.draws = try checkpoint.vector("draws", count: chain.potentials.count * count)
    (chain.acceptances, chain.divergences) = (
      try checkpoint.real("acceptances"), try checkpoint.integer("divergences")
    )
    self.chain = chain
  }
}

extension Checkpoint {
  fileprivate mutating func store(_ point: PhasePoint, as name: String) {
    reals[name + "Position"] = point.position
    reals[name + "Momentum"] = point.momentum
    reals[name + "Gradient"] = point.gradient
    reals[name + "Potential"] = [point.potential]
  }

  fileprivate func phasePoint(_ name: String, count: Int) throws -> PhasePoint {
    PhasePoint(
      position: try reals(name + "Position", count: count), momentum: try reals(name + "Momentum", count: count),
      potential: try real(name + "Potential"), gradient: try reals(name + "Gradient", count: count))
  }
}
