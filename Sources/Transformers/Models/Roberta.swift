// RoBERTa (Liu et al. 2019, arXiv:1907.11692): BERT's network. The table of positions has rows for padding in front, so
// that the first token's position is the id of padding plus 1. XLM-R and CamemBERT are the same network.
import Faults

extension ModelType {
  static let roberta = robertaLike("roberta", "RobertaModel", example: "FacebookAI/roberta-base")
  static let xlmRoberta = robertaLike("xlm-roberta", "XLMRobertaModel", example: "FacebookAI/xlm-roberta-base")
  static let camembert = robertaLike("camembert", "CamembertModel", example: "almanach/camembert-base")

  private static func robertaLike(_ name: String, _ className: String, example: String) -> ModelType {
    ModelType(
      name, className, head: .roberta, example: example,
      defaults: ["layer_norm_eps": 1e-12, "max_position_embeddings": 512, "type_vocab_size": 2]
    ) { settings throws(Fault) in
      var architecture = try settings.encoder(
        .bert, targets: ["query", "value"], normEpsilon: try settings.epsilon("layer_norm_eps"))
      architecture.names.prefix = "roberta."
      architecture.tokenTypes = try settings.size("type_vocab_size")
      let padding = try settings.optional("pad_token_id")?.int() ?? 1
      // Before 1 is added: the largest Int has no successor.
      guard padding < architecture.maximumPositions else {
        throw settings.fault("pad_token_id", "\(padding), expected less than max_position_embeddings")
      }
      try settings.dropPositions(padding + 1, of: &architecture)
      return architecture
    }
  }
}

extension ModelSettings {
  /// Leaves out the first rows of the table of positions, which no token reads.
  ///
  /// - Throws: `Fault` of kind `.data` where no row is left.
  func dropPositions(_ count: Int, of architecture: inout Architecture) throws(Fault) {
    guard count >= 0, count < architecture.maximumPositions else {
      throw fault("max_position_embeddings", "\(architecture.maximumPositions), expected more than \(count)")
    }
    architecture.names.positionOffset = count
    architecture.maximumPositions -= count
  }
}
