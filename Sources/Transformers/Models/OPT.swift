// OPT (Zhang et al. 2022, arXiv:2205.01068): GPT-2's network with ReLU and two rows in front of the learned positions.
import Faults

extension ModelType {
  static let opt = ModelType(
    "opt", "OPTForCausalLM", example: "facebook/opt-125m", defaults: ["max_position_embeddings": 2048]
  ) { settings throws(Fault) in
    for name in ["do_layer_norm_before", "layer_norm_elementwise_affine"] { try settings.require(name, is: true) }
    try settings.require("_remove_final_layer_norm", is: false)
    var architecture = try settings.decoder(
      .opt, targets: ["q_proj", "v_proj"], sizes: SizeNames(intermediate: "ffn_dim"), norm: .layer, normEpsilon: 1e-5,
      feedForward: .init(activation: try settings.activation("activation_function", else: "relu")),
      tiesByDefault: true)
    let width = try settings.size("word_embed_proj_dim", else: architecture.hiddenSize)
    guard width == architecture.hiddenSize else {
      throw settings.fault("word_embed_proj_dim", "\(width) is not supported, expected \(architecture.hiddenSize)")
    }
    if try settings.flag("enable_bias", else: true) { architecture.biases = Set(architecture.modules) }
    // The table has two rows more than config.json says.
    architecture.names.positionOffset = 2
    return architecture
  }
}

extension TensorNames {
  fileprivate static let opt = TensorNames(
    prefix: "model.", hasPrefix: true, roots: ["decoder."], words: "model.decoder.embed_tokens",
    positions: "model.decoder.embed_positions", block: "model.decoder.layers.#",
    modules: [
      .query: "self_attn.q_proj", .key: "self_attn.k_proj", .value: "self_attn.v_proj", .output: "self_attn.out_proj",
      .up: "fc1", .down: "fc2",
    ],
    attentionNorm: "self_attn_layer_norm", feedForwardNorm: "final_layer_norm",
    finalNorm: "model.decoder.final_layer_norm", outputLayer: "lm_head")
}
