// The settings that decoders with rotary positions have in common, read and written.
import Faults
import JSON

extension ModelSettings {
  /// The architecture of a decoder with rotary positions and key and value heads that groups of query heads share.
  ///
  /// - Parameter normEpsilon: the name of the setting that is added to the variance in norms.
  func decoder(_ type: ModelType, normEpsilon: String) throws(Fault) -> Architecture {
    let (hidden, heads) = (try size("hidden_size"), try size("num_attention_heads"))
    let groups = try size("num_key_value_heads", else: heads)
    guard heads % groups == 0 else {
      throw fault("num_key_value_heads", "\(groups) is not a divisor of num_attention_heads, \(heads)")
    }
    guard try node.optional("head_dim") != nil || hidden % heads == 0 else { throw indivisible(hidden, by: heads) }
    let headSize = try size("head_dim", else: hidden / heads)
    guard headSize % 2 == 0 else {
      throw fault("head_dim", "\(headSize) is odd; rotary positions rotate pairs of values")
    }
    let positions = try size("max_position_embeddings")
    let rotary = try rotary()
    return Architecture(
      family: type.family, hiddenSize: hidden, layers: try size("num_hidden_layers"), heads: heads,
      keyValueHeads: groups, headSize: headSize, intermediateSize: try size("intermediate_size"),
      vocabularySize: try size("vocab_size"), maximumPositions: positions, normEpsilon: try epsilon(normEpsilon),
      rotaryBase: rotary.base, rotaryScaling: rotary.scaling, attentionBias: type.attentionBias,
      tiedHead: try flag("tie_word_embeddings"))
  }

  /// Throws unless every position sees all positions before it. A window as wide as the longest sequence hides nothing.
  func requireFullAttention(window: Int?, positions: Int) throws(Fault) {
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
}

extension Architecture {
  /// The members of config.json that `ModelSettings.decoder` reads, beyond those of all types.
  var decoderMembers: [String: JSON] {
    [
      "num_key_value_heads": .integer(keyValueHeads), "head_dim": .integer(headSize),
      "tie_word_embeddings": .bool(tiedHead), "rope_theta": .number(rotaryBase),
      "rope_scaling": rotaryScaling.map(\.configuration) ?? .null,
    ]
  }
}

extension Architecture.RotaryScaling {
  fileprivate var configuration: JSON {
    [
      "rope_type": "llama3", "factor": .number(factor), "low_freq_factor": .number(lowFrequencyFactor),
      "high_freq_factor": .number(highFrequencyFactor),
      "original_max_position_embeddings": .integer(originalPositions),
    ]
  }
}
