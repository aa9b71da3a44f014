// SmolLM3 (Hugging Face 2025): Llama's network, in which every fourth block has no positions (Yang et al. 2025,
// arXiv:2501.18795).
import Faults

extension ModelType {
  static let smolLM3 = ModelType(
    "smollm3", "SmolLM3ForCausalLM", example: "HuggingFaceTB/SmolLM3-3B",
    defaults: ["rms_norm_eps": 1e-6, "max_position_embeddings": 32_768, "num_key_value_heads": 4]
  ) { settings throws(Fault) in
    var architecture = try settings.llama(tiesByDefault: true, rotaryBase: 2_000_000)
    architecture.windows = try settings.windowsOfQwen(architecture)
    let interval = try settings.size("no_rope_layer_interval", else: 4)
    let turned = try settings.optional("no_rope_layers")?.array()
    if let turned, turned.count != architecture.layers {
      throw settings.fault("no_rope_layers", "found \(turned.count) values, expected \(architecture.layers)")
    }
    for layer in 0..<architecture.layers {
      // 1 for a block with rotary positions, in spite of the name.
      let isTurned = try turned.map { (list) throws(Fault) in try list[layer].int() != 0 }
      if !(isTurned ?? ((layer + 1) % interval != 0)) { architecture.blocksWithoutRotary.insert(layer) }
    }
    return architecture
  }
}
