// The settings of a fit, with the field's usual defaults. Two adapters are members of the same ensemble if their settings
// are equal.
import Arrays
import Faults
import Transformers

/// How an adapter is shaped and trained.
package struct AdapterSettings: Codable, Equatable, Sendable {
  /// How the learning rate falls after the warm-up.
  package enum Decay: String, Codable, Sendable, CaseIterable {
    case linear, cosine, constant
  }

  /// The dense layer of an encoder's head.
  package struct DenseSettings: Codable, Equatable, Sendable {
    /// Its nonlinearity.
    package var activation: DenseLayer.Activation
    /// Whether it is trained with the output layer; else it is the base's own.
    package var isTrained: Bool
    package init(activation: DenseLayer.Activation, isTrained: Bool) {
      (self.activation, self.isTrained) = (activation, isTrained)
    }
  }

  /// The rank r of every adapter.
  package var rank = 8
  /// The numerator of the scale: s = alpha / r.
  package var alpha = 16.0
  /// Scale by alpha / sqrt(r) instead (Kalajdzievski 2023, arXiv:2312.03732).
  package var rankStabilized = false
  /// The ranks and the numerators of single modules, by their names, where they differ from `rank` and `alpha`. Only
  /// imported adapters have any.
  package var ranks: [String: Int]?
  package var alphas: [String: Double]?
  /// True for an adapter from a PEFT folder, for a fit that went on from one, and for one that was filled up to the shape of
  /// a library: nobody knows at which values its training began. Nil for all others.
  package var isImported: Bool?
  /// Of fits that went on from an imported adapter: the identity of its values, at which all of them began. Nil for all
  /// others.
  package var importedStart: String?
  /// What is trained in place of A and B; nil for themselves, LoRA. Files of versions that knew nothing else lack it.
  package var parametrisation: ParametrisationSettings?
  /// Which of its tensors are random, and how; nil for none.
  package var variational: VariationalSettings?
  /// The adapted linear modules: ends of their names, as in PEFT's `target_modules`, or `all-linear`.
  package var targets: [String] = []
  /// The indices of the adapted blocks, counted from 0, in ascending order; nil for all. Files of versions that always
  /// adapted all blocks do not have it.
  package var layers: [Int]?
  /// The probability that dropout zeroes an entry of an adapter's input in training.
  package var dropout = 0.0
  /// The precision of the frozen products, in training and wherever the adapter is used.
  package var precision = Precision.float32
  /// Encoders: how a sequence becomes one vector.
  package var pooling = PooledHead.Pooling.mean
  /// Encoders: the layer between that vector and the output layer; nil for none.
  package var dense: DenseSettings?

  /// The largest learning rate.
  package var learningRate = 1e-3
  /// Share of the steps in which the rate rises from zero.
  package var warmup = 0.06
  /// How the rate falls after that.
  package var decay = Decay.linear
  /// Examples in a step.
  package var batchSize = 8
  /// Passes over the training examples.
  package var epochs = 3
  /// The total number of steps; 0 for `epochs` whole epochs.
  package var steps = 0
  /// Weight decay on A, decoupled with AdamW.
  package var weightDecayA = usualWeightDecay
  /// Weight decay on B.
  package var weightDecayB = usualWeightDecay
  /// Weight decay on all other tensors: the head, the cores of b-lora-xs, a whole base.
  package var weightDecayHead = usualWeightDecay
  private static let usualWeightDecay = 0.01
  /// The factor of the penalty on the squared Frobenius norm of each B A; 0 for none.
  package var productPenalty = 0.0
  /// The factor of KL(p || p_base) in the loss; nil for none.
  package var baseDivergence: Double?
  /// What is minimised; nil for the cross-entropy.
  package var loss: TrainingLoss?
  /// The weights of the classes in the loss, by their names; nil if all are 1.
  package var classWeights: [String: Double]?
  /// The largest norm of a step's gradient; 0 for no limit.
  package var gradientClip = 0.0
  /// Keep the epoch with the lowest calibration NLL instead of the last one.
  package var keepBest = false
  /// How many training examples to use, drawn by `subsampleSeed`; 0 for all.
  package var trainingExamples = 0
  /// The seed of that choice, the same for all members.
  package var subsampleSeed = 0
  /// The seed that A is drawn with, the same for adapters that are to be averaged; nil for each adapter's own seed.
  package var initializationSeed: Int?
  /// The gain of Xavier's uniform distribution that A is drawn from; nil for PEFT's distribution.
  package var initializationGain: Double?
  /// How many members are trained together, in one vector; nil for a single adapter.
  package var members: Int?
  /// What these members have to do with each other; nil for nothing.
  package var coupling: MemberCoupling?
  /// What takes the steps; nil for AdamW.
  package var optimizer: OptimizerSettings?
  /// The cycles of the learning rate, in place of `warmup` and `decay`, and the snapshots of the file; nil for none.
  package var cycles: CycleSettings?
  /// The masks under which it is trained; nil for none.
  package var sparsity: SparsitySettings?
  /// What became of the optimizer's moments where the fit went on from an adapter; nil for a fit from the initial values.
  package var moments: Moments?

  package init() {}

  /// Rejects settings that cannot be trained.
  ///
  /// - Throws: `Fault` of kind `.usage` with the setting's name.
  package func validate() throws {
    func require(_ condition: Bool, _ setting: String, _ message: String) throws {
      if !condition { throw Fault(.usage, setting: setting, message) }
    }
    try Fault.check(count: rank, of: "rank")
    try parametrisation?.validate()
    try variational?.validate(for: parametrisation)
    try validateMembers()
    try validateLoss()
    try validateCoupling()
    try validateOptimizer()
    try validateCycles()
    try validateSparsity()
    if let gain = initializationGain {
      try Fault.check(positive: gain, of: "initialization-gain")
      try require(
        parametrisation == nil && variational == nil, "initialization-gain",
        "it applies to LoRA's A, which other parametrisations do not draw")
    }
    if let layers {
      try require(
        parametrisation != .full, "layers", "found \(layers) with full fine-tuning, which trains every block")
    }
    try require(alpha > 0 && alpha.isFinite, "alpha", "found \(alpha), expected a number above 0")
    try require((0..<1).contains(dropout), "dropout", "found \(dropout), expected a number from 0 to below 1")
    try Fault.check(positive: learningRate, of: "learning-rate")
    try require((0..<1).contains(warmup), "warmup", "found \(warmup), expected a share from 0 to below 1")
    try Fault.check(count: batchSize, of: "batch-size")
    try Fault.check(count: steps, of: "steps", atLeast: 0)
    try Fault.check(count: epochs, of: "epochs", atLeast: steps > 0 ? 0 : 1)
    for (setting, value) in [
      ("weight-decay-a", weightDecayA), ("weight-decay-b", weightDecayB), ("weight-decay-head", weightDecayHead),
      ("product-penalty", productPenalty), ("base-divergence", baseDivergence ?? 0),
      ("gradient-clip", gradientClip),
    ] {
      try require(value >= 0 && value.isFinite, setting, "found \(value), expected 0 or more")
    }
    try require(
      productPenalty == 0 || parametrisation != .full, "product-penalty",
      "found \(productPenalty) with full fine-tuning, which has no product B A")
    try validateDecay()
    try Fault.check(count: trainingExamples, of: "training-examples", atLeast: 0)
    try require(
      precision == .float32 || PackedMatrix.isAvailable(precision), "precision",
      "found \(precision.rawValue), which needs oneDNN (libdnnl2) and a processor with AVX-512")
  }

  /// Rejects a decay by which a step of AdamW would change a parameter's sign. Only AdamW decouples it from the step: IVON
  /// and SGHMC add it to the gradient.
  ///
  /// - Throws: `Fault` of kind `.usage` about the decay; about the rate if the decay is the usual one, for which not every
  ///   stage that trains has a flag.
  private func validateDecay() throws {
    for (setting, value) in [
      ("weight-decay-a", weightDecayA), ("weight-decay-b", weightDecayB), ("weight-decay-head", weightDecayHead),
    ] where value * learningRate > 1 && optimizer == nil {
      let (subject, found) =
        value == Self.usualWeightDecay
        ? ("learning-rate", "\(learningRate) at a weight decay of \(value)")
        : (setting, "\(value) at a learning rate of \(learningRate)")
      let share = (value * learningRate).shortest
      throw Fault(
        .usage, setting: subject, "found \(found): a step would take away \(share) times the parameter")
    }
  }

  /// The rank of the adapter of the module called `name`.
  package func rank(of name: String) -> Int { ranks?[name] ?? rank }

  /// The numerator of its scale.
  package func alpha(of name: String) -> Double { alphas?[name] ?? alpha }

  /// The scale s where a module has no numbers of its own.
  package var scale: Float { scale(of: "") }

  /// The scale s of the adapter of the module called `name`.
  package func scale(of name: String) -> Float {
    let rank = Double(rank(of: name))
    return Float(alpha(of: name) / (rankStabilized ? rank.squareRoot() : rank))
  }

  /// Adapts the modules of these names, with these ranks and numerators of their scales, and no others.
  package mutating func adapt(_ modules: [(name: String, rank: Int, alpha: Double)]) {
    targets = modules.map(\.name)
    let ranks = modules.filter { $0.rank != rank }.map { ($0.name, $0.rank) }
    let alphas = modules.filter { $0.alpha != alpha }.map { ($0.name, $0.alpha) }
    self.ranks = ranks.isEmpty ? nil : Dictionary(uniqueKeysWithValues: ranks)
    self.alphas = alphas.isEmpty ? nil : Dictionary(uniqueKeysWithValues: alphas)
  }

  /// Whether the adapters of `other` have the same scales, module by module.
  package func hasScales(of other: AdapterSettings) -> Bool {
    (scale, ranks, alphas) == (other.scale, other.ranks, other.alphas)
  }
}
