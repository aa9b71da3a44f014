// StableLM (Bellagente et al. 2024, arXiv:2402.17834): Llama's network with layer norms and rotary positions on a part of
// each head. StarCoder 2 (Lozhkov et al. 2024, arXiv:2402.19173): with biases, and without a gate.
import Faults

extension ModelType {
  static let stableLM = ModelType(
    "stablelm", "StableLmForCausalLM", example: "stabilityai/stablelm-2-1_6b",
    defaults: ["layer_norm_eps": 1e-5, "max_position_embeddings": 4096, "num_key_value_heads": 32]
  ) { settings throws(Fault) in
    try settings.require("qk_layernorm", is: false)
    var architecture = try settings.llama(normEpsilon: try settings.epsilon("layer_norm_eps"), rotaryShare: 0.25)
    architecture.norm = .layer
    if try settings.flag("use_qkv_bias") { architecture.biases = [.query, .key, .value] }
    if try settings.flag("use_parallel_residual") {
      architecture.placement = .parallel
      architecture.names.feedForwardNorm = nil
    }
    return architecture
  }

  static let starCoder2 = ModelType(
    "starcoder2", "Starcoder2ForCausalLM", example: "bigcode/starcoder2-3b",
    defaults: ["norm_epsilon": 1e-5, "max_position_embeddings": 4096, "num_key_value_heads": 2]
  ) { settings throws(Fault) in
    var names = TensorNames.llama
    names.modules[.gate] = nil
    (names.modules[.up], names.modules[.down]) = ("mlp.c_fc", "mlp.c_proj")
    var architecture = try settings.decoder(
      names, targets: ["q_proj", "v_proj"], norm: .layer, normEpsilon: try settings.epsilon("norm_epsilon"),
      feedForward: .init(activation: try settings.activation("hidden_act", else: "gelu_pytorch_tanh")),
      tiesByDefault: true)
    if try settings.flag("use_bias", else: true) { architecture.biases = Set(architecture.modules) }
    architecture.rotary = try settings.rotary(architecture)
    let window = try settings.window()
    architecture.windows = try settings.windows(architecture, window: window) { _ in window != nil }
    return architecture
  }
}
