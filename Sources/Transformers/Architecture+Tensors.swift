// The tensors of an architecture: names, shapes and roles, in the order of the computation. The order is that of base.h5
// and of the random start of pretraining, so it never changes.

extension Architecture {
  /// One linear module: y = W x + b, W stored (outputs, inputs).
  package struct LinearModule: Equatable, Sendable {
    /// Which module of its block it is.
    package let module: Module
    /// The block, from 0 on.
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

    init(_ name: String, _ shape: [Int], _ role: Role) { (self.name, self.shape, self.role) = (name, shape, role) }
  }

  /// The linear modules of block `layer`, in the order in which they are computed.
  package func linearModules(layer: Int) -> [LinearModule] {
    let (q, kv) = (heads * headSize, keyValueHeads * headSize)
    return family.modules.map { module in
      let (inputs, outputs) =
        switch module {
        case .query: (hiddenSize, q)
        case .key, .value: (hiddenSize, kv)
        case .output: (q, hiddenSize)
        case .gate, .up: (hiddenSize, intermediateSize)
        case .down: (intermediateSize, hiddenSize)
        }
      guard let part = family.names.modules[module] else { preconditionFailure("\(family.name) has no \(module)") }
      return LinearModule(
        module: module, layer: layer, name: family.names.name(of: part, layer: layer), inputs: inputs,
        outputs: outputs,
        bias: family.biases.contains(module) || attentionBias && [.query, .key, .value].contains(module))
    }
  }

  /// All linear modules, block by block.
  package var linearModules: [LinearModule] { (0..<layers).flatMap(linearModules(layer:)) }

  /// Every tensor that the network reads.
  package var tensors: [Tensor] {
    let names = family.names
    func table(_ name: String?, _ entries: Int, _ role: Tensor.Role = .embedding) -> [Tensor] {
      name.map { [Tensor("\($0).weight", [entries, hiddenSize], role)] } ?? []
    }
    return table(names.words, vocabularySize) + table(names.positions, maximumPositions)
      + table(names.tokenTypes, tokenTypes) + norm(names.embeddingNorm) + (0..<layers).flatMap(tensors(layer:))
      + norm(names.finalNorm, .finalNorm) + table(tiedHead ? nil : names.outputLayer, vocabularySize, .outputLayer)
  }

  /// The tensors of block `layer`.
  private func tensors(layer: Int) -> [Tensor] {
    linearModules(layer: layer).flatMap { linear -> [Tensor] in
      [Tensor("\(linear.name).weight", [linear.outputs, linear.inputs], .weight(linear.module))]
        + (linear.bias ? [Tensor("\(linear.name).bias", [linear.outputs], .bias(linear.module))] : [])
    } + norm(family.names.name(of: family.names.attentionNorm, layer: layer))
      + norm(family.names.name(of: family.names.feedForwardNorm, layer: layer))
  }

  private func norm(_ name: String?, _ role: Tensor.Role = .norm) -> [Tensor] {
    guard let name else { return [] }
    return [Tensor("\(name).weight", [hiddenSize], role)]
      + (family.norm == .layer ? [Tensor("\(name).bias", [hiddenSize], role)] : [])
  }

  /// The name of the output layer (vocabulary, hidden): the embeddings where the two are tied.
  /// - Precondition: a decoder.
  package var outputLayer: String {
    guard let name = tiedHead ? family.names.words : family.names.outputLayer else {
      preconditionFailure("\(family.name) has no output layer")
    }
    return "\(name).weight"
  }
}

extension Architecture.Tensor.Role {
  /// Whether only the head of a decoder reads it.
  package var isOutput: Bool { self == .finalNorm || self == .outputLayer }

  /// Whether it is the weight whose output is added to the residual stream.
  package var writesToResidual: Bool { self == .weight(.output) || self == .weight(.down) }
}
