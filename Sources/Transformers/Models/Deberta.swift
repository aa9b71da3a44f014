// DeBERTa-v2 and v3 (He et al. 2020, arXiv:2006.03654; 2021, arXiv:2111.09543): BERT's network without a table of
// positions: attention compares contents with distances.
import Faults

extension ModelType {
  static let deberta = ModelType(
    "deberta-v2", "DebertaV2Model", head: .deberta, example: "microsoft/deberta-v3-small",
    defaults: ["layer_norm_eps": 1e-7, "max_position_embeddings": 512]
  ) { settings throws(Fault) in
    var architecture = try settings.encoder(
      .deberta, targets: ["query_proj", "value_proj"], normEpsilon: try settings.epsilon("layer_norm_eps"))
    guard try settings.flag("relative_attention") else {
      throw settings.fault("relative_attention", "false is not supported, expected true")
    }
    try settings.require("position_biased_input", is: false)
    guard try settings.optional("position_biased_input") != nil else {
      throw settings.fault("position_biased_input", "missing, which means true; only false is supported")
    }
    try settings.require("share_att_key", is: true)
    guard try settings.flag("share_att_key") else {
      throw settings.fault("share_att_key", "missing, which means false; only true is supported")
    }
    if let kernel = try settings.optional("conv_kernel_size")?.int(), kernel > 0 {
      throw settings.fault("conv_kernel_size", "\(kernel) is not supported, expected 0")
    }
    let types = try settings.optional("type_vocab_size")?.int() ?? 0
    guard types == 0 else { throw settings.fault("type_vocab_size", "\(types) is not supported, expected 0") }
    try settings.readDistances(&architecture)
    return architecture
  }
}

extension ModelSettings {
  fileprivate func readDistances(_ architecture: inout Architecture) throws(Fault) {
    var maximum = try optional("max_relative_positions")?.int() ?? -1
    if maximum < 1 { maximum = architecture.maximumPositions }
    let buckets = try optional("position_buckets")?.int() ?? -1
    let kinds = try pairs()
    let both = kinds.contains("c2p") && kinds.contains("p2c")
    architecture.positionBias = .disentangled(
      span: buckets > 0 ? buckets : maximum, maximumDistance: buckets > 0 ? maximum : 0,
      contentToPosition: kinds.contains("c2p"), positionToContent: kinds.contains("p2c"))
    architecture.attention.scale = 1 / (Double((both ? 3 : kinds.isEmpty ? 1 : 2) * architecture.headSize)).squareRoot()
    let norms = try optional("norm_rel_ebd")?.string() ?? "none"
    guard norms == "none" || norms == "layer_norm" else {
      throw fault("norm_rel_ebd", "\"\(norms)\" is not supported, expected \"layer_norm\" or \"none\"")
    }
    if norms == "none" { architecture.names.distanceNorm = nil }
  }

  /// Which products of contents and distances are added: a list, or text with `|` between.
  private func pairs() throws(Fault) -> Set<String> {
    guard let member = try optional("pos_att_type") else { return [] }
    var kinds: Set<String> = []
    if case .string(let text) = member.value {
      kinds = Set(text.split(separator: "|").map(String.init))
    } else {
      for kind in try member.array() { kinds.insert(try kind.string()) }
    }
    guard kinds.isSubset(of: ["c2p", "p2c"]) else {
      throw member.fault("\(kinds.sorted().joined(separator: ", ")) is not supported, expected c2p and p2c")
    }
    return kinds
  }
}

extension TensorNames {
  fileprivate static let deberta = TensorNames(
    prefix: "deberta.", hasPrefix: false, roots: ["embeddings.", "encoder."], buffers: ["embeddings.position_ids"],
    words: "embeddings.word_embeddings", embeddingNorm: "embeddings.LayerNorm", distances: "encoder.rel_embeddings",
    distanceNorm: "encoder.LayerNorm", block: "encoder.layer.#",
    modules: [
      .query: "attention.self.query_proj", .key: "attention.self.key_proj", .value: "attention.self.value_proj",
      .output: "attention.output.dense", .up: "intermediate.dense", .down: "output.dense",
    ],
    attentionNorm: "attention.output.LayerNorm", feedForwardNorm: "output.LayerNorm")
}
