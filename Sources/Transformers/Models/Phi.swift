// Phi-1 to Phi-2 (Gunasekar et al. 2023, arXiv:2306.11644): a decoder with parallel parts, biases everywhere and rotary
// positions on a part of each head. Phi-3 (Abdin et al. 2024, arXiv:2404.14219): Llama's network with fused modules.
import Faults

extension ModelType {
  static let phi = ModelType(
    "phi", "PhiForCausalLM", example: "microsoft/phi-1_5",
    defaults: ["layer_norm_eps": 1e-5, "max_position_embeddings": 2048]
  ) { settings throws(Fault) in
    try settings.require("qk_layernorm", is: false)
    var architecture = try settings.decoder(
      .phi, targets: ["q_proj", "v_proj", "fc1", "fc2"], norm: .layer,
      normEpsilon: try settings.epsilon("layer_norm_eps"),
      feedForward: .init(activation: try settings.activation("hidden_act", else: "gelu_new")))
    architecture.placement = .parallel
    architecture.biases = Set(architecture.modules)
    architecture.rotary = try settings.rotary(architecture, share: 0.5)
    architecture.outputBias = true
    return architecture
  }

  static let phi3 = ModelType(
    "phi3", "Phi3ForCausalLM", example: "microsoft/Phi-3-mini-4k-instruct",
    defaults: ["rms_norm_eps": 1e-5, "max_position_embeddings": 4096, "num_key_value_heads": 32]
  ) { settings throws(Fault) in
    var architecture = try settings.llama()
    architecture.attention.fusion = .rows
    architecture.feedForward.isFused = true
    architecture.names.modules = [
      .queryKeyValue: "self_attn.qkv_proj", .output: "self_attn.o_proj", .gateUp: "mlp.gate_up_proj",
      .down: "mlp.down_proj",
    ]
    architecture.defaultTargets = ["qkv_proj"]
    let window = try settings.window()
    architecture.windows = try settings.windows(architecture, window: window) { _ in window != nil }
    return architecture
  }
}

extension TensorNames {
  fileprivate static let phi = TensorNames(
    prefix: "model.", hasPrefix: true, roots: ["layers.", "embed_tokens.", "final_layernorm."],
    buffers: [".rotary_emb.inv_freq"], words: "model.embed_tokens", block: "model.layers.#",
    modules: [
      .query: "self_attn.q_proj", .key: "self_attn.k_proj", .value: "self_attn.v_proj", .output: "self_attn.dense",
      .up: "mlp.fc1", .down: "mlp.fc2",
    ],
    attentionNorm: "input_layernorm", finalNorm: "model.final_layernorm", outputLayer: "lm_head")
}
