// Assembles a network's layers from tensors by name.
import Arrays
import Faults

/// Finds each tensor either in the trained vector or in the base.
struct NetworkBuilder {
  let architecture: Architecture
  let frozen: (String) throws -> StoredNumbers
  let precision: Precision
  let trained: [String: Int]
  let adapters: [String: LowRankPlace]

  /// Whether the base's matrices are packed, which needs twice their memory on top, or multiplied where they lie in the
  /// base. They are packed up to two billion values.
  var fitsPacked: Bool { architecture.linearModules.reduce(0) { $0 + $1.inputs * $1.outputs } <= 2_000_000_000 }

  func tensor(_ name: String) throws -> Tensor {
    if let offset = trained[name] { return .trained(offset: offset) }
    return .frozen(try vector(name))
  }

  /// The values of a frozen norm or bias, which a base holds as Floats.
  private func vector(_ name: String) throws -> UnsafePointer<Float> {
    guard case .float32(let numbers) = try frozen(name) else { preconditionFailure("\(name) is not float32") }
    return numbers
  }

  private func table(_ module: String, entries: Int) throws -> Table {
    let name = "\(module).weight"
    if let offset = trained[name] { return .trained(offset: offset, entries: entries) }
    return .frozen(try frozen(name), entries: entries)
  }

  /// - Parameter bias: the name of a bias that is frozen too.
  func weight(_ name: String, inputs: Int, outputs: Int, bias: String? = nil) throws -> Weight {
    if let offset = trained[name] { return .trained(offset: offset, inputs: inputs, outputs: outputs) }
    return .frozen(
      FrozenMatrix(
        inputs: inputs, outputs: outputs, values: try frozen(name), bias: try bias.map(vector), precision: precision,
        copying: fitsPacked))
  }

  func embeddings() throws -> Embeddings {
    let names = architecture.family.names
    return Embeddings(
      width: architecture.hiddenSize, words: try table(names.words, entries: architecture.vocabularySize),
      positions: try names.positions.map { try table($0, entries: architecture.maximumPositions) },
      tokenTypes: try names.tokenTypes.map { try table($0, entries: architecture.tokenTypes) },
      norm: try names.embeddingNorm.map(norm))
  }

  func block(_ layer: Int, _ rotary: RotaryPositions?) throws -> any Block {
    let (family, linears) = (architecture.family, try linears(layer))
    let attention = AttentionPart(
      query: linears[.query]!, key: linears[.key]!, value: linears[.value]!, rotary: rotary,
      attention: Attention(
        heads: architecture.heads, keyValueHeads: architecture.keyValueHeads, headSize: architecture.headSize,
        causal: family.isDecoder),
      output: linears[.output]!)
    let feedForward = FeedForward(gate: linears[.gate], up: linears[.up]!, down: linears[.down]!)
    let attentionNorm = try norm(family.names.name(of: family.names.attentionNorm, layer: layer))
    let feedForwardNorm = try norm(family.names.name(of: family.names.feedForwardNorm, layer: layer))
    return switch family.placement {
    case .preNorm:
      PreNormBlock(
        attentionNorm: attentionNorm, attention: attention, feedForwardNorm: feedForwardNorm, feedForward: feedForward)
    case .postNorm:
      PostNormBlock(
        attention: attention, attentionNorm: attentionNorm, feedForward: feedForward, feedForwardNorm: feedForwardNorm)
    }
  }

  func norm(_ name: String) throws -> Norm {
    Norm(
      width: architecture.hiddenSize, epsilon: Float(architecture.normEpsilon), weight: try tensor("\(name).weight"),
      bias: architecture.family.norm == .layer ? try tensor("\(name).bias") : nil)
  }

  /// The norm behind the last block.
  /// - Precondition: the family has one.
  func finalNorm() throws -> Norm {
    guard let name = architecture.family.names.finalNorm else {
      preconditionFailure("\(architecture.family.name) has no final norm")
    }
    return try norm(name)
  }

  private func linears(_ layer: Int) throws -> [Architecture.Module: Linear] {
    let modules = architecture.linearModules(layer: layer)
    let linears = try modules.enumerated().map { index, module in
      let (weightName, biasName) = ("\(module.name).weight", "\(module.name).bias")
      // A frozen bias is added by the product with a frozen matrix.
      let isInProduct = trained[weightName] == nil && trained[biasName] == nil
      let linear = Linear(
        inputs: module.inputs, outputs: module.outputs,
        weight: try weight(
          weightName, inputs: module.inputs, outputs: module.outputs, bias: module.bias && isInProduct ? biasName : nil),
        bias: module.bias && !isInProduct ? try tensor(biasName) : nil, adapter: adapters[module.name],
        number: UInt32(layer * modules.count + index))
      return (module.module, linear)
    }
    return Dictionary(uniqueKeysWithValues: linears)
  }
}
