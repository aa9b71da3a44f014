// GPT-2 (Radford et al. 2019): a decoder with layer norms in front of each part and learned positions, whose matrices are
// stored transposed. GPT-Neo (Black et al. 2021): with windows, and scores that are not scaled.
import Faults

extension ModelType {
  static let gpt2 = ModelType(
    "gpt2", "GPT2LMHeadModel", example: "openai-community/gpt2",
    defaults: ["layer_norm_epsilon": 1e-5, "n_positions": 1024]
  ) { settings throws(Fault) in
    try settings.require("scale_attn_weights", is: true)
    try settings.require("scale_attn_by_inverse_layer_idx", is: false)
    try settings.require("add_cross_attention", is: false)
    // Computes the same with another rounding.
    _ = try settings.flag("reorder_and_upcast_attn")
    let sizes = SizeNames(
      hidden: "n_embd", layers: "n_layer", heads: "n_head", intermediate: "n_inner", positions: "n_positions")
    var architecture = try settings.gptBlock(.gpt2, targets: ["c_attn"], sizes: sizes)
    architecture.attention.fusion = .rows
    architecture.biases = Set(architecture.modules)
    return architecture
  }

  static let gptNeo = ModelType(
    "gpt_neo", "GPTNeoForCausalLM", example: "EleutherAI/gpt-neo-125m",
    defaults: ["layer_norm_epsilon": 1e-5, "max_position_embeddings": 2048, "window_size": 256]
  ) { settings throws(Fault) in
    let sizes = SizeNames(layers: "num_layers", heads: "num_heads")
    var architecture = try settings.gptBlock(.gptNeo, targets: ["q_proj", "v_proj"], sizes: sizes)
    architecture.biases = [.output, .up, .down]
    architecture.attention.scale = 1
    let (kinds, window) = (try settings.attentionTypes(), try settings.size("window_size"))
    guard kinds.count == architecture.layers else {
      throw settings.fault("attention_types", "\(kinds.count) blocks, expected \(architecture.layers)")
    }
    let windows = kinds.map { $0 == "local" ? window : nil }
    architecture.windows = windows.contains { $0 != nil } ? windows : []
    return architecture
  }
}

extension ModelSettings {
  /// A block of OpenAI's kind: layer norms in front, no gate, a feed-forward part four times as wide unless it says
  /// otherwise, and the embedding as output layer.
  func gptBlock(_ names: TensorNames, targets: [String], sizes: SizeNames) throws(Fault) -> Architecture {
    let wide = try size(sizes.intermediate, else: 4 * size(sizes.hidden))
    return try decoder(
      names, targets: targets, sizes: sizes, norm: .layer, normEpsilon: try epsilon("layer_norm_epsilon"),
      feedForward: .init(activation: try activation("activation_function", else: "gelu_new")), tiesByDefault: true,
      intermediateSize: wide)
  }

  /// GPT-Neo's kinds of blocks: `attention_layers`, or `[[["global", "local"], 12]]`.
  fileprivate func attentionTypes() throws(Fault) -> [String] {
    var kinds: [String] = []
    let (list, groups) = (try optional("attention_layers")?.array(), try optional("attention_types")?.array() ?? [])
    if let list {
      for kind in list { kinds.append(try kind.string()) }
    } else {
      for group in groups {
        let parts = try group.array()
        guard parts.count == 2 else { throw group.fault("expected a list of kinds and a count") }
        let (list, count) = (try parts[0].array(), try parts[1].int())
        guard (1...Architecture.largestSize).contains(count), count * list.count <= Self.mostLayers else {
          throw parts[1].fault("\(count) is not a number of blocks")
        }
        for _ in 0..<count { for kind in list { kinds.append(try kind.string()) } }
      }
    }
    if let other = kinds.first(where: { $0 != "global" && $0 != "local" }) {
      throw fault("attention_types", "\"\(other)\" is not supported, expected \"global\" or \"local\"")
    }
    return kinds
  }
}

extension TensorNames {
  static let gpt2 = TensorNames(
    prefix: "transformer.", hasPrefix: true, roots: ["wte.", "wpe.", "h.", "ln_f."],
    buffers: [".attn.bias", ".attn.masked_bias"], words: "transformer.wte", positions: "transformer.wpe",
    block: "transformer.h.#",
    modules: [.queryKeyValue: "attn.c_attn", .output: "attn.c_proj", .up: "mlp.c_fc", .down: "mlp.c_proj"],
    attentionNorm: "ln_1", feedForwardNorm: "ln_2", finalNorm: "transformer.ln_f", outputLayer: "lm_head",
    storesTransposed: true)

  fileprivate static let gptNeo = TensorNames(
    prefix: "transformer.", hasPrefix: true, roots: ["wte.", "wpe.", "h.", "ln_f."],
    buffers: [".attention.bias", ".attention.masked_bias"], words: "transformer.wte", positions: "transformer.wpe",
    block: "transformer.h.#",
    modules: [
      .query: "attn.attention.q_proj", .key: "attn.attention.k_proj", .value: "attn.attention.v_proj",
      .output: "attn.attention.out_proj", .up: "mlp.c_fc", .down: "mlp.c_proj",
    ],
    attentionNorm: "ln_1", feedForwardNorm: "ln_2", finalNorm: "transformer.ln_f", outputLayer: "lm_head")
}
