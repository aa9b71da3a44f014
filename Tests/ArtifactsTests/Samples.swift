// A small file of each kind, with every property set to a value that is not its default.
import Artifacts

enum Sample {
  static let provenance: Provenance = {
    var provenance = Provenance(producer: "a-test", version: "1.2.3", commandLine: "a-test --to 'ümlaut'")
    provenance.inputs = [.init(path: "in/a.h5", digest: "ab12"), .init(path: "in/b.h5", digest: "cd34")]
    return provenance
  }()
  static let reproducible: Provenance = {
    var provenance = Self.provenance
    provenance.reproducible = true
    return provenance
  }()

  static let cost: Cost = {
    var cost = Cost()
    (cost.trainableParameters, cost.forwardPasses) = (18, 7)
    (cost.trainingSeconds, cost.predictionSeconds, cost.peakMemory) = (1.5, 0.25, 1 << 33)
    return cost
  }()

  static let parameters: ParameterTable = {
    var table = ParameterTable()
    table.append("base_model.model.q_proj.lora_A.weight", shape: [2, 3])
    table.append("base_model.model.q_proj.lora_B.weight", shape: [4, 2])
    table.append("head.bias", shape: [4])
    return table
  }()

  static let history = [1, 2].map { epoch in
    Adapter.Epoch(
      epoch: epoch, step: 10 * epoch, learningRate: 1e-4 / Double(epoch), trainingLoss: 1.25 / Double(epoch),
      calibrationNLL: 1.3, calibrationAccuracy: 0.5, calibrationECE: 0.125)
  }

  static func floats(_ count: Int, _ scale: Float = 1) -> [Float] { (0..<count).map { Float($0 * 7 % 11 - 5) * scale } }

  static let adapter: Adapter = {
    var adapter = Adapter()
    (adapter.method, adapter.seed) = ("dropout", 3)
    (adapter.baseDigest, adapter.tokensDigest) = ("00aa", "11bb")
    adapter.settings = #"{"rank":2}"#
    (adapter.parameters, adapter.values) = (parameters, floats(18))
    adapter.history = history
    adapter.optimizer = .init(step: 20, firstMoment: floats(18, 0.1), secondMoment: floats(18).map { $0 * $0 })
    adapter.cost = cost
    return adapter
  }()

  static let exchanged: Adapter = {
    var adapter = Sample.adapter
    var row = Adapter.Exchange()
    (row.client, row.scheme, row.temperature, row.mean) = ("ann", "validation", 0.5, "factors")
    (row.clients, row.trust, row.similarities) = (["ann", "ben", "cem"], [0.75, 0.25, 0], [-0.5, -1, .nan])
    (row.reasons, row.membership) = (["", "", "not finite"], 0.625)
    (adapter.exchange, adapter.classNames) = (row, ["yes", "no"])
    return adapter
  }()

  static let moments: SwagMoments = {
    var moments = SwagMoments()
    (moments.seed, moments.baseDigest, moments.tokensDigest) = (3, "00aa", "11bb")
    moments.settings = #"{"rank":2,"swag":{"deviations":2}}"#
    (moments.parameters, moments.snapshots) = (parameters, 5)
    moments.mean = floats(18)
    moments.variance = floats(18).map { $0 * $0 * 0.01 }
    moments.deviations = floats(36, 0.1)
    (moments.history, moments.cost) = (history, cost)
    return moments
  }()

  static let chain: Chain = {
    var chain = Chain()
    (chain.seed, chain.baseDigest, chain.tokensDigest) = (3, "00aa", "11bb")
    chain.settings = #"{"rank":2,"chain":{"draws":2}}"#
    (chain.parameters, chain.draws, chain.potentials) = (parameters, floats(36), [12.5, 13.25])
    (chain.stepSize, chain.acceptance, chain.divergences, chain.gradients) = (0.125, 0.75, 1, 99)
    chain.cost = cost
    return chain
  }()

  static let curvature: Curvature = {
    var curvature = Curvature()
    (curvature.seed, curvature.baseDigest, curvature.tokensDigest) = (3, "00aa", "11bb")
    curvature.settings = #"{"rank":2,"curvature":{"rank":1}}"#
    (curvature.parameters, curvature.values, curvature.examples) = (parameters, floats(18), 7)
    (curvature.logLikelihood, curvature.priorPrecision, curvature.logMarginalLikelihood) = (-3.25, 12.5, -40.125)
    var (first, second) = (Curvature.Block(), Curvature.Block())
    (first.name, first.outputs, first.inputs) = ("base_model.model.q_proj.lora_A.weight", 2, 3)
    (first.outputValues, first.outputRows) = ([3, 0.5], floats(4))
    (first.inputValues, first.inputRows) = ([2], floats(3))
    (second.name, second.offset, second.biasOffset) = ("base_model.model.q_proj.lora_B.weight", 6, 14)
    (second.outputs, second.inputs, second.outputValues, second.outputRows) = (4, 3, [1], floats(4))
    (second.inputValues, second.inputRows) = ([4, 0], floats(6))
    (curvature.blocks, curvature.cost) = ([first, second], cost)
    return curvature
  }()

  static let tokens: TokenizedSet = {
    var set = TokenizedSet()
    (set.dataset, set.template, set.tokenizerDigest) = ("openbookqa", "letters", "22cc")
    (set.vocabularySize, set.maximumLength, set.truncatedSequences) = (100, 5, 1)
    set.corruption = .init(name: "typos", severity: 2)
    set.labelTokens = [65, 66, 67]
    set.rowIDs = ["7-980", "ü/\u{0301}", ""]
    set.splits = [.train, .calibration, .test]
    set.labels = [1, 2, -1]
    set.choiceOffsets = [0, 2, 5, 7]
    set.choiceTexts = ["yes", "no", "é", "e\u{0301}", "", "a\nb", "日本語"]
    set.sequenceOffsets = [0, 1, 2, 3]
    set.tokenOffsets = [0, 3, 4, 9]
    set.tokens = [1, 2, 3, 99, 5, 6, 7, 8, 0]
    set.segments = [0, 0, 1, 0, 0, 1, 1, 1, 1]
    return set
  }()

  /// Two prompts with answers, and one without.
  static let writtenAnswers: TokenizedSet = {
    var set = TokenizedSet()
    (set.dataset, set.scoring, set.template, set.endToken) = ("asked", .answers, "open", 9)
    (set.vocabularySize, set.maximumLength, set.rowIDs) = (100, 5, ["a", "b", "c"])
    (set.splits, set.labels) = ([.train, .test, .test], [0, 0, -1])
    (set.referenceOffsets, set.referenceTexts) = ([0, 2, 3, 3], ["yes", "yés", "no"])
    (set.sequenceOffsets, set.tokenOffsets) = ([0, 1, 2, 3], [0, 4, 8, 10])
    set.tokens = [1, 2, 3, 9, 1, 2, 4, 9, 1, 2]
    set.segments = [0, 0, 1, 1, 0, 0, 1, 1, 0, 0]
    return set
  }()

  /// One text of three windows.
  static let windows: TokenizedSet = {
    var set = TokenizedSet()
    (set.dataset, set.scoring, set.template, set.classNames) = ("long", .classes, "sentence", ["no", "yes"])
    (set.vocabularySize, set.maximumLength, set.longTexts) = (100, 2, LongTextRule(cut: .windows))
    (set.rowIDs, set.splits, set.labels) = (["a"], [.train], [1])
    (set.sequenceOffsets, set.tokenOffsets) = ([0, 3], [0, 2, 4, 6])
    (set.tokens, set.segments) = ([1, 2, 2, 3, 3, 4], [0, 0, 0, 0, 0, 0])
    return set
  }()

  static let predictions: Predictions = {
    var predictions = Predictions()
    (predictions.method, predictions.dataset) = ("swag", "openbookqa")
    predictions.corruption = .init(name: "typos", severity: 2)
    (predictions.baseDigest, predictions.tokensDigest) = ("00aa", "11bb")
    predictions.settings = #"{"samples":2}"#
    (predictions.groups, predictions.samples, predictions.choices) = (2, 2, 3)
    predictions.rowIDs = ["a", "b"]
    predictions.splits = [.calibration, .test]
    predictions.labels = [2, -1]
    predictions.choiceCounts = [3, 2]
    let (half, quarter) = (Float(-0.6931472), Float(-1.3862944))
    predictions.logProbabilities =
      (0..<4).flatMap { _ in [half, quarter, quarter] } + (0..<4).flatMap { _ in [half, half, -.infinity] }
    predictions.logSums = floats(8)
    predictions.warnings = ["no spread measured"]
    predictions.storedParameters = 54
    predictions.cost = cost
    return predictions
  }()

  static let checkpoint: Checkpoint = {
    var checkpoint = Checkpoint(settings: #"{"seed":3}"#)
    checkpoint.integers = ["step": 12, "epoch": -1, "bound": .max]
    checkpoint.reals = ["best": [.infinity, -0.0, .leastNonzeroMagnitude], "none": []]
    checkpoint.vectors = ["values": floats(18), "a.b c": [-.infinity, .leastNonzeroMagnitude]]
    return checkpoint
  }()

  static let results: ResultTable = {
    var table = ResultTable()
    (table.kind, table.settings) = (.shift, #"{"bins":15}"#)
    table.rows = [
      .init(method: "swag", dataset: "arc", metric: "ece", value: 0.1, low: 0.05, high: 0.2, n: 100),
      .init(method: "swag", dataset: "arc", metric: "auroc", value: .nan, n: 0, reason: "only one class"),
    ]
    return table
  }()
}
