// Command R (Cohere 2024): a decoder with parallel parts behind one norm without a shift, rotary positions of neighbours,
// and a factor on the logits.
import Faults

extension ModelType {
  static let cohere = ModelType(
    "cohere", "CohereForCausalLM", example: "CohereForAI/c4ai-command-r-v01",
    defaults: ["layer_norm_eps": 1e-5, "max_position_embeddings": 8192]
  ) { settings throws(Fault) in
    try settings.require("use_qk_norm", is: false)
    var architecture = try settings.llama(
      normEpsilon: try settings.epsilon("layer_norm_eps"), tiesByDefault: true, rotaryBase: 500_000)
    (architecture.placement, architecture.norm) = (.parallel, .layerWithoutShift)
    architecture.names.feedForwardNorm = nil
    architecture.rotary?.pairing = .neighbours
    architecture.logitScale = try settings.number("logit_scale", else: 0.0625)
    return architecture
  }
}
