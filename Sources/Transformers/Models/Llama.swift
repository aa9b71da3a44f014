// Llama (Touvron et al. 2023, arXiv:2302.13971): a decoder with RMS norms in front of each part, rotary positions,
// grouped-query attention and SwiGLU. Mistral adds a window, Qwen 2 biases on q, k and v.
import Faults
import JSON

extension ModelType {
  static let llama = ModelType(
    "llama", "LlamaForCausalLM", example: "HuggingFaceTB/SmolLM2-135M",
    defaults: ["rms_norm_eps": 1e-6, "max_position_embeddings": 2048]
  ) { settings throws(Fault) in
    try settings.llama()
  }

  static let mistral = ModelType(
    "mistral", "MistralForCausalLM", example: "mistralai/Mistral-7B-v0.3",
    defaults: ["rms_norm_eps": 1e-6, "max_position_embeddings": 131_072, "num_key_value_heads": 8]
  ) { settings throws(Fault) in
    var architecture = try settings.llama()
    let window = try settings.window(else: 4096)
    architecture.windows = try settings.windows(architecture, window: window) { _ in window != nil }
    return architecture
  }

  static let qwen2 = ModelType(
    "qwen2", "Qwen2ForCausalLM", example: "Qwen/Qwen2.5-0.5B",
    defaults: ["rms_norm_eps": 1e-6, "max_position_embeddings": 32_768, "num_key_value_heads": 32]
  ) { settings throws(Fault) in
    var architecture = try settings.llama()
    architecture.biases = [.query, .key, .value]
    architecture.windows = try settings.windowsOfQwen(architecture)
    return architecture
  }
}

extension ModelSettings {
  /// Llama's network, with the biases that the file asks for.
  ///
  /// - Parameters:
  ///   - normEpsilon: nil for the file's `rms_norm_eps`.
  ///   - tiesByDefault: whether the output layer is the embedding where the file does not say.
  ///   - rotaryShare, rotaryBase: of the rotary positions, where the file does not give them.
  func llama(
    normEpsilon: Double? = nil, tiesByDefault: Bool = false, rotaryShare: Double = 1, rotaryBase: Double = 10_000
  ) throws(Fault) -> Architecture {
    let epsilon = if let normEpsilon { normEpsilon } else { try self.epsilon("rms_norm_eps") }
    var architecture = try decoder(
      .llama, targets: ["q_proj", "v_proj"], norm: .rms, normEpsilon: epsilon,
      feedForward: .init(activation: try activation("hidden_act", else: "silu"), isGated: true),
      tiesByDefault: tiesByDefault)
    architecture.maximumPositions = try positions(limitedBy: architecture.maximumPositions)
    architecture.rotary = try rotary(architecture, share: rotaryShare, base: rotaryBase)
    if try flag("attention_bias") { architecture.biases.formUnion([.query, .key, .value, .output]) }
    if try flag("mlp_bias") { architecture.biases.formUnion([.gate, .up, .down]) }
    return architecture
  }

  /// The width of the attention window, nil for none; `fallback` where the file does not give it.
  func window(else fallback: Int? = nil) throws(Fault) -> Int? {
    if try isSilent("sliding_window") { return fallback }
    return try optional("sliding_window") == nil ? nil : size("sliding_window")
  }

  /// The windows of Qwen 2 and 3: switched on by `use_sliding_window`, from the block `max_window_layers` on.
  func windowsOfQwen(_ architecture: Architecture) throws(Fault) -> [Int?] {
    let (isUsed, window) = (try flag("use_sliding_window"), try window(else: 4096))
    let first = try optional("max_window_layers")?.int() ?? 28
    return try windows(architecture, window: isUsed ? window : nil) { isUsed && window != nil && $0 >= first }
  }
}

extension TensorNames {
  /// Llama's, which many decoders share.
  static let llama = TensorNames(
    prefix: "model.", hasPrefix: true, roots: ["layers.", "embed_tokens.", "norm."],
    buffers: [".rotary_emb.inv_freq"], words: "model.embed_tokens", block: "model.layers.#",
    modules: [
      .query: "self_attn.q_proj", .key: "self_attn.k_proj", .value: "self_attn.v_proj", .output: "self_attn.o_proj",
      .gate: "mlp.gate_proj", .up: "mlp.up_proj", .down: "mlp.down_proj",
    ],
    attentionNorm: "input_layernorm", feedForwardNorm: "post_attention_layernorm", finalNorm: "model.norm",
    outputLayer: "lm_head")
}

extension Architecture {
  /// A Llama of these sizes, for bases of the project's own.
  ///
  /// - Precondition: the sizes make a network.
  package static func llama(
    hiddenSize: Int, layers: Int, heads: Int, keyValueHeads: Int, headSize: Int, intermediateSize: Int,
    vocabularySize: Int, maximumPositions: Int, tiedHead: Bool
  ) -> Architecture {
    let members: JSON = [
      "model_type": "llama", "hidden_size": .integer(hiddenSize), "num_hidden_layers": .integer(layers),
      "num_attention_heads": .integer(heads), "num_key_value_heads": .integer(keyValueHeads),
      "head_dim": .integer(headSize), "intermediate_size": .integer(intermediateSize),
      "vocab_size": .integer(vocabularySize), "max_position_embeddings": .integer(maximumPositions),
      "hidden_act": "silu", "rms_norm_eps": 1e-5, "rope_theta": 10_000.0, "tie_word_embeddings": .bool(tiedHead),
    ]
    do { return try ModelType.architecture(of: members.node(in: "config.json")) } catch {
      preconditionFailure("\(error)")
    }
  }
}
