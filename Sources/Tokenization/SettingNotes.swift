// Settings of tokenizer_config.json that contradict tokenizer.json. We use tokenizer.json, as PyPI's tokenizers do;
// some classes of transformers use the other file, so the user is told.
import Faults
import JSON

extension Tokenizer {
  /// A sentence for each setting in `files` that contradicts this tokenizer.
  func contradictions(_ files: CompanionFiles, _ subject: String) throws(Fault) -> [String] {
    guard let configuration = files.configuration else { return [] }
    var notes: [String] = []
    // BERT's class does not look at the normalizer of tokenizer.json: what its file does not say is true.
    let style = try VocabularyStyle.named(class: configuration.optional("tokenizer_class")?.string(), modelType: nil)
    let isBert = style?.files == ["vocab.txt"]
    func compare(_ name: String, _ used: Bool, _ part: String) throws(Fault) {
      guard let node = try configuration.optional(name) else {
        if isBert, !used, ["do_lower_case", "tokenize_chinese_chars"].contains(name) {
          notes.append(
            "\(configuration.subject): \(name) is missing, which \(style?.classes[0] ?? "") takes for true, but \(subject) "
              + "says false (\(part)); tokenizer.json is used")
        }
        return
      }
      guard try node.bool() != used else { return }
      notes.append(
        "\(node.subject): \(name) is \(!used), but \(subject) says \(used) (\(part)); tokenizer.json is used")
    }
    func compare(_ name: String, _ used: [Int32], _ part: String) throws(Fault) {
      guard let (token, node) = try files.token(name), !used.isEmpty else { return }
      guard let id = id(token.content), !used.contains(id) else { return }
      let tokens = used.map { "\"\(self.token($0) ?? "")\"" }.joined(separator: ", ")
      notes.append(
        "\(node.subject): \(name) is \"\(token.content)\", but \(subject) has \(tokens) (\(part)); "
          + "tokenizer.json is used")
    }
    let traits = normalizer?.traits ?? []
    try compare("do_lower_case", traits.contains(.lowercases), "normalizer")
    try compare("strip_accents", traits.contains(.stripsAccents), "normalizer")
    try compare("tokenize_chinese_chars", traits.contains(.spacesIdeographs), "normalizer")
    let addsPrefix = traits.contains(.prepends) || preTokenizer?.addsPrefixSpace == true
    try compare("add_prefix_space", addsPrefix, "normalizer, pre_tokenizer")
    try compare("split_special_tokens", false, "added_tokens")
    let (first, last) = (Self.ids(postProcessor.single.first), Self.ids(postProcessor.single.last))
    try compare("add_bos_token", first.contains { $0 == roles.beginning }, "post_processor")
    try compare("add_eos_token", last.contains { $0 == roles.end }, "post_processor")
    try compare("cls_token", first, "post_processor")
    try compare("sep_token", last, "post_processor")
    try compare("unk_token", model.unknown.map { [$0] } ?? [], "model")
    return notes
  }

  private static func ids(_ part: PostProcessor.Part?) -> [Int32] {
    if case .special(let ids, _)? = part { ids } else { [] }
  }
}

extension Normalizer {
  /// What a normalizer does, as far as other files have settings for it.
  struct Traits: OptionSet {
    let rawValue: Int
    static let lowercases = Traits(rawValue: 1)
    static let stripsAccents = Traits(rawValue: 2)
    static let spacesIdeographs = Traits(rawValue: 4)
    static let prepends = Traits(rawValue: 8)
  }

  var traits: Traits {
    switch self {
    case .bert(_, let spaceIdeographs, let stripAccents, let lowercase):
      var traits: Traits = lowercase ? .lowercases : []
      if stripAccents { traits.insert(.stripsAccents) }
      if spaceIdeographs { traits.insert(.spacesIdeographs) }
      return traits
    case .lowercase: return .lowercases
    case .stripAccents: return .stripsAccents
    case .prepend: return .prepends
    case .sequence(let steps): return steps.reduce(into: []) { $0.formUnion($1.traits) }
    case .form, .strip, .replace, .nmt, .precompiled, .byteLevel: return []
    }
  }
}

extension PreTokenizer {
  /// Whether a space is put before a text.
  var addsPrefixSpace: Bool {
    switch self {
    case .byteLevel(let addsPrefixSpace, _): addsPrefixSpace
    case .metaspace(let metaspace): metaspace.scheme != .never
    case .sequence(let steps): steps.contains(where: \.addsPrefixSpace)
    default: false
    }
  }
}
