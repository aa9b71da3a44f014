// One step of training: gradient, clipping, and the step of AdamW (Loshchilov and Hutter 2019, arXiv:1711.05101) or of
// another optimizer. Variational methods then take a second step, plain gradient descent on the divergence from the prior,
// as BLoB's two optimizers do.
import Adapters
import Arrays
import Artifacts
import Faults
import Transformers

/// The trained vector and its optimizer.
package struct Optimization: Sendable {
  /// [parameter] The trained vector.
  package internal(set) var values: [Float]
  /// The optimizer's moments and the number of its steps: AdamW's; IVON's mean gradient and u = h + δ; or
  /// SGHMC's velocity.
  package internal(set) var state: Adapter.OptimizerState
  /// The norm of the last step's gradient before clipping.
  private(set) var gradientNorm = 0.0
  private var gradient: [Float]
  /// [parameter] The noise of the last step: what IVON's sample has more than the values, or what SGHMC adds to the
  /// velocity; empty for none.
  private var noise: [Float] = []
  /// Which entries are trained; nil for all.
  package internal(set) var mask: SparseMask?
  /// [parameter] With a mask: the last step's gradient, of the entries that are not trained too.
  private var denseGradient: [Float] = []
  private let settings: AdapterSettings
  private let parameters: ParameterTable
  private let random: GaussianTensors
  private let canClip: Bool

  /// Starts from `values`, the vector of one or several members, and from the optimizer's `state`; nil for a new one. The
  /// moments of an optimizer that has not started are zeros.
  ///
  /// - Parameters:
  ///   - mask: which entries are trained; the others become 0. Nil for all.
  ///   - canClip: whether the caller can set a largest norm of the gradient, for hints.
  package init(
    _ parameters: ParameterTable, _ settings: AdapterSettings, values: [Float], state: Adapter.OptimizerState?,
    mask: SparseMask? = nil, canClip: Bool = false
  ) {
    let zeros = [Float](repeating: 0, count: values.count)
    precondition(
      values.count > 0 && values.count % parameters.count == 0, "\(values.count) values, \(parameters.count) parameters"
    )
    (self.parameters, self.settings, self.values, gradient) = (parameters, settings, values, zeros)
    (random, self.canClip, self.mask) = (GaussianTensors(parameters), canClip, mask)
    if let state, !state.firstMoment.isEmpty {
      self.state = state
    } else {
      self.state = Adapter.OptimizerState(step: state?.step ?? 0, firstMoment: zeros, secondMoment: zeros)
      if let ivon = settings.ivon { startPrecision(ivon) }
    }
    mask?.clear(&self.values)
  }

  /// Takes one step on `examples` and returns their mean cross-entropy before it.
  ///
  /// - Parameters:
  ///   - dropoutSeed: the seed of this step's dropout masks and noise.
  ///   - isSampling: whether SGHMC adds its noise.
  /// - Throws: `Fault` of kind `.data` with step and rows if the loss or the gradient is not finite. The values are then
  ///   still those before the step.
  package mutating func step(
    _ scorer: Scorer, examples: [Int], learningRate: Double, dropoutSeed: UInt64, isSampling: Bool = true
  ) throws -> Double {
    let settings = settings
    let dropout =
      settings.dropout > 0 ? Dropout(keepProbability: Float(1 - settings.dropout), seed: dropoutSeed) : nil
    return try step(
      on: examples, of: scorer.data, learningRate: learningRate, noiseSeed: dropoutSeed, isSampling: isSampling
    ) { values, gradient in
      let loss = scorer.lossAndGradient(
        of: examples, parameters: values, gradient: &gradient, dropout: dropout,
        productPenalty: settings.productPenalty, repulsion: settings.coupling?.force ?? 0,
        noise: settings.hasNoise ? dropoutSeed : nil)
      if case .rankMasks(let prior, _, let count?) = settings.parametrisation {
        _ = scorer.parameters.addMaskDivergence(1 / Double(count), prior: prior, at: values, to: &gradient)
      }
      if settings.coupling == .sharedFactors { scorer.parameters.averageShared(&gradient, settings) }
      return loss
    }
  }

  /// The same for any loss. `lossAndGradient` returns it at the given values, and sets its gradient.
  ///
  /// - Parameters:
  ///   - noiseSeed: the seed of the optimizer's own noise in this step.
  ///   - isSampling: whether SGHMC adds its noise.
  /// - Throws: as the other.
  package mutating func step(
    on examples: [Int], of data: TokenizedSet, learningRate: Double, noiseSeed: UInt64 = 0, isSampling: Bool = true,
    _ lossAndGradient: (_ values: [Float], _ gradient: inout [Float]) -> Double
  ) throws -> Double {
    drawNoise(noiseSeed, learningRate: learningRate, isSampling: isSampling)
    let loss = lossAndGradient(settings.ivon == nil ? values : zip(values, noise).map { $0 + $1 }, &gradient)
    if let mask {
      denseGradient = gradient
      mask.clear(&gradient)
    }
    let squares = members.map { member in
      gradient.withUnsafeBufferPointer { squaredNorm($0.baseAddress! + member, count: parameters.count) }
    }
    gradientNorm = squares.reduce(0, +).squareRoot()
    guard loss.isFinite, gradientNorm.isFinite else {
      let rows = examples.prefix(8).map { data.rowIDs[$0] }.joined(separator: ", ")
      throw Fault(
        .data, data.dataset,
        "step \(state.step + 1): loss \(loss.shortest), gradient norm \(gradientNorm.shortest), learning rate \(learningRate), rows \(rows)",
        hint: hintOfDivergence)
    }
    state.step += 1
    let corrections = mask?.corrections(learningRate: Float(learningRate), step: state.step)
    // Members that share parameters share the factor of clipping too.
    let common = settings.coupling == .sharedFactors ? squares.max() : nil
    for (member, square) in zip(members, squares) {
      clip(member, norm: (common ?? square).squareRoot())
      for entry in parameters.entries {
        update(
          member + entry.offset..<member + entry.offset + entry.count, learningRate: learningRate,
          weightDecay: Float(weightDecay(entry)), corrections)
      }
    }
    return loss
  }

  /// What usually helps where the next step is not finite.
  private var hintOfDivergence: String {
    var other = ""
    if canClip {
      switch settings.optimizer {
      case nil: other = " or a `gradient-clip`"
      case .ivon where state.step == 0:
        return "the noise of its first step is too wide: a larger `sample-size` or `curvature` narrows it"
      case .ivon(let settings): other = settings.clip == nil ? " or a `newton-clip`" : ""
      case .sghmc(let settings): other = settings.temperature > 0 ? " or `temperature`" : ""
      }
    }
    return "a lower `learning-rate`\(other) usually helps"
  }

  /// Exchanges the `share` of the mask's entries with the smallest magnitudes for those with the largest gradients in the
  /// last step, which begin at 0.
  package mutating func exchange(_ share: Double) {
    mask?.exchange(share, values: &values, state: &state, gradient: denseGradient)
  }

  /// Takes the optimizer's step over a tensor.
  ///
  /// - Parameter corrections: [parameter] what each entry's own number of steps makes of the learning rate; nil where all
  ///   have taken the same.
  private mutating func update(
    _ range: Range<Int>, learningRate: Double, weightDecay: Float, _ corrections: (rates: [Float], scales: [Float])?
  ) {
    switch (settings.optimizer, corrections) {
    case (nil, let corrections?):
      adamW(
        &values, gradient: gradient, firstMoment: &state.firstMoment, secondMoment: &state.secondMoment, range: range,
        rates: corrections.rates, scales: corrections.scales, learningRate: Float(learningRate),
        weightDecay: weightDecay)
    case (nil, nil):
      adamW(
        &values, gradient: gradient, firstMoment: &state.firstMoment, secondMoment: &state.secondMoment, range: range,
        learningRate: Float(learningRate), epsilon: settings.variational == nil ? 1e-8 : 1e-6, step: state.step,
        weightDecay: weightDecay)
    case (.ivon(let settings), _):
      ivon(
        &values, gradient: gradient, noise: noise, momentum: &state.firstMoment, precision: &state.secondMoment,
        range: range, sampleSize: Float(settings.sampleSize),
        // The package's rate: the first step is that of gradient descent.
        learningRate: Float(learningRate) * (Float(settings.curvature) + weightDecay), beta2: settings.curvatureDecay,
        clip: settings.clip.map { Float($0) } ?? .infinity, step: state.step, weightDecay: weightDecay)
    case (.sghmc(let settings), _):
      sghmc(
        &values, gradient: gradient, noise: noise.isEmpty ? nil : noise, velocity: &state.firstMoment, range: range,
        friction: Float(settings.friction), learningRate: Float(learningRate), weightDecay: weightDecay)
    }
  }

  /// IVON's u before the first step.
  private mutating func startPrecision(_ ivon: IVONSettings) {
    for member in members {
      for entry in parameters.entries {
        let start = Float(ivon.curvature) + Float(weightDecay(entry))
        for i in 0..<entry.count { state.secondMoment[member + entry.offset + i] = start }
      }
    }
  }

  /// Draws the optimizer's noise of a step, which all its examples share.
  private mutating func drawNoise(_ seed: UInt64, learningRate: Double, isSampling: Bool) {
    let deviations: (Int) -> Float
    switch settings.optimizer {
    case nil: return
    case .ivon(let settings):
      let all = settings.standardDeviations(precision: state.secondMoment)
      deviations = { all[$0] }
    case .sghmc(let settings):
      let deviation = isSampling ? Float(settings.noiseDeviation(learningRate: learningRate)) : 0
      noise = []
      guard deviation > 0 else { return }
      deviations = { _ in deviation }
    }
    noise = [Float](repeating: 0, count: values.count)
    RandomStream(seed: seed, purpose: .perturbation).normals(into: &noise, count: values.count)
    for i in noise.indices { noise[i] *= deviations(i) }
  }

  /// The offsets of the members' vectors in `values`.
  private var members: StrideTo<Int> { stride(from: 0, to: values.count, by: parameters.count) }

  /// Clips the gradient of the member at offset `member` to the largest allowed norm. Each member is clipped by its own
  /// norm, as if it were trained alone: with a common norm, an outlier of one member would slow down the others.
  private mutating func clip(_ member: Int, norm: Double) {
    guard settings.gradientClip > 0 && norm > settings.gradientClip else { return }
    gradient.withUnsafeMutableBufferPointer {
      multiply($0.baseAddress! + member, by: Float(settings.gradientClip / norm), count: parameters.count)
    }
  }

  /// Takes a step of gradient descent on the divergence. Returns the divergence before the step, and its gradient's norm.
  ///
  /// - Parameters:
  ///   - prior: the prior's standard deviation.
  ///   - rate: the learning rate times the divergence's weight.
  package mutating func descendDivergence(priorDeviation prior: Double, rate: Double) -> (value: Double, norm: Double) {
    let value = random.divergence(at: values, priorDeviation: prior)
    return (value, random.descend(&values, priorDeviation: prior, rate: rate))
  }

  /// The weight decay of a tensor; 0 if the divergence keeps it near its prior, and for fast weights.
  private func weightDecay(_ entry: ParameterTable.Entry) -> Double {
    if random.hasPrior(entry) { return 0 }
    // BatchEnsemble's fast weights, which begin around 1, and the logits of masks, which have a prior.
    if settings.coupling == .sharedFactors, !settings.areShared(entry.role) { return 0 }
    if case .rankMasks = settings.parametrisation, entry.role == .core { return 0 }
    return switch entry.role.factor {
    case .a: settings.weightDecayA
    case .b: settings.weightDecayB
    case nil: settings.weightDecayHead
    }
  }
}
