// The members of config.json one by one, with the values that transformers takes for those that older folders leave out.
import Faults
import JSON
import Transformers

extension ModelConfiguration {
  /// The members of a config.json.
  struct Settings {
    /// The whole object.
    let node: JSON.Node
    /// What transformers takes for numbers that the file does not give, by name.
    private let defaults: [String: Double]

    /// The members of a model of that type.
    init(_ node: JSON.Node, type: String) { (self.node, defaults) = (node, Self.defaults[type, default: [:]]) }

    /// [type][name] The values in the configuration classes of transformers 5.24, for settings that came with later
    /// versions than the first of its type and so are missing in old files: Google's bert_config.json has no epsilon.
    private static let defaults: [String: [String: Double]] = [
      "bert": ["layer_norm_eps": 1e-12, "max_position_embeddings": 512, "type_vocab_size": 2],
      "llama": ["rms_norm_eps": 1e-6, "max_position_embeddings": 2048],
      "mistral": ["rms_norm_eps": 1e-6, "max_position_embeddings": 131_072, "num_key_value_heads": 8],
      "qwen2": ["rms_norm_eps": 1e-6, "max_position_embeddings": 32_768, "num_key_value_heads": 32],
    ]

    /// Settings that the file does not give, with the values that are taken: `layer_norm_eps 1e-12`. Sorted.
    func assumed() throws(Fault) -> [String] {
      let members = try node.members()
      return defaults.filter { members[$0.key] == nil }.sorted { $0.key < $1.key }.map { name, value in
        value < 1 ? "\(name) \(value)" : "\(name) \(Int(value))"
      }
    }

    /// A size from 1 to `largestSize`. Where the file has none, transformers' own; then `fallback`, also for null.
    func size(_ name: String, else fallback: Int? = nil) throws(Fault) -> Int {
      guard let member = try node.optional(name) else {
        let isSilent = try node.members()[name] == nil
        guard let value = (isSilent ? defaults[name].map { Int($0) } : nil) ?? fallback else {
          throw fault(name, "missing")
        }
        return value
      }
      let value = try member.int()
      guard (1...Architecture.largestSize).contains(value) else {
        throw member.fault("\(value) is not in 1...\(Architecture.largestSize)")
      }
      return value
    }

    /// A small positive number; transformers' own where the file has none.
    func epsilon(_ name: String) throws(Fault) -> Double {
      if try node.members()[name] == nil, let value = defaults[name] { return value }
      let member = try node.member(name)
      let value = try member.double()
      guard value > 0, value < 1 else { throw member.fault("\(value) is not between 0 and 1") }
      return value
    }

    /// True or false; false where it is missing.
    func flag(_ name: String) throws(Fault) -> Bool { try node.optional(name)?.bool() ?? false }

    /// Throws unless the text called `name`, or `fallback` where it is missing, is `expected`.
    func require(_ name: String, is expected: String, else fallback: String) throws(Fault) {
      let value = try node.optional(name)?.string() ?? fallback
      guard value == expected else { throw fault(name, "\"\(value)\" is not supported, expected \"\(expected)\"") }
    }

    /// Throws unless the flag called `name` is `expected` or missing.
    func require(_ name: String, is expected: Bool) throws(Fault) {
      guard let value = try node.optional(name)?.bool(), value != expected else { return }
      throw fault(name, "\(value) is not supported, expected \(expected)")
    }

    /// Throws unless the member called `name` is missing, null or empty.
    func require(_ name: String, isNot what: String) throws(Fault) {
      guard let member = try node.optional(name), member.value != [:] else { return }
      throw member.fault("\(what) are not supported")
    }

    /// Throws where some position would not see all positions before it. A window as wide as the longest sequence
    /// hides nothing. Without a word about it, Mistral's is 4,096 wide; Qwen 2 has to switch it on.
    func requireFullAttention(_ type: String, positions: Int) throws(Fault) {
      let named = try node.optional("sliding_window")?.int()
      let silent = try node.members()["sliding_window"] == nil
      let window: Int?
      switch type {
      case "mistral": window = silent ? 4096 : named
      case "qwen2": window = try flag("use_sliding_window") ? (silent ? 4096 : named) : nil
      default: window = named
      }
      if let window, window < positions {
        throw fault(
          "sliding_window", "\(window), narrower than the \(positions) positions, is not supported, expected null")
      }
      for layer in try node.optional("layer_types")?.array() ?? [] {
        let kind = try layer.string()
        guard kind == "full_attention" else {
          throw layer.fault("\"\(kind)\" is not supported, expected \"full_attention\"")
        }
      }
    }

    /// A fault about the member called `name`.
    func fault(_ name: String, _ message: String) -> Fault { node.fault("\(name): \(message)") }
  }
}

extension ModelConfiguration.Settings {
  /// The rotary frequencies' base and stretching.
  ///
  /// transformers 4 writes `rope_theta` and `rope_scaling`, transformers 5 both within `rope_parameters`.
  func rotary() throws(Fault) -> (base: Double, scaling: Architecture.RotaryScaling?) {
    let oldBase = try node.optional("rope_theta")
    let new = try node.optional("rope_parameters")
    let old = try node.optional("rope_scaling")
    if let old, let new, old.value != new.value {
      throw old.fault("says something else than rope_parameters")
    }
    let table = new ?? old
    let base = try table?.optional("rope_theta") ?? oldBase
    if let base, let oldBase, try base.double() != oldBase.double() {
      throw base.fault("says something else than rope_theta")
    }
    let theta = try base?.double() ?? 10_000
    guard theta > 1, theta.isFinite else { throw fault("rope_theta", "\(theta) is not above 1") }
    let turned = try node.optional("partial_rotary_factor")?.double() ?? 1
    guard turned == 1 else { throw fault("partial_rotary_factor", "\(turned) is not supported, expected 1") }
    return (theta, try table.flatMap { (table) throws(Fault) in try scaling(table) })
  }

  private func scaling(_ table: JSON.Node) throws(Fault) -> Architecture.RotaryScaling? {
    let kind = if let new = try table.optional("rope_type") { new } else { try table.optional("type") }
    let type = try kind?.string() ?? "default"
    let numbers = ["factor", "low_freq_factor", "high_freq_factor", "original_max_position_embeddings"]
    let known = ["rope_type", "type", "rope_theta"] + (type == "llama3" ? numbers : [])
    guard type == "default" || type == "llama3" else {
      throw (kind ?? table).fault("\"\(type)\" is not supported, expected default or llama3")
    }
    for (name, member) in try table.nodes() where !known.contains(name) && member.value != .null {
      if name == "partial_rotary_factor", try member.double() == 1 { continue }
      throw member.fault("has no meaning for rope_type \"\(type)\"")
    }
    guard type == "llama3" else { return nil }
    let scaling = Architecture.RotaryScaling(
      factor: try table.double("factor"), lowFrequencyFactor: try table.double("low_freq_factor"),
      highFrequencyFactor: try table.double("high_freq_factor"),
      originalPositions: try table.int("original_max_position_embeddings"))
    guard scaling.isConsistent else { throw table.fault("these numbers make no rotary scaling") }
    return scaling
  }

  /// All members that are read above, and those that say nothing of the network's numbers: dropout, initialization,
  /// names of labels, what generation does, how and by what the folder was made.
  static let known: Set<String> = [
    "model_type", "quantization_config", "hidden_act", "position_embedding_type", "is_decoder", "add_cross_attention",
    "pruned_heads", "hidden_size", "num_attention_heads", "num_hidden_layers", "intermediate_size", "vocab_size",
    "max_position_embeddings", "type_vocab_size", "layer_norm_eps", "attention_bias", "mlp_bias",
    "num_key_value_heads", "head_dim", "rms_norm_eps", "tie_word_embeddings", "use_sliding_window", "sliding_window",
    "max_window_layers", "layer_types", "rope_theta", "rope_parameters", "rope_scaling", "partial_rotary_factor",

    "_name_or_path", "_attn_implementation_autoset", "architectures", "attention_dropout",
    "attention_probs_dropout_prob", "auto_map", "bos_token_id", "chunk_size_feed_forward", "classifier_dropout",
    "cls_token_id", "directionality", "dtype", "eos_token_id", "finetuning_task", "gradient_checkpointing",
    "hidden_dropout_prob", "id2label", "initializer_range", "label2id", "mask_token_id", "output_attentions",
    "output_hidden_states", "pad_token_id", "pooler_fc_size", "pooler_num_attention_heads", "pooler_num_fc_layers",
    "pooler_size_per_head", "pooler_type", "pretraining_tp", "problem_type", "return_dict", "sep_token_id",
    "torch_dtype", "torchscript", "transformers_version", "unk_token_id", "use_cache",
  ]
}
