// GPT-J (Wang and Komatsuzaki 2021): a decoder with parallel parts behind one norm and rotary positions of neighbours.
// GPT-NeoX (Black et al. 2022, arXiv:2204.06745): with two norms, halves, and q, k, v fused head by head.
import Faults

extension ModelType {
  static let gptJ = ModelType(
    "gptj", "GPTJForCausalLM", example: "EleutherAI/gpt-j-6b",
    defaults: ["layer_norm_epsilon": 1e-5, "n_positions": 2048, "rotary_dim": 64]
  ) { settings throws(Fault) in
    let sizes = SizeNames(
      hidden: "n_embd", layers: "n_layer", heads: "n_head", intermediate: "n_inner", positions: "n_positions")
    var architecture = try settings.gptBlock(.gptJ, targets: ["q_proj", "v_proj"], sizes: sizes)
    architecture.tiedHead = try settings.flag("tie_word_embeddings")
    (architecture.placement, architecture.biases, architecture.outputBias) = (.parallel, [.up, .down], true)
    architecture.rotary = Architecture.Rotary(
      base: 10_000, width: try settings.size("rotary_dim"), pairing: .neighbours)
    return architecture
  }

  static let gptNeoX = ModelType(
    "gpt_neox", "GPTNeoXForCausalLM", example: "EleutherAI/pythia-160m",
    defaults: ["layer_norm_eps": 1e-5, "max_position_embeddings": 2048]
  ) { settings throws(Fault) in
    var architecture = try settings.decoder(
      .gptNeoX, targets: ["query_key_value"], norm: .layer, normEpsilon: try settings.epsilon("layer_norm_eps"),
      feedForward: .init(activation: try settings.activation("hidden_act", else: "gelu")))
    architecture.attention.fusion = .heads
    // A decoder, whatever it says.
    _ = try settings.flag("is_decoder")
    architecture.biases = [.up, .down]
    if try settings.flag("attention_bias", else: true) { architecture.biases.formUnion([.queryKeyValue, .output]) }
    if try settings.flag("use_parallel_residual", else: true) { architecture.placement = .parallel }
    // What transformers 4 calls them.
    architecture.rotary = try settings.rotary(
      architecture, share: try settings.number("rotary_pct", else: 0.25),
      base: try settings.number("rotary_emb_base", else: 10_000))
    return architecture
  }
}

extension TensorNames {
  fileprivate static let gptJ = TensorNames(
    prefix: "transformer.", hasPrefix: true, roots: ["wte.", "h.", "ln_f."],
    buffers: [".attn.bias", ".attn.masked_bias", ".attn.embed_positions"], words: "transformer.wte",
    block: "transformer.h.#",
    modules: [
      .query: "attn.q_proj", .key: "attn.k_proj", .value: "attn.v_proj", .output: "attn.out_proj",
      .up: "mlp.fc_in", .down: "mlp.fc_out",
    ],
    attentionNorm: "ln_1", finalNorm: "transformer.ln_f", outputLayer: "lm_head")

  fileprivate static let gptNeoX = TensorNames(
    prefix: "gpt_neox.", hasPrefix: true, roots: ["embed_in.", "layers.", "final_layer_norm."],
    buffers: [".attention.bias", ".attention.masked_bias", ".rotary_emb.inv_freq"], words: "gpt_neox.embed_in",
    block: "gpt_neox.layers.#",
    modules: [
      .queryKeyValue: "attention.query_key_value", .output: "attention.dense", .up: "mlp.dense_h_to_4h",
      .down: "mlp.dense_4h_to_h",
    ],
    attentionNorm: "input_layernorm", feedForwardNorm: "post_attention_layernorm",
    finalNorm: "gpt_neox.final_layer_norm", outputLayer: "embed_out")
}
