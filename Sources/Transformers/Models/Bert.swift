// BERT (Devlin et al. 2018, arXiv:1810.04805): an encoder with learned positions, token types and norms behind each part.
import Faults

extension ModelType {
  static let bert = ModelType(
    "bert", "BertModel", head: .bert, example: "BAAI/bge-small-en-v1.5",
    // Google's bert_config.json has no epsilon.
    defaults: ["layer_norm_eps": 1e-12, "max_position_embeddings": 512, "type_vocab_size": 2]
  ) { settings throws(Fault) in
    var architecture = try settings.encoder(
      .bert, targets: ["query", "value"], normEpsilon: try settings.epsilon("layer_norm_eps"))
    architecture.tokenTypes = try settings.size("type_vocab_size")
    return architecture
  }
}

extension TensorNames {
  /// BERT's, which many encoders share.
  static let bert = TensorNames(
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
    attentionNorm: "attention.output.LayerNorm", feedForwardNorm: "output.LayerNorm")
}
