// The form in which an adapter leaves: for a class of transformers that computes the same, or beside lines of Python that
// do.
import Adapters
import Artifacts
import Checkpoints
import Faults
import Training
import Transformers

/// What the exported samples of one fit have in common.
struct ExportedForm {
  private let settings: PEFTSettings
  private let parameters: ParameterTable
  private let fit: AdapterSettings
  /// The class's head where the adapter goes into the class.
  private let head: ClassificationHead?
  /// The base's dense layer (weight and bias) where it must go into the folder.
  private let baseDense: [Float]
  private let hiddenSize: Int
  /// How the folder is used, for its README.
  let usage: String

  init(_ fit: AdapterSettings, _ scorer: Scorer, baseName: String) throws {
    try scorer.data.requireOneRightChoice(for: "`export-peft`", hint: "omit it")
    let (layout, set, width) = (scorer.layout, scorer.data, scorer.architecture.hiddenSize)
    // The scale stays when a parametrisation needs more rank than it was asked for.
    let ratio = Double(layout.rank) / Double(fit.rank)
    var settings = PEFTSettings(
      rank: layout.rank, alpha: fit.alpha * (fit.rankStabilized ? ratio.squareRoot() : ratio), dropout: fit.dropout,
      useRSLoRA: fit.rankStabilized,
      targetModules: layout.modules.map(\.name), baseModelName: baseName)
    // What PEFT calls a matrix that a checkpoint stores as (inputs, outputs).
    settings.fanInFanOut = scorer.architecture.names.storesTransposed
    settings.ranks = try Self.patterns(fit.ranks)
    settings.alphas = try Self.patterns(fit.alphas)
    let known = scorer.architecture.classificationHead
    let fits = known.map { PEFTAdapter.fits($0, pooling: fit.pooling, hasDense: fit.dense != nil) } ?? false
    head = layout.headOutputs > 0 && fits ? known : nil
    settings.taskType = layout.headOutputs == 0 ? "CAUSAL_LM" : fits ? "SEQ_CLS" : nil
    let isPooled = layout.headOutputs > 0 && !fits
    baseDense = isPooled && fit.dense?.isTrained == false ? scorer.denseOfBase : []
    if isPooled { settings.modulesToSave = ["score"] }
    let form: AdapterUsage.Form =
      switch set.scoring {
      case .letters: .letters(set.labelTokens)
      case .continuations: .continuations
      case .answers: .answers(end: set.endToken ?? 0)
      case .pairs, .classes, .labels: fits ? .classifier : .pooled(fit.pooling, fit.dense?.activation)
      }
    usage = AdapterUsage(form, of: set).text
    (self.settings, parameters, self.fit, hiddenSize) = (settings, layout.parameters, fit, width)
  }

  /// The adapter with the values of the network's vector.
  func adapter(_ values: [Float]) -> PEFTAdapter {
    guard let head else {
      var (parameters, values) = (parameters, values)
      if !baseDense.isEmpty {
        parameters.append(LowRankLayout.denseWeight, shape: [hiddenSize, hiddenSize])
        parameters.append(LowRankLayout.denseBias, shape: [hiddenSize])
        values += baseDense
      }
      return PEFTAdapter(settings: settings, parameters: parameters, values: values)
    }
    let isTrained = fit.dense?.isTrained == true
    return PEFTAdapter(settings: settings, parameters: parameters, values: values).inClass(
      head, dense: isTrained ? (LowRankLayout.denseWeight, LowRankLayout.denseBias) : nil,
      output: (LowRankLayout.headWeight, LowRankLayout.headBias), usesDenseOfBase: fit.dense?.isTrained == false)
  }

  /// Numbers by modules' names as PEFT's patterns, sorted.
  private static func patterns<Value>(_ values: [String: Value]?) throws -> [ModuleValue<Value>] {
    try (values ?? [:]).sorted { $0.key < $1.key }.map { name, value in
      try ModuleValue(name.replacing(".", with: #"\."#), value) { Fault(.internalError, name, $0) }
    }
  }
}
