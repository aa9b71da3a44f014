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

  /// Whether the base's matrices are packed, which takes their memory twice more, or multiplied where they lie in the
  /// base: up to two thousand million numbers.
  var fitsPacked: Bool { architecture.linearModules.reduce(0) { $0 + $1.inputs * $1.outputs } <= 2_000_000_000 }

  func tensor(_ name: String) throws -> Tensor {
    if let offset = trained[name] { return .trained(offset: offset) }
    return .frozen(try vector(name))
  }

  /// A frozen norm's or bias's numbers, which a base holds as Floats.
  private func vector(_ name: String) throws -> UnsafePointer<Float> {
    guard case .float32(let numbers) = try frozen(name) else { preconditionFailure("\(name) is not float32") }
    return numbers
  }

  private func table(_ name: String, entries: Int) throws -> Table {
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
    let (width, vocabulary) = (architecture.hiddenSize, architecture.vocabularySize)
    switch architecture.family {
    case .llama:
      return Embeddings(width: width, words: try table("model.embed_tokens.weight", entries: vocabulary), encoder: nil)
    case .bert:
      return Embeddings(
        width: width, words: try table("embeddings.word_embeddings.weight", entries: vocabulary),
        encoder: (
          try table("embeddings.position_embeddings.weight", entries: architecture.maximumPositions),
          try table("embeddings.token_type_embeddings.weight", entries: architecture.tokenTypes),
          try norm("embeddings.LayerNorm", bias: true)
        ))
    }
  }

  func encoderBlock(_ layer: Int) throws -> EncoderBlock {
    let linears = try linears(layer)
    return EncoderBlock(
      query: linears[0], key: linears[1], value: linears[2], attention: attention(causal: false), output: linears[3],
      attentionNorm: try norm("encoder.layer.\(layer).attention.output.LayerNorm", bias: true), up: linears[4],
      down: linears[5], norm: try norm("encoder.layer.\(layer).output.LayerNorm", bias: true))
  }

  func decoderBlock(_ layer: Int, _ rotary: RotaryPositions) throws -> DecoderBlock {
    let linears = try linears(layer)
    return DecoderBlock(
      attentionNorm: try norm("model.layers.\(layer).input_layernorm", bias: false), query: linears[0],
      key: linears[1], value: linears[2], rotary: rotary, attention: attention(causal: true), output: linears[3],
      feedForwardNorm: try norm("model.layers.\(layer).post_attention_layernorm", bias: false), gate: linears[4],
      up: linears[5], down: linears[6])
  }

  func norm(_ name: String, bias: Bool) throws -> Norm {
    Norm(
      width: architecture.hiddenSize, epsilon: Float(architecture.normEpsilon), weight: try tensor("\(name).weight"),
      bias: bias ? try tensor("\(name).bias") : nil)
  }

  private func attention(causal: Bool) -> Attention {
    Attention(
      heads: architecture.heads, keyValueHeads: architecture.keyValueHeads, headSize: architecture.headSize,
      causal: causal)
  }

  private func linears(_ layer: Int) throws -> [Linear] {
    let modules = architecture.linearModules(layer: layer)
    return try modules.enumerated().map { place, module in
      let (weightName, biasName) = ("\(module.name).weight", "\(module.name).bias")
      // A frozen bias is added by the product with a frozen matrix.
      let isInProduct = trained[weightName] == nil && trained[biasName] == nil
      return Linear(
        inputs: module.inputs, outputs: module.outputs,
        weight: try weight(
          weightName, inputs: module.inputs, outputs: module.outputs, bias: module.bias && isInProduct ? biasName : nil),
        bias: module.bias && !isInProduct ? try tensor(biasName) : nil, adapter: adapters[module.name],
        number: UInt32(layer * modules.count + place))
    }
  }
}
