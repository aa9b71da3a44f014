// The model types that a Hugging Face folder can have. Reading, writing, hints and error messages go by this list: a new
// type is a file in this folder and a row in `all`.
import Faults
import JSON

/// One value of `model_type` in config.json.
package struct ModelType: Sendable {
  /// As in config.json.
  package let name: String
  /// The class of transformers that saves it.
  package let className: String
  /// What its networks compute.
  package let family: Architecture.Family
  /// Whether q, k and v have biases beyond those of the family. Among the types of one family it tells which one a
  /// network is written as.
  package let attentionBias: Bool
  /// The values that transformers takes for numbers that older folders leave out, by name.
  package let defaults: [String: Double]
  /// The architecture that the members of config.json describe. Throws `.data` for a setting that is missing, of the
  /// wrong kind or not supported.
  package let read: @Sendable (ModelSettings, ModelType) throws(Fault) -> Architecture
  /// The members of config.json of this type, beyond those that all types share.
  package let members: @Sendable (Architecture) -> [String: JSON]

  /// All types, in the order in which messages name them. Of two types that describe the same network, the first is
  /// written.
  package static let all: [ModelType] = [.bert, .llama, .mistral, .qwen2]

  /// The type that `architecture` is written as.
  package static func writing(_ architecture: Architecture) -> ModelType {
    let fitting = all.first { $0.family == architecture.family && $0.attentionBias == architecture.attentionBias }
    guard let fitting else { preconditionFailure("no model type for \(architecture)") }
    return fitting
  }
}

extension ModelType {
  /// All members of config.json that say what `architecture` is, in transformers 4's spelling, which version 5 reads too.
  package func configuration(of architecture: Architecture) -> [String: JSON] {
    let shared: [String: JSON] = [
      "model_type": .string(name), "architectures": [.string(className)],
      "hidden_size": .integer(architecture.hiddenSize), "num_hidden_layers": .integer(architecture.layers),
      "num_attention_heads": .integer(architecture.heads),
      "intermediate_size": .integer(architecture.intermediateSize),
      "vocab_size": .integer(architecture.vocabularySize),
      "max_position_embeddings": .integer(architecture.maximumPositions),
    ]
    return shared.merging(members(architecture)) { _, own in own }
  }
}
