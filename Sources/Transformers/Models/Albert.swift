// ALBERT (Lan et al. 2019, arXiv:1909.11942): BERT's network with one block that is applied again and again, and with
// embeddings of their own width.
import Faults

extension ModelType {
  static let albert = ModelType(
    "albert", "AlbertModel", head: .albert, example: "albert/albert-base-v2",
    defaults: [
      "layer_norm_eps": 1e-12, "max_position_embeddings": 512, "type_vocab_size": 2, "embedding_size": 128,
    ]
  ) { settings throws(Fault) in
    for name in ["num_hidden_groups", "inner_group_num"] {
      let count = try settings.optional(name)?.int() ?? 1
      guard count == 1 else { throw settings.fault(name, "\(count) is not supported, expected 1") }
    }
    var architecture = try settings.encoder(
      .albert, targets: ["query", "value"], normEpsilon: try settings.epsilon("layer_norm_eps"))
    if try settings.optional("hidden_act") == nil { architecture.feedForward.activation = .geluTanh }
    architecture.tokenTypes = try settings.size("type_vocab_size")
    architecture.embeddingSize = try settings.size("embedding_size")
    architecture.sharesBlocks = true
    return architecture
  }
}

extension TensorNames {
  fileprivate static let albert = TensorNames(
    prefix: "albert.", hasPrefix: false, roots: ["embeddings.", "encoder."],
    buffers: ["embeddings.position_ids", "embeddings.token_type_ids"], words: "embeddings.word_embeddings",
    positions: "embeddings.position_embeddings", tokenTypes: "embeddings.token_type_embeddings",
    embeddingNorm: "embeddings.LayerNorm", embeddingProjection: "encoder.embedding_hidden_mapping_in",
    block: "encoder.albert_layer_groups.0.albert_layers.0",
    modules: [
      .query: "attention.query", .key: "attention.key", .value: "attention.value", .output: "attention.dense",
      .up: "ffn", .down: "ffn_output",
    ],
    attentionNorm: "attention.LayerNorm", feedForwardNorm: "full_layer_layer_norm")
}
