// Granite (IBM 2024): Llama's network with factors on embeddings, scores, parts and logits.
import Faults

extension ModelType {
  static let granite = ModelType(
    "granite", "GraniteForCausalLM", example: "ibm-granite/granite-3.1-2b-base",
    defaults: ["rms_norm_eps": 1e-6, "max_position_embeddings": 2048]
  ) { settings throws(Fault) in
    var architecture = try settings.llama()
    architecture.embeddingScale = try settings.number("embedding_multiplier", else: 1)
    architecture.residualScale = try settings.number("residual_multiplier", else: 1)
    architecture.attention.scale = try settings.number("attention_multiplier", else: 1)
    architecture.logitScale = 1 / (try settings.number("logits_scaling", else: 1))
    return architecture
  }
}
