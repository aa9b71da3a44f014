// Qwen 3 (Qwen Team 2025, arXiv:2505.09388): Llama's network with norms on each head's queries and keys.
import Faults

extension ModelType {
  static let qwen3 = ModelType(
    "qwen3", "Qwen3ForCausalLM", example: "Qwen/Qwen3-0.6B",
    defaults: [
      "rms_norm_eps": 1e-6, "max_position_embeddings": 32_768, "num_key_value_heads": 32, "head_dim": 128,
    ]
  ) { settings throws(Fault) in
    var architecture = try settings.llama()
    architecture.windows = try settings.windowsOfQwen(architecture)
    architecture.attention.queryKeyNorm = .perHead
    (architecture.names.queryNorm, architecture.names.keyNorm) = ("self_attn.q_norm", "self_attn.k_norm")
    return architecture
  }
}
