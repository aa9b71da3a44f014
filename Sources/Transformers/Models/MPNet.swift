// MPNet (Song et al. 2020, arXiv:2004.09297): BERT's network without token types, with a learned bias by distance that all
// blocks share.
import Faults

extension ModelType {
  static let mpnet = ModelType(
    "mpnet", "MPNetModel", head: .mpnet, example: "sentence-transformers/all-mpnet-base-v2",
    defaults: ["layer_norm_eps": 1e-12, "max_position_embeddings": 512, "relative_attention_num_buckets": 32]
  ) { settings throws(Fault) in
    var architecture = try settings.encoder(
      .mpnet, targets: ["q", "v"], normEpsilon: try settings.epsilon("layer_norm_eps"))
    architecture.positionBias = .buckets(
      count: try settings.size("relative_attention_num_buckets"), maximumDistance: 128)
    // transformers counts positions from 2 on, whatever the id of padding is.
    try settings.dropPositions(2, of: &architecture)
    return architecture
  }
}

extension TensorNames {
  fileprivate static let mpnet = TensorNames(
    prefix: "mpnet.", hasPrefix: false, roots: ["embeddings.", "encoder."], buffers: ["embeddings.position_ids"],
    words: "embeddings.word_embeddings", positions: "embeddings.position_embeddings",
    embeddingNorm: "embeddings.LayerNorm", distances: "encoder.relative_attention_bias", block: "encoder.layer.#",
    modules: [
      .query: "attention.attn.q", .key: "attention.attn.k", .value: "attention.attn.v", .output: "attention.attn.o",
      .up: "intermediate.dense", .down: "output.dense",
    ],
    attentionNorm: "attention.LayerNorm", feedForwardNorm: "output.LayerNorm")
}
