// Gemma (Gemma Team 2024, arXiv:2403.08295), Gemma 2 (arXiv:2408.00118) and Gemma 3 (arXiv:2503.19786): Llama's network
// with GeGLU, scaled embeddings and norms that multiply by 1 + w. Gemma 2 adds norms behind each part, windows and caps;
// Gemma 3 has norms on queries and keys in place of the caps.
import Faults

extension ModelType {
  private static let defaults: [String: Double] = [
    "rms_norm_eps": 1e-6, "max_position_embeddings": 8192, "head_dim": 256,
  ]

  static let gemma = ModelType("gemma", "GemmaForCausalLM", example: "google/gemma-2b", defaults: defaults) {
    settings throws(Fault) in
    try settings.gemma(activation: "hidden_act")
  }

  static let gemma2 = ModelType(
    "gemma2", "Gemma2ForCausalLM", example: "google/gemma-2-2b",
    defaults: defaults.merging(["num_key_value_heads": 4, "query_pre_attn_scalar": 256]) { $1 }
  ) { settings throws(Fault) in
    var architecture = try settings.gemma(activation: "hidden_activation")
    try settings.addOutputNorms(to: &architecture)
    architecture.windows = try settings.windows(architecture, window: try settings.window(else: 4096)) { $0 % 2 == 0 }
    architecture.attention.scoreCap = try settings.cap("attn_logit_softcapping", else: 50)
    architecture.logitCap = try settings.cap("final_logit_softcapping", else: 30)
    return architecture
  }

  static let gemma3 = ModelType(
    "gemma3_text", "Gemma3ForCausalLM", example: "google/gemma-3-270m",
    defaults: defaults.merging(
      ["num_key_value_heads": 4, "query_pre_attn_scalar": 256, "max_position_embeddings": 131_072]) { $1 }
  ) { settings throws(Fault) in
    var architecture = try settings.gemma(activation: "hidden_activation", rotaryBase: 1_000_000)
    try settings.addOutputNorms(to: &architecture)
    architecture.attention.queryKeyNorm = .perHead
    (architecture.names.queryNorm, architecture.names.keyNorm) = ("self_attn.q_norm", "self_attn.k_norm")
    let old = try settings.size("sliding_window_pattern", else: 6)
    let period = try settings.size("_sliding_window_pattern", else: old)
    architecture.windows = try settings.windows(architecture, window: try settings.window(else: 4096)) {
      ($0 + 1) % period != 0
    }
    architecture.windowRotary = try settings.windowRotary(architecture, base: "rope_local_base_freq")
    architecture.attention.scoreCap = try settings.cap("attn_logit_softcapping", else: nil)
    architecture.logitCap = try settings.cap("final_logit_softcapping", else: nil)
    return architecture
  }
}

extension ModelSettings {
  /// What all three have in common.
  fileprivate func gemma(activation: String, rotaryBase: Double = 10_000) throws(Fault) -> Architecture {
    if let member = try optional("use_bidirectional_attention"), member.value != false {
      throw member.fault("is not supported, expected false")
    }
    // Old folders of Gemma 1 say gelu where gelu_pytorch_tanh is computed.
    let own = try optional("hidden_activation") == nil ? activation : "hidden_activation"
    var architecture = try decoder(
      .llama, targets: ["q_proj", "v_proj"], norm: .rms, normEpsilon: try epsilon("rms_norm_eps"),
      feedForward: .init(activation: try self.activation(own, else: "gelu_pytorch_tanh"), isGated: true),
      tiesByDefault: true)
    architecture.rotary = try rotary(architecture, base: rotaryBase, kind: "full_attention")
    architecture.embeddingScale = Double(architecture.hiddenSize).squareRoot()
    architecture.names.normOffset = 1
    if try flag("attention_bias") { architecture.biases.formUnion([.query, .key, .value, .output]) }
    return architecture
  }

  /// Gemma 2's norms in front of each part and behind it, and its scale of the scores.
  fileprivate func addOutputNorms(to architecture: inout Architecture) throws(Fault) {
    architecture.placement = .sandwich
    architecture.names.attentionOutputNorm = "post_attention_layernorm"
    architecture.names.feedForwardNorm = "pre_feedforward_layernorm"
    architecture.names.feedForwardOutputNorm = "post_feedforward_layernorm"
    architecture.attention.scale = 1 / Double(try size("query_pre_attn_scalar")).squareRoot()
  }

  /// A cap by tanh, nil for none; `fallback` where the file does not give it.
  fileprivate func cap(_ name: String, else fallback: Double?) throws(Fault) -> Double? {
    if try isSilent(name) { return fallback }
    return try optional(name)?.double()
  }
}
