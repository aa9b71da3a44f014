// Which modules are adapted, and the offsets of their factors in the vector that the network reads. With LoRA this is also
// the trained vector; other parametrisations train another vector and compute this one from it.
import Arrays
import Artifacts
import Faults
import Transformers

/// The layout of the network's vector for one architecture, one set of targets and one head.
package struct LowRankLayout: Sendable {
  /// Names and shapes, under PEFT's names.
  package private(set) var parameters = ParameterTable()
  /// The adapters by module name.
  package private(set) var adapters: [String: LowRankPlace] = [:]
  /// The adapted modules, in the network's order.
  package private(set) var modules: [Architecture.LinearModule] = []
  /// The adapters' rank in the network, where no module has its own.
  package let rank: Int
  /// The offsets of the base's tensors that are trained in full, by their names in the base.
  package private(set) var trained: [String: Int] = [:]
  /// Outputs of the trained head: 1 for pairs, one for each class or label, 0 if the base's own output layer is used.
  package let headOutputs: Int
  /// The offset of the head's parameters, which are the last of the vector.
  let headOffset: Int
  /// The gain of Xavier's distribution that A is drawn from; nil for PEFT's distribution.
  private let gain: Double?
  /// The length of the vector that the network reads: `parameters`, followed by the changes of Flipout if there are any.
  package private(set) var networkCount = 0

  /// The layout of `settings` on `architecture`, for a data set that is scored by `scoring`.
  ///
  /// - Throws: `Fault` of kind `.usage` for a target that matches no module, or a rank above a module's width.
  package init(
    _ architecture: Architecture, _ settings: AdapterSettings, scoring: TokenizedSet.Scoring, classes: Int
  ) throws {
    headOutputs =
      switch scoring {
      case .letters, .continuations, .answers: 0
      case .pairs: 1
      case .classes, .labels: classes
      }
    let isFull = settings.parametrisation == .full
    modules = isFull ? [] : try Self.modules(architecture, settings)
    (rank, gain) = (settings.networkRank, settings.initializationGain)
    for module in modules {
      guard settings.rank(of: module.name) <= min(module.inputs, module.outputs) else {
        throw Fault(
          .usage, setting: "rank",
          "found \(settings.rank(of: module.name)), above the width of \(module.name) "
            + "(\(module.outputs) x \(module.inputs))")
      }
      let name = "base_model.model.\(module.name)"
      let rank = settings.networkRank(of: module.name)
      let a = parameters.append(name, .factor(.a), shape: [rank, module.inputs])
      let b = parameters.append(name, .factor(.b), shape: [module.outputs, rank])
      adapters[module.name] = LowRankPlace(
        rank: rank, scale: settings.scale(of: module.name), offsetA: a, offsetB: b)
    }
    for tensor in architecture.tensors where isFull && !tensor.role.isOutput {
      // The decoder's final norm and output layer stay frozen: they are part of the head.
      trained[tensor.name] = parameters.append(tensor.name, shape: tensor.shape)
    }
    headOffset = parameters.count
    if headOutputs > 0, settings.dense?.isTrained == true {
      parameters.append(Self.denseWeight, shape: [architecture.hiddenSize, architecture.hiddenSize])
      if architecture.classificationHead?.denseHasBias != false {
        parameters.append(Self.denseBias, shape: [architecture.hiddenSize])
      }
    }
    if headOutputs > 0 {
      parameters.append(Self.headWeight, shape: [headOutputs, architecture.hiddenSize])
      parameters.append(Self.headBias, shape: [headOutputs])
    }
    networkCount = parameters.count
    guard settings.variational?.hasFlipout == true else { return }
    for module in modules {
      adapters[module.name]!.offsetChange = networkCount
      networkCount += adapters[module.name]!.rank * module.inputs
    }
  }

  /// The weight of the head's dense layer, where it is trained.
  package static let denseWeight = "base_model.model.score.dense.weight"
  /// Its bias.
  package static let denseBias = "base_model.model.score.dense.bias"
  /// The head's weight, as PEFT stores a module that is trained in full.
  package static let headWeight = "base_model.model.score.weight"
  /// Its bias.
  package static let headBias = "base_model.model.score.bias"
  /// All tensors of a head.
  package static let headTensors: Set = [denseWeight, denseBias, headWeight, headBias]

  /// The number of blocks below the lowest one that has an adapter.
  package func frozenBlocks(of architecture: Architecture) -> Int {
    let isAdapted = { (layer: Int) in
      architecture.linearModules(layer: layer).contains { adapters[$0.name] != nil }
    }
    return (0..<architecture.layers).first(where: isAdapted) ?? architecture.layers
  }

  /// The modules of the adapted blocks that match a target. A target matches a module if it is the module's whole name or
  /// the part of it after one of its dots.
  private static func modules(
    _ architecture: Architecture, _ settings: AdapterSettings
  ) throws -> [Architecture.LinearModule] {
    if architecture.sharesBlocks, settings.layers != nil {
      throw Fault(
        .usage, setting: "layers", "this base applies one block \(architecture.layers) times",
        hint: "leave it out: the block's adapters are applied as often")
    }
    let layers = settings.layers ?? Array(architecture.distinctBlocks)
    if let layer = layers.first(where: { !(0..<architecture.layers).contains($0) }) {
      throw Fault(
        .usage, setting: "layers",
        "there is no block \(layer): the base has the blocks 0 to \(architecture.layers - 1)",
        hint: "the lowest is number 0")
    }
    let all = layers.flatMap(architecture.linearModules(layer:))
    let words = settings.targets.isEmpty ? architecture.defaultTargets : settings.targets
    if words == ["all-linear"] { return all }
    func matches(_ module: Architecture.LinearModule, _ word: String) -> Bool {
      module.name == word || module.name.hasSuffix(".\(word)")
    }
    for word in words where !all.contains(where: { matches($0, word) }) {
      let known = architecture.linearModules(layer: 0).map {
        $0.name.split(separator: ".").suffix(2).joined(separator: ".")
      }
      throw Fault(
        .usage, setting: "targets", "\"\(word)\" names no linear module of this base",
        hint: "choose among \(known.joined(separator: ", ")), or all-linear")
    }
    return all.filter { module in words.contains { matches(module, $0) } }
  }

  /// The table of a vector that has other tensors instead of each module's A and B, followed by the same head.
  ///
  /// - Parameter tensors: appends the tensors of a module, given its PEFT name.
  func replacing(
    _ tensors: (_ module: Architecture.LinearModule, _ name: String, _ table: inout ParameterTable) -> Void
  ) -> ParameterTable {
    var table = ParameterTable()
    for module in modules { tensors(module, "base_model.model.\(module.name)", &table) }
    for entry in parameters.entries where entry.offset >= headOffset {
      table.append(entry.module, entry.role, shape: entry.shape)
    }
    return table
  }

  /// The vector at the start of training. A is uniform with the bound 1 / sqrt(inputs), which is PEFT's He initialisation
  /// with a = sqrt(5), or, given a gain g, with Xavier's bound g sqrt(6 / (inputs + rank)) (Glorot and Bengio 2010). B is
  /// zero. The head is initialised like a linear layer of PyTorch.
  package func initialValues(seed: Int) -> [Float] {
    var values = [Float](repeating: 0, count: parameters.count)
    for (index, entry) in parameters.entries.enumerated()
    where trained[entry.name] == nil && entry.role != .factor(.b) {
      // A head's bias has the bound of its weight, the entry before it.
      let inputs = entry.shape.count == 2 ? entry.shape[1] : parameters.entries[index - 1].shape[1]
      var bound = initialBound(inputs: inputs)
      if let gain, entry.role == .factor(.a) {
        bound = Float(gain * (6 / Double(inputs + rank)).squareRoot())
      }
      let stream = RandomStream(
        seed: UInt64(bitPattern: Int64(seed)), purpose: .initialization, place: (UInt32(index), 0))
      for i in 0..<entry.count { values[entry.offset + i] = stream.uniform(i, within: bound) }
    }
    return values
  }
}

/// 1 / sqrt(inputs), the bound of LoRA's A and of a linear layer at the start of training.
func initialBound(inputs: Int) -> Float { 1 / Float(inputs).squareRoot() }

extension RandomStream {
  /// The random number at `index`, uniform on [-bound, bound).
  func uniform(_ index: Int, within bound: Float) -> Float { bound * (2 * uniform(index) - 1) }
}
