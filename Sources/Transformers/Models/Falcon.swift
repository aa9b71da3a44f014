// Falcon (Almazrouei et al. 2023, arXiv:2311.16867) and BLOOM (Scao et al. 2022, arXiv:2211.05100): decoders whose q, k and
// v are fused, Falcon's parallel with rotary positions or ALiBi, BLOOM's with ALiBi and a norm behind the embeddings.
import Faults

extension ModelType {
  static let falcon = ModelType(
    "falcon", "FalconForCausalLM", example: "tiiuae/falcon-rw-1b",
    defaults: ["layer_norm_epsilon": 1e-5, "max_position_embeddings": 2048]
  ) { settings throws(Fault) in
    let (isNew, isMulti) = (
      try settings.flag("new_decoder_architecture"), try settings.flag("multi_query", else: true)
    )
    let heads = try settings.size("num_attention_heads")
    let newGroups = try settings.size("num_kv_heads", else: heads)
    let groups = isNew ? newGroups : isMulti ? 1 : heads
    let hidden = try settings.size("hidden_size")
    var architecture = try settings.decoder(
      .falcon, targets: ["query_key_value"], sizes: SizeNames(intermediate: "ffn_hidden_size"), norm: .layer,
      normEpsilon: try settings.epsilon("layer_norm_epsilon"),
      feedForward: .init(activation: try settings.activation("activation", else: "gelu")), tiesByDefault: true,
      intermediateSize: try settings.size("ffn_hidden_size", else: 4 * hidden), keyValueHeads: groups)
    architecture.attention.fusion = .heads
    if try settings.flag("bias") { architecture.biases = Set(architecture.modules) }
    let rotary = try settings.rotary(architecture)
    if try settings.flag("alibi") {
      architecture.positionBias = .alibi(isScaled: true)
    } else {
      architecture.rotary = rotary
    }
    let norms = try settings.optional("num_ln_in_parallel_attn")?.int() ?? (isNew ? 2 : 1)
    let isParallel = try settings.flag("parallel_attn", else: true)
    if isNew || isParallel { architecture.placement = .parallel }
    if isNew && norms == 2 {
      (architecture.names.attentionNorm, architecture.names.feedForwardNorm) = ("ln_attn", "ln_mlp")
    } else if isNew || isParallel {
      architecture.names.feedForwardNorm = nil
    }
    return architecture
  }

  static let bloom = ModelType(
    "bloom", "BloomForCausalLM", example: "bigscience/bloom-560m", defaults: ["layer_norm_epsilon": 1e-5]
  ) { settings throws(Fault) in
    try settings.require("apply_residual_connection_post_layernorm", is: false)
    // Computes the same with another rounding.
    _ = try settings.flag("slow_but_exact")
    // Folders name the width in one of two ways; ALiBi has no longest text.
    let hidden = try settings.optional("hidden_size") == nil ? "n_embed" : "hidden_size"
    let sizes = SizeNames(
      hidden: hidden, layers: "n_layer", heads: "n_head", intermediate: "n_inner", positions: "seq_length")
    var architecture = try settings.decoder(
      .bloom, targets: ["query_key_value"], sizes: sizes, norm: .layer,
      normEpsilon: try settings.epsilon("layer_norm_epsilon"), feedForward: .init(activation: .geluTanh),
      tiesByDefault: true, intermediateSize: 4 * (try settings.size(hidden)),
      maximumPositions: try settings.size("seq_length", else: 2048))
    architecture.attention.fusion = .heads
    architecture.biases = Set(architecture.modules)
    architecture.positionBias = .alibi(isScaled: false)
    return architecture
  }
}

extension TensorNames {
  fileprivate static let falcon = TensorNames(
    prefix: "transformer.", hasPrefix: true, roots: ["word_embeddings.", "h.", "ln_f."],
    buffers: [".rotary_emb.inv_freq"], words: "transformer.word_embeddings", block: "transformer.h.#",
    modules: [
      .queryKeyValue: "self_attention.query_key_value", .output: "self_attention.dense", .up: "mlp.dense_h_to_4h",
      .down: "mlp.dense_4h_to_h",
    ],
    attentionNorm: "input_layernorm", feedForwardNorm: "post_attention_layernorm", finalNorm: "transformer.ln_f",
    outputLayer: "lm_head")

  fileprivate static let bloom: TensorNames = {
    var names = falcon
    names.roots.append("word_embeddings_layernorm.")
    names.embeddingNorm = "transformer.word_embeddings_layernorm"
    return names
  }()
}
