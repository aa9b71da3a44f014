// ModernBERT (Warner et al. 2024, arXiv:2412.13663): an encoder with norms in front of each part, rotary positions, GeGLU
// and, in two of three blocks, a window to both sides.
import Faults

extension ModelType {
  static let modernBert = ModelType(
    "modernbert", "ModernBertModel", head: .modernBert, example: "answerdotai/ModernBERT-base",
    defaults: ["norm_eps": 1e-5, "max_position_embeddings": 8192, "local_attention": 128]
  ) { settings throws(Fault) in
    for name in ["norm_bias", "attention_bias", "mlp_bias"] { try settings.require(name, is: false) }
    var architecture = try settings.encoder(
      .modernBert, targets: ["Wqkv"], activation: "hidden_activation", normEpsilon: try settings.epsilon("norm_eps"))
    (architecture.placement, architecture.norm, architecture.biases) = (.pre, .layerWithoutShift, [])
    (architecture.feedForward.isGated, architecture.feedForward.isFused) = (true, true)
    architecture.attention.fusion = .rows
    let period = try settings.size("global_attn_every_n_layers", else: 3)
    let window = try settings.size("local_attention") / 2 + 1
    architecture.windows = try settings.windows(architecture, window: window) { $0 % period != 0 }
    architecture.rotary = try settings.rotary(
      architecture, base: try settings.number("global_rope_theta", else: 160_000), kind: "full_attention")
    architecture.windowRotary = try settings.windowRotary(architecture, base: "local_rope_theta")
    return architecture
  }
}

extension TensorNames {
  fileprivate static let modernBert = TensorNames(
    prefix: "model.", hasPrefix: false, roots: ["embeddings.", "layers.", "final_norm."],
    words: "embeddings.tok_embeddings", embeddingNorm: "embeddings.norm", block: "layers.#",
    modules: [.queryKeyValue: "attn.Wqkv", .output: "attn.Wo", .gateUp: "mlp.Wi", .down: "mlp.Wo"],
    attentionNorm: "attn_norm", feedForwardNorm: "mlp_norm", blockWithoutAttentionNorm: 0, finalNorm: "final_norm")
}
