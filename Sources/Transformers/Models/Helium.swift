// Helium 1 (Kyutai 2025): Llama's network with rotary positions of neighbours, and no bias on the attention's output.
import Faults

extension ModelType {
  static let helium = ModelType(
    "helium", "HeliumForCausalLM", example: "kyutai/helium-1-preview-2b",
    defaults: [
      "rms_norm_eps": 1e-8, "max_position_embeddings": 4096, "num_key_value_heads": 20, "head_dim": 128,
    ]
  ) { settings throws(Fault) in
    var architecture = try settings.llama(rotaryBase: 100_000)
    architecture.rotary?.pairing = .neighbours
    architecture.biases.remove(.output)
    return architecture
  }
}
