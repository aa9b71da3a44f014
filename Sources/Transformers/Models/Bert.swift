// BERT (Devlin et al. 2018, arXiv:1810.04805): an encoder with learned positions, token types and norms behind each part.
import Faults
import JSON

extension Architecture.Family {
  package static let bert = Architecture.Family(
    name: "bert", isDecoder: false, placement: .postNorm, norm: .layer, feedForward: .gelu, positions: .learned,
    biases: Set(Architecture.Module.allCases), defaultTargets: ["query", "value"],
    names: TensorNames(
      prefix: "bert.", hasPrefix: false, roots: ["embeddings.", "encoder."],
      // The names of the first TensorFlow checkpoints.
      oldEndings: [".LayerNorm.gamma": ".LayerNorm.weight", ".LayerNorm.beta": ".LayerNorm.bias"],
      buffers: ["embeddings.position_ids", "embeddings.token_type_ids"],
      words: "embeddings.word_embeddings", positions: "embeddings.position_embeddings",
      tokenTypes: "embeddings.token_type_embeddings", embeddingNorm: "embeddings.LayerNorm", block: "encoder.layer.#",
      modules: [
        .query: "attention.self.query", .key: "attention.self.key", .value: "attention.self.value",
        .output: "attention.output.dense", .up: "intermediate.dense", .down: "output.dense",
      ],
      attentionNorm: "attention.output.LayerNorm", feedForwardNorm: "output.LayerNorm"))
}

extension ModelType {
  static let bert = ModelType(
    name: "bert", className: "BertModel", family: .bert, attentionBias: true,
    // Google's bert_config.json has no epsilon.
    defaults: ["layer_norm_eps": 1e-12, "max_position_embeddings": 512, "type_vocab_size": 2],
    read: readBert,
    members: { architecture in
      [
        "hidden_act": "gelu", "position_embedding_type": "absolute",
        "type_vocab_size": .integer(architecture.tokenTypes), "layer_norm_eps": .number(architecture.normEpsilon),
      ]
    })

  @Sendable private static func readBert(_ settings: ModelSettings, _ type: ModelType) throws(Fault) -> Architecture {
    try settings.require("hidden_act", is: "gelu", else: "gelu")
    try settings.require("position_embedding_type", is: "absolute", else: "absolute")
    try settings.require("is_decoder", is: false)
    try settings.require("add_cross_attention", is: false)
    try settings.require("pruned_heads", isNot: "pruned heads")
    let (hidden, heads) = (try settings.size("hidden_size"), try settings.size("num_attention_heads"))
    guard hidden % heads == 0 else { throw settings.indivisible(hidden, by: heads) }
    return Architecture(
      family: type.family, hiddenSize: hidden, layers: try settings.size("num_hidden_layers"), heads: heads,
      keyValueHeads: heads, headSize: hidden / heads, intermediateSize: try settings.size("intermediate_size"),
      vocabularySize: try settings.size("vocab_size"), maximumPositions: try settings.size("max_position_embeddings"),
      tokenTypes: try settings.size("type_vocab_size"), normEpsilon: try settings.epsilon("layer_norm_eps"),
      attentionBias: type.attentionBias, tiedHead: false)
  }
}
