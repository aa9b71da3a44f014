// The tensors of an architecture: names, shapes and roles, in the order of the computation. The order is that of base.h5
// and of the random start of pretraining, so it never changes.

extension Architecture {
  /// One linear module: y = W x + b, W stored (outputs, inputs).
  package struct LinearModule: Equatable, Sendable {
    /// Which module of its block it is.
    package let module: Module
    /// The block, from 0 on; 0 where all blocks are the same.
    package let layer: Int
    /// `model.layers.0.self_attn.q_proj`; its tensors are `<name>.weight` and, where it has one, `<name>.bias`.
    package let name: String
    /// Width of its input.
    package let inputs: Int
    /// Width of its output.
    package let outputs: Int
    /// Whether it has a bias.
    package let bias: Bool
  }

  /// One tensor that the network reads.
  package struct Tensor: Equatable, Sendable {
    /// What the tensor is for.
    package enum Role: Equatable, Sendable {
      /// A table of embeddings.
      case embedding
      /// The weight or bias of the layer behind the embeddings.
      case projection
      /// The scale or shift of a norm.
      case norm
      /// The weight of a linear module.
      case weight(Module)
      /// The bias of a linear module.
      case bias(Module)
      /// The scale or shift of the norm behind the last block.
      case finalNorm
      /// The layer that gives the vocabulary's logits.
      case outputLayer
    }

    /// Its Hugging Face name.
    package let name: String
    /// Its row-major shape.
    package let shape: [Int]
    /// What it is for.
    package let role: Role
    /// How a checkpoint stores it.
    package let storage: Storage

    init(_ name: String, _ shape: [Int], _ role: Role, _ storage: Storage = .same) {
      (self.name, self.shape, self.role, self.storage) = (name, shape, role, storage)
    }
  }

  /// The width of the embeddings.
  package var embeddingWidth: Int { embeddingSize ?? hiddenSize }

  /// The kinds of linear modules of a block, in the order in which they are computed.
  package var modules: [Module] {
    (attention.fusion == nil ? [.query, .key, .value] : [.queryKeyValue]) + [.output]
      + (!feedForward.isGated ? [.up] : feedForward.isFused ? [.gateUp] : [.gate, .up]) + [.down]
  }

  /// The linear modules of block `layer`, in the order in which they are computed.
  package func linearModules(layer: Int) -> [LinearModule] {
    let (q, kv) = (heads * headSize, keyValueHeads * headSize)
    return modules.map { module in
      let (inputs, outputs) =
        switch module {
        case .query: (hiddenSize, q)
        case .key, .value: (hiddenSize, kv)
        case .queryKeyValue: (hiddenSize, q + 2 * kv)
        case .output: (q, hiddenSize)
        case .gate, .up: (hiddenSize, intermediateSize)
        case .gateUp: (hiddenSize, 2 * intermediateSize)
        case .down: (intermediateSize, hiddenSize)
        }
      guard let part = names.modules[module] else { preconditionFailure("no name for \(module)") }
      return LinearModule(
        module: module, layer: sharesBlocks ? 0 : layer, name: names.name(of: part, layer: layer), inputs: inputs,
        outputs: outputs, bias: biases.contains(module))
    }
  }

  /// All linear modules, block by block, each once.
  package var linearModules: [LinearModule] { distinctBlocks.flatMap(linearModules(layer:)) }

  /// How often a pass applies a linear module: once for each block that has it, and once for DeBERTa's distances.
  package func applications(of module: LinearModule) -> Int {
    guard !sharesBlocks else { return layers }
    guard case .disentangled(_, _, let keys, let queries) = positionBias else { return 1 }
    switch module.module {
    case .key: return keys ? 2 : 1
    case .query: return queries ? 2 : 1
    default: return 1
    }
  }

  /// The blocks that have parameters of their own.
  package var distinctBlocks: Range<Int> { 0..<(sharesBlocks ? 1 : layers) }

  /// Every tensor that the network reads.
  package var tensors: [Tensor] {
    let positionStorage: Tensor.Storage = names.positionOffset > 0 ? .rows(from: names.positionOffset) : .same
    func table(_ name: String?, _ shape: [Int], _ role: Tensor.Role = .embedding, _ storage: Tensor.Storage = .same)
      -> [Tensor]
    {
      name.map { [Tensor("\($0).weight", shape, role, storage)] } ?? []
    }
    let outputLayer = isDecoder ? names.outputLayer : nil
    return table(names.words, [vocabularySize, embeddingWidth])
      + table(names.positions, [maximumPositions, embeddingWidth], .embedding, positionStorage)
      + (tokenTypes == 0 ? [] : table(names.tokenTypes, [tokenTypes, embeddingWidth]))
      + norm(names.embeddingNorm, width: embeddingWidth) + projection
      + table(names.distances, distanceShape) + norm(names.distanceNorm) + distinctBlocks.flatMap(tensors(layer:))
      + norm(names.finalNorm, isDecoder ? .finalNorm : .norm)
      + table(tiedHead ? nil : outputLayer, [vocabularySize, hiddenSize], .outputLayer)
      + (outputBias ? outputLayer.map { [Tensor("\($0).bias", [vocabularySize], .outputLayer)] } ?? [] : [])
  }

  /// The tensors of the layer behind the embeddings.
  private var projection: [Tensor] {
    guard let name = names.embeddingProjection else { return [] }
    return [
      Tensor("\(name).weight", [hiddenSize, embeddingWidth], .projection),
      Tensor("\(name).bias", [hiddenSize], .projection),
    ]
  }

  /// The shape of the position bias's table.
  private var distanceShape: [Int] {
    switch positionBias {
    case .buckets(let count, _): [count, heads]
    case .disentangled(let span, _, _, _): [2 * span, hiddenSize]
    case .alibi, nil: []
    }
  }

  /// The tensors of block `layer`.
  private func tensors(layer: Int) -> [Tensor] {
    func own(_ part: String?, width: Int? = nil) -> [Tensor] {
      norm(part.map { names.name(of: $0, layer: layer) }, width: width)
    }
    let storage: Tensor.Storage = names.storesTransposed ? .transposed : .same
    return linearModules(layer: layer).flatMap { linear -> [Tensor] in
      [Tensor("\(linear.name).weight", [linear.outputs, linear.inputs], .weight(linear.module), storage)]
        + (linear.bias ? [Tensor("\(linear.name).bias", [linear.outputs], .bias(linear.module))] : [])
    } + own(names.queryNorm, width: queryKeyNormWidth(heads: heads))
      + own(names.keyNorm, width: queryKeyNormWidth(heads: keyValueHeads))
      + own(attentionNorm(layer: layer)) + own(names.attentionOutputNorm) + own(names.feedForwardNorm)
      + own(names.feedForwardOutputNorm)
  }

  /// The width of the norm on queries or keys with that number of heads.
  func queryKeyNormWidth(heads: Int) -> Int { attention.queryKeyNorm == .wholeWidth ? heads * headSize : headSize }

  /// The name of the norm in front of a block's attention, within the block.
  func attentionNorm(layer: Int) -> String? { layer == names.blockWithoutAttentionNorm ? nil : names.attentionNorm }

  private func norm(_ name: String?, _ role: Tensor.Role = .norm, width: Int? = nil) -> [Tensor] {
    guard let name, norm != .layerWithoutParameters else { return [] }
    let storage: Tensor.Storage = names.normOffset == 0 ? .same : .minus(names.normOffset)
    return [Tensor("\(name).weight", [width ?? hiddenSize], role, storage)]
      + (norm == .layer ? [Tensor("\(name).bias", [width ?? hiddenSize], role)] : [])
  }

  /// The name of the output layer (vocabulary, hidden): the embeddings where the two are tied.
  /// - Precondition: a decoder.
  package var outputLayer: String {
    guard let name = tiedHead ? names.words : names.outputLayer else { preconditionFailure("no output layer") }
    return "\(name).weight"
  }

  /// The name of the output layer's bias; nil where it has none.
  package var outputLayerBias: String? { outputBias ? names.outputLayer.map { "\($0).bias" } : nil }
}

extension Architecture.Tensor.Role {
  /// Whether only the head of a decoder reads it.
  package var isOutput: Bool { self == .finalNorm || self == .outputLayer }

  /// Whether it is the weight whose output is added to the residual stream.
  package var writesToResidual: Bool { self == .weight(.output) || self == .weight(.down) }
}
