// The members of config.json one by one, with the values that transformers takes for those that older folders leave out.
import Faults
import JSON

/// The members of a config.json.
package struct ModelSettings {
  /// The whole object.
  package let node: JSON.Node
  /// The values that transformers takes for numbers that the file does not give, by name.
  private let defaults: [String: Double]

  /// The members of a model of that type.
  package init(_ node: JSON.Node, _ type: ModelType) { (self.node, defaults) = (node, type.defaults) }

  /// Settings that the file does not give, with the values that are taken: `layer_norm_eps 1e-12`. Sorted.
  package func assumed() throws(Fault) -> [String] {
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
  package func require(_ name: String, is expected: String, else fallback: String) throws(Fault) {
    let value = try node.optional(name)?.string() ?? fallback
    guard value == expected else { throw fault(name, "\"\(value)\" is not supported, expected \"\(expected)\"") }
  }

  /// Throws unless the flag called `name` is `expected` or missing.
  package func require(_ name: String, is expected: Bool) throws(Fault) {
    guard let value = try node.optional(name)?.bool(), value != expected else { return }
    throw fault(name, "\(value) is not supported, expected \(expected)")
  }

  /// Throws unless the member called `name` is missing, null or empty.
  package func require(_ name: String, isNot what: String) throws(Fault) {
    guard let member = try node.optional(name), member.value != [:] else { return }
    throw member.fault("\(what) are not supported")
  }

  /// A fault about the member called `name`.
  func fault(_ name: String, _ message: String) -> Fault { node.fault("\(name): \(message)") }

  /// A fault where the hidden size is not a multiple of the heads.
  func indivisible(_ hidden: Int, by heads: Int) -> Fault {
    fault("hidden_size", "\(hidden) is not a multiple of num_attention_heads, \(heads)")
  }
}

extension ModelSettings {
  /// All members that some model type reads, and those that do not change what the network computes: dropout,
  /// initialization, label names, generation, how and by what the folder was made.
  package static let known: Set<String> = [
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
