// OLMo (Groeneveld et al. 2024, arXiv:2402.00838): Llama's network with layer norms that have no parameters. OLMo 2 (OLMo
// Team 2025, arXiv:2501.00656): with RMS norms behind the parts, and on all queries and keys together.
import Faults

extension ModelType {
  static let olmo = ModelType(
    "olmo", "OlmoForCausalLM", example: "allenai/OLMo-1B-hf", defaults: ["max_position_embeddings": 2048]
  ) { settings throws(Fault) in
    if let clip = try settings.optional("clip_qkv") { throw clip.fault("is not supported, expected null") }
    var architecture = try settings.llama(normEpsilon: 1e-5)
    architecture.norm = .layerWithoutParameters
    return architecture
  }

  static let olmo2 = ModelType(
    "olmo2", "Olmo2ForCausalLM", example: "allenai/OLMo-2-0425-1B",
    defaults: ["rms_norm_eps": 1e-5, "max_position_embeddings": 2048]
  ) { settings throws(Fault) in
    var architecture = try settings.llama()
    architecture.placement = .inner
    architecture.attention.queryKeyNorm = .wholeWidth
    (architecture.names.queryNorm, architecture.names.keyNorm) = ("self_attn.q_norm", "self_attn.k_norm")
    (architecture.names.attentionNorm, architecture.names.feedForwardNorm) = (nil, nil)
    architecture.names.attentionOutputNorm = "post_attention_layernorm"
    architecture.names.feedForwardOutputNorm = "post_feedforward_layernorm"
    return architecture
  }
}
