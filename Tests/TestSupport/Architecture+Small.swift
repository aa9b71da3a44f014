// Architectures for tests: small ones, and changes of a setting of config.json.
import Faults
import JSON
import Transformers

extension Architecture {
  /// A BERT of these sizes.
  package static func bert(
    hiddenSize: Int, layers: Int = 2, heads: Int, intermediateSize: Int, vocabularySize: Int, maximumPositions: Int,
    tokenTypes: Int = 2, normEpsilon: Double = 1e-12
  ) -> Architecture {
    .reading([
      "model_type": "bert", "hidden_size": .integer(hiddenSize), "num_hidden_layers": .integer(layers),
      "num_attention_heads": .integer(heads), "intermediate_size": .integer(intermediateSize),
      "vocab_size": .integer(vocabularySize), "max_position_embeddings": .integer(maximumPositions),
      "type_vocab_size": .integer(tokenTypes), "layer_norm_eps": .number(normEpsilon), "hidden_act": "gelu",
    ])
  }

  /// The same network with other members of config.json; nil removes one.
  package func changing(_ members: [String: JSON?]) -> Architecture {
    var result = configuration
    for (name, value) in members { result[name] = value }
    return .reading(result)
  }

  /// The network alone: without the spelling that it was read from.
  package var network: Architecture {
    var result = self
    result.configuration = [:]
    return result
  }

  /// What these members of config.json describe.
  package static func reading(_ members: [String: JSON]) -> Architecture {
    let object = JSON.object(.init(members.map { ($0.key, $0.value) }))
    do { return try ModelType.architecture(of: object.node(in: "config.json")) } catch { fatalError("\(error)") }
  }
}
