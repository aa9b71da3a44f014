// ELECTRA (Clark et al. 2020, arXiv:2003.10555): BERT's network, with embeddings of their own width.
import Faults

extension ModelType {
  static let electra = ModelType(
    "electra", "ElectraModel", head: .electra, example: "google/electra-small-discriminator",
    defaults: [
      "layer_norm_eps": 1e-12, "max_position_embeddings": 512, "type_vocab_size": 2, "embedding_size": 128,
    ]
  ) { settings throws(Fault) in
    var architecture = try settings.encoder(
      .bert, targets: ["query", "value"], normEpsilon: try settings.epsilon("layer_norm_eps"))
    architecture.tokenTypes = try settings.size("type_vocab_size")
    architecture.names.prefix = "electra."
    architecture.embeddingSize = try settings.size("embedding_size")
    if architecture.embeddingSize != architecture.hiddenSize {
      architecture.names.embeddingProjection = "embeddings_project"
      architecture.names.roots.append("embeddings_project.")
    }
    return architecture
  }
}
