// Architectures as tables of names: which tensors a network consists of, by their Hugging Face names and shapes.

extension Architecture {
  /// One linear module: y = W x + b, W stored (outputs, inputs).
  package struct LinearModule: Equatable, Sendable {
    /// `model.layers.0.self_attn.q_proj`; its tensors are `<name>.weight` and, where it has one, `<name>.bias`.
    package var name: String
    /// Width that goes in.
    package var inputs: Int
    /// Width that comes out.
    package var outputs: Int
    /// Whether it has a bias.
    package var bias: Bool
  }

  /// The linear modules of block `layer`, in the order in which they are computed.
  package func linearModules(layer: Int) -> [LinearModule] {
    let (h, q, kv, f) = (hiddenSize, heads * headSize, keyValueHeads * headSize, intermediateSize)
    switch family {
    case .bert:
      let block = "encoder.layer.\(layer)"
      return [
        .init(name: "\(block).attention.self.query", inputs: h, outputs: q, bias: true),
        .init(name: "\(block).attention.self.key", inputs: h, outputs: kv, bias: true),
        .init(name: "\(block).attention.self.value", inputs: h, outputs: kv, bias: true),
        .init(name: "\(block).attention.output.dense", inputs: q, outputs: h, bias: true),
        .init(name: "\(block).intermediate.dense", inputs: h, outputs: f, bias: true),
        .init(name: "\(block).output.dense", inputs: f, outputs: h, bias: true),
      ]
    case .llama:
      let block = "model.layers.\(layer)"
      return [
        .init(name: "\(block).self_attn.q_proj", inputs: h, outputs: q, bias: attentionBias),
        .init(name: "\(block).self_attn.k_proj", inputs: h, outputs: kv, bias: attentionBias),
        .init(name: "\(block).self_attn.v_proj", inputs: h, outputs: kv, bias: attentionBias),
        .init(name: "\(block).self_attn.o_proj", inputs: q, outputs: h, bias: false),
        .init(name: "\(block).mlp.gate_proj", inputs: h, outputs: f, bias: false),
        .init(name: "\(block).mlp.up_proj", inputs: h, outputs: f, bias: false),
        .init(name: "\(block).mlp.down_proj", inputs: f, outputs: h, bias: false),
      ]
    }
  }

  /// All linear modules, block by block.
  package var linearModules: [LinearModule] { (0..<layers).flatMap(linearModules(layer:)) }

  /// Every tensor that the network reads, with its shape, in the order of the computation.
  package var tensors: [(name: String, shape: [Int])] {
    func linears(_ layer: Int) -> [(String, [Int])] {
      linearModules(layer: layer).flatMap { module -> [(String, [Int])] in
        [("\(module.name).weight", [module.outputs, module.inputs])]
          + (module.bias ? [("\(module.name).bias", [module.outputs])] : [])
      }
    }
    func norm(_ name: String) -> [(String, [Int])] {
      [("\(name).weight", [hiddenSize]), ("\(name).bias", [hiddenSize])]
    }
    switch family {
    case .bert:
      return [
        ("embeddings.word_embeddings.weight", [vocabularySize, hiddenSize]),
        ("embeddings.position_embeddings.weight", [maximumPositions, hiddenSize]),
        ("embeddings.token_type_embeddings.weight", [tokenTypes, hiddenSize]),
      ] + norm("embeddings.LayerNorm")
        + (0..<layers).flatMap {
          linears($0) + norm("encoder.layer.\($0).attention.output.LayerNorm")
            + norm("encoder.layer.\($0).output.LayerNorm")
        }
    case .llama:
      return [("model.embed_tokens.weight", [vocabularySize, hiddenSize])]
        + (0..<layers).flatMap {
          linears($0) + [
            ("model.layers.\($0).input_layernorm.weight", [hiddenSize]),
            ("model.layers.\($0).post_attention_layernorm.weight", [hiddenSize]),
          ]
        } + [("model.norm.weight", [hiddenSize])]
        + (tiedHead ? [] : [("lm_head.weight", [vocabularySize, hiddenSize])])
    }
  }
}
