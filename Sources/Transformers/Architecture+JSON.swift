// The architecture as text, for the attribute of `base.h5`: the members of config.json that it was read from, in one
// spelling, so that equal networks are equal bytes. Files of version 1 have the sizes of two families instead.
import Faults
import JSON

extension Architecture {
  /// The members of config.json that say what the network computes, sorted by name, as canonical JSON.
  package var canonicalJSON: String {
    let sorted = configuration.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
    do { return try JSON.object(.init(sorted)).encode() } catch {
      preconditionFailure("an architecture that is not finite: \(error)")
    }
  }

  /// Reads the attribute of a base. Throws `.data`, with `subject` in it, where the text is not what `canonicalJSON` or
  /// version 1 has written, or its members do not describe a network.
  package init(canonicalJSON text: String, subject: String) throws(Fault) {
    let node = try JSON.parse(text, subject: subject).node(in: subject)
    let isFirstVersion = try node.optional("family") != nil
    let members = isFirstVersion ? try Self.members(ofFirstVersion: node).node(in: subject) : node
    self = try ModelType.architecture(of: members)
    guard isFirstVersion || canonicalJSON == text else {
      throw Fault(.data, subject, "the architecture is not in canonical form: an unknown member, or another version")
    }
  }

  /// The members of config.json for the two families of version 1.
  private static func members(ofFirstVersion node: JSON.Node) throws(Fault) -> JSON {
    let family = try node.string("family")
    let (isLlama, attentionBias) = (family == "llama", try node.bool("attentionBias"))
    guard isLlama || family == "bert" else {
      throw try node.member("family").fault("is not a family of networks that this version knows")
    }
    let epsilon: JSON = .number(try node.double("normEpsilon"))
    let shared: [(String, JSON)] = [
      ("model_type", .string(isLlama ? (attentionBias ? "qwen2" : "llama") : "bert")),
      ("hidden_size", .integer(try node.int("hiddenSize"))), ("num_hidden_layers", .integer(try node.int("layers"))),
      ("num_attention_heads", .integer(try node.int("heads"))),
      ("intermediate_size", .integer(try node.int("intermediateSize"))),
      ("vocab_size", .integer(try node.int("vocabularySize"))),
      ("max_position_embeddings", .integer(try node.int("maximumPositions"))),
    ]
    guard isLlama else {
      let own = [("layer_norm_eps", epsilon), ("type_vocab_size", .integer(try node.int("tokenTypes")))]
      return .object(.init(shared + own))
    }
    let scaling = try node.optional("rotaryScaling").map { (node) throws(Fault) -> JSON in
      [
        "rope_type": "llama3", "factor": .number(try node.double("factor")),
        "low_freq_factor": .number(try node.double("lowFrequencyFactor")),
        "high_freq_factor": .number(try node.double("highFrequencyFactor")),
        "original_max_position_embeddings": .integer(try node.int("originalPositions")),
      ]
    }
    return .object(
      .init(
        shared + [
          ("rms_norm_eps", epsilon), ("num_key_value_heads", .integer(try node.int("keyValueHeads"))),
          ("head_dim", .integer(try node.int("headSize"))), ("rope_theta", .number(try node.double("rotaryBase"))),
          ("rope_scaling", scaling ?? .null), ("tie_word_embeddings", .bool(try node.bool("tiedHead"))),
        ]))
  }
}
