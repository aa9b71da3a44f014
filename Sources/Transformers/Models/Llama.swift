// Llama (Touvron et al. 2023, arXiv:2302.13971): a decoder with RMS norms in front of each part, rotary positions,
// grouped-query attention and SwiGLU. Mistral has the same network, and Qwen 2 biases on q, k and v.
import Faults
import JSON

extension Architecture.Family {
  package static let llama = Architecture.Family(
    name: "llama", isDecoder: true, placement: .preNorm, norm: .rms, feedForward: .gatedSilu, positions: .rotary,
    biases: [], defaultTargets: ["q_proj", "v_proj"],
    names: TensorNames(
      prefix: "model.", hasPrefix: true, roots: ["layers.", "embed_tokens.", "norm."],
      buffers: [".rotary_emb.inv_freq"], words: "model.embed_tokens", block: "model.layers.#",
      modules: [
        .query: "self_attn.q_proj", .key: "self_attn.k_proj", .value: "self_attn.v_proj", .output: "self_attn.o_proj",
        .gate: "mlp.gate_proj", .up: "mlp.up_proj", .down: "mlp.down_proj",
      ],
      attentionNorm: "input_layernorm", feedForwardNorm: "post_attention_layernorm", finalNorm: "model.norm",
      outputLayer: "lm_head"))
}

extension ModelType {
  static let llama = llamaLike(
    "llama", "LlamaForCausalLM", defaults: ["rms_norm_eps": 1e-6, "max_position_embeddings": 2048])
  static let mistral = llamaLike(
    "mistral", "MistralForCausalLM",
    defaults: ["rms_norm_eps": 1e-6, "max_position_embeddings": 131_072, "num_key_value_heads": 8])
  static let qwen2 = llamaLike(
    "qwen2", "Qwen2ForCausalLM", attentionBias: true,
    defaults: ["rms_norm_eps": 1e-6, "max_position_embeddings": 32_768, "num_key_value_heads": 32])

  private static func llamaLike(
    _ name: String, _ className: String, attentionBias: Bool = false, defaults: [String: Double]
  ) -> ModelType {
    ModelType(
      name: name, className: className, family: .llama, attentionBias: attentionBias, defaults: defaults,
      read: readLlama,
      members: { architecture in
        var members = architecture.decoderMembers
        members["hidden_act"] = "silu"
        members["rms_norm_eps"] = .number(architecture.normEpsilon)
        return members
      })
  }

  @Sendable private static func readLlama(_ settings: ModelSettings, _ type: ModelType) throws(Fault) -> Architecture {
    try settings.require("hidden_act", is: "silu", else: "silu")
    // In these types the setting would also put a bias on the output projection, which the family does not have.
    try settings.require("attention_bias", is: false)
    try settings.require("mlp_bias", is: false)
    let architecture = try settings.decoder(type, normEpsilon: "rms_norm_eps")
    try settings.requireFullAttention(window: try window(settings, type), positions: architecture.maximumPositions)
    return architecture
  }

  /// The width of the attention window, nil for none. Mistral's is 4,096 unless it says otherwise; Qwen 2 has to switch
  /// it on.
  private static func window(_ settings: ModelSettings, _ type: ModelType) throws(Fault) -> Int? {
    let named = try settings.node.optional("sliding_window")?.int()
    let isSilent = try settings.node.members()["sliding_window"] == nil
    switch type.name {
    case "mistral": return isSilent ? 4096 : named
    case "qwen2": return try settings.flag("use_sliding_window") ? (isSilent ? 4096 : named) : nil
    default: return named
    }
  }
}
