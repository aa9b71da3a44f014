// A PEFT adapter in the terms of a fit: the settings that give the same network, and the values of its vector. Every stage
// that reads a PEFT folder reads it by this type.
import Adapters
import Artifacts
import Checkpoints
import Faults
import Training
import Transformers

/// A PEFT folder, compared with a base and a tokenized set.
struct ImportedAdapter {
  /// The settings of a fit with the same modules, ranks, scales and head.
  let settings: AdapterSettings
  private let fitted: FittedPEFTAdapter
  private let head: PEFTHead?
  private let base: BaseModel
  private let set: TokenizedSet
  private let architecture: Architecture

  /// - Parameter settings: the settings of `unsaidByPEFT` count; the folder decides the others.
  /// - Throws: `Fault` of kind `.data` where folder, base and data set do not fit.
  init(
    _ folder: PEFTAdapter, path: String, base: BaseModel, basePath: String, _ set: TokenizedSet,
    _ settings: AdapterSettings
  ) throws {
    architecture = try base.checkedArchitecture(basePath)
    try set.check(on: architecture)
    fitted = try folder.fitted(to: architecture.linearModules, subject: path)
    let known = architecture.classificationHead
    head = try fitted.head(known, hiddenSize: architecture.hiddenSize, subject: path)
    (self.base, self.set) = (base, set)
    var settings = settings.unsaidByPEFT
    let own = folder.settings
    (settings.rank, settings.alpha, settings.dropout) = (own.rank, own.alpha, own.dropout)
    (settings.rankStabilized, settings.isImported) = (own.useRSLoRA, true)
    settings.adapt(fitted.modules.map { ($0.module.name, $0.rank, $0.alpha) })
    try Self.checkHead(head, set, base, path)
    if let known, !set.scoring.needsDecoder {
      let (isOwn, hasDense) = (head?.isOwn == true, head?.dense != nil)
      if !isOwn { settings.pooling = known.pooling }
      if !isOwn || hasDense {
        try Self.checkDense(hasDense, known, base, path)
        settings.dense = .init(activation: known.activation, isTrained: hasDense || known.trainsDense)
      }
    }
    try settings.validate()
    self.settings = settings
  }

  /// Refuses a head where the data set needs none, and the other way round.
  private static func checkHead(_ head: PEFTHead?, _ set: TokenizedSet, _ base: BaseModel, _ path: String) throws {
    if set.scoring.needsDecoder {
      guard head == nil else {
        throw Fault(
          .data, path, "has a trained head, but a decoder answers by the output layer of its base",
          hint: "give an adapter that was trained with task_type CAUSAL_LM, on prompts that end in the answer")
      }
      return
    }
    let needed = set.scoring == .pairs ? 1 : set.classNames.count
    guard let outputs = head?.output?.outputs ?? (base.labels.isEmpty ? nil : base.labels.count) else {
      throw Fault(
        .data, path, "has no output layer, and the base has none either",
        hint: "save the adapter with its classifier in modules_to_save, as task_type SEQ_CLS does, "
          + "or lay the base out with `keep-head`")
    }
    guard outputs == needed else {
      let classes = set.scoring == .pairs ? "a score for each choice" : set.classNames.joined(separator: ", ")
      throw Fault(
        .data, path, "its output layer has \(outputs) outputs, but the questions need \(needed): \(classes)",
        hint: "tokenize questions with the classes that the adapter was trained on")
    }
  }

  /// Refuses an adapter without a dense layer where the base has none either. PEFT does not save one that it has not
  /// trained, and where the folder of the base has none, transformers draws one at random.
  private static func checkDense(
    _ hasDense: Bool, _ known: ClassificationHead, _ base: BaseModel, _ path: String
  ) throws {
    guard hasDense || base.tensor(HeadTensor.denseWeight.rawValue) != nil else {
      throw Fault(
        .configuration, path, "needs the dense layer \(known.dense), which neither the adapter nor the base has",
        hint: "lay the base out with `keep-head`; where its folder has no \(known.dense), train the adapter again with "
          + "it in modules_to_save")
    }
  }

  /// The names, shapes and values of the vector of the network that `settings` describe.
  ///
  /// - Throws: `Fault` of kind `.configuration` where the base's labels are not the classes of the data set.
  func vector() throws -> (parameters: ParameterTable, values: [Float]) {
    let layout = try LowRankLayout(architecture, settings, scoring: set.scoring, classes: set.classNames.count)
    let parameters = layout.parameters
    let zeros = [Float](repeating: 0, count: parameters.count)
    var values = try base.placingHead(in: zeros, parameters, settings, for: set, hiddenSize: architecture.hiddenSize)
    func place(_ own: [Float], at name: String) {
      guard let entry = parameters[name] else { preconditionFailure("no tensor \(name)") }
      precondition(entry.count == own.count, "\(own.count) values for \(name)")
      values.replaceSubrange(entry.offset..<entry.offset + entry.count, with: own)
    }
    for entry in fitted.adapter.parameters.entries where entry.role.isAdapter {
      place(fitted.adapter.values(of: entry), at: entry.name)
    }
    if let dense = head?.dense {
      place(dense.weight, at: LowRankLayout.denseWeight)
      if parameters[LowRankLayout.denseBias] != nil { place(dense.bias, at: LowRankLayout.denseBias) }
    }
    if let output = head?.output {
      let order = try order(of: output)
      let width = output.weight.count / output.outputs
      place(order.flatMap { output.weight[$0 * width..<($0 + 1) * width] }, at: LowRankLayout.headWeight)
      place(order.map { output.bias[$0] }, at: LowRankLayout.headBias)
    }
    if head?.dense != nil, let scale = normScale, let entry = parameters[LowRankLayout.headWeight] {
      for index in 0..<entry.count { values[entry.offset + index] *= scale[index % scale.count] }
    }
    return (parameters, values)
  }

  /// (hidden) The scale of the norm before the output layer, which becomes a factor of that layer: behind a trained dense
  /// layer, the network has a norm without a scale. The base's holds where the adapter has none.
  private var normScale: [Float]? {
    guard architecture.classificationHead?.norm != nil else { return nil }
    return head?.normScale ?? base.values(of: .normScale, shape: [architecture.hiddenSize])
  }

  /// [class] The output for each class: by the labels of the base's head where it has as many, else in their order.
  private func order(of output: PEFTHead.Layer) throws -> [Int] {
    guard head?.isOwn == false, base.labels.count == output.outputs else { return Array(0..<output.outputs) }
    return try base.outputOrder(for: set)
  }
}

extension AdapterSettings {
  /// Of these settings, those that a PEFT folder does not say: the precision, how training goes on, and the pooling of a
  /// head that is no class of transformers.
  fileprivate var unsaidByPEFT: AdapterSettings {
    var settings = AdapterSettings()
    (settings.pooling, settings.precision) = (pooling, precision)
    (settings.learningRate, settings.batchSize) = (learningRate, batchSize)
    return settings
  }
}
