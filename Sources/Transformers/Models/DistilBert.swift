// DistilBERT (Sanh et al. 2019, arXiv:1910.01108): BERT's network with fewer blocks and without token types.
import Faults

extension ModelType {
  static let distilBert = ModelType(
    "distilbert", "DistilBertModel", head: .distilBert, example: "distilbert/distilbert-base-uncased",
    defaults: ["max_position_embeddings": 512]
  ) { settings throws(Fault) in
    let sizes = SizeNames(hidden: "dim", layers: "n_layers", heads: "n_heads", intermediate: "hidden_dim")
    // The table of positions is stored, however it was made.
    _ = try settings.flag("sinusoidal_pos_embds")
    return try settings.encoder(
      .distilBert, targets: ["q_lin", "v_lin"], sizes: sizes, activation: "activation", normEpsilon: 1e-12)
  }
}

extension TensorNames {
  fileprivate static let distilBert = TensorNames(
    prefix: "distilbert.", hasPrefix: false, roots: ["embeddings.", "transformer."],
    buffers: ["embeddings.position_ids"], words: "embeddings.word_embeddings",
    positions: "embeddings.position_embeddings", embeddingNorm: "embeddings.LayerNorm", block: "transformer.layer.#",
    modules: [
      .query: "attention.q_lin", .key: "attention.k_lin", .value: "attention.v_lin", .output: "attention.out_lin",
      .up: "ffn.lin1", .down: "ffn.lin2",
    ],
    attentionNorm: "sa_layer_norm", feedForwardNorm: "output_layer_norm")
}
