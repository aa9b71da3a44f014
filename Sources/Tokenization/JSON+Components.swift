// Reads the components of `tokenizer.json`. A component that is not implemented is an error that names it; so is an
// unknown setting, because it might change ids.
import Faults
import JSON

extension JSON.Node {
  /// Throws at members other than `type` and `names`.
  func allow(_ names: String...) throws(Fault) {
    for (name, _) in try members() where name != "type" && !names.contains(name) {
      throw fault("unknown setting \"\(name)\"", hint: "the known settings are \(names.joined(separator: ", "))")
    }
  }

  /// The fault of a component whose type is not implemented.
  func notImplemented(_ type: String, instead: String) -> Fault {
    fault("\"\(type)\" is not implemented", hint: "\(instead); convert the tokenizer or choose a model that has one")
  }

  /// The boolean called `name`, or `value` if it is missing.
  func flag(_ name: String, default value: Bool) throws(Fault) -> Bool {
    try optional(name)?.bool() ?? value
  }

  /// The member called `name`, which must be a single scalar.
  func scalar(_ name: String) throws(Fault) -> Unicode.Scalar {
    let scalars = try string(name).unicodeScalars
    guard let scalar = scalars.first, scalars.count == 1 else { throw try member(name).fault("not one character") }
    return scalar
  }

  /// The pattern in `{"String": "a"}` or `{"Regex": "\\s+"}`.
  func splitPattern(_ name: String) throws(Fault) -> SplitPattern {
    let node = try object(name)
    try node.allow("String", "Regex")
    if let literal = try node.optional("String") {
      let scalars = Array(try literal.string().unicodeScalars)
      if scalars.isEmpty { throw literal.fault("an empty pattern") }
      return .literal(scalars)
    }
    let regex = try node.member("Regex")
    return .regex(
      try Pattern(regex.string()) {
        regex.fault("not supported: \($0)", hint: "the patterns of GPT-2, Llama 3, Qwen 2 and DeepSeek are")
      })
  }
}

extension Normalizer {
  /// The normalizer in `tokenizer.json`.
  init(_ node: JSON.Node) throws(Fault) {
    switch try node.string("type") {
    case "BertNormalizer":
      try node.allow("clean_text", "handle_chinese_chars", "strip_accents", "lowercase")
      let lowercase = try node.flag("lowercase", default: true)
      self = .bert(
        cleanText: try node.flag("clean_text", default: true),
        spaceIdeographs: try node.flag("handle_chinese_chars", default: true),
        stripAccents: try node.flag("strip_accents", default: lowercase), lowercase: lowercase)
    case "NFC": self = .form(.nfc)
    case "NFD": self = .form(.nfd)
    case "NFKC": self = .form(.nfkc)
    case "NFKD": self = .form(.nfkd)
    case "Lowercase": self = .lowercase
    case "StripAccents": self = .stripAccents
    case "Strip":
      try node.allow("strip_left", "strip_right")
      self = .strip(
        left: try node.flag("strip_left", default: true), right: try node.flag("strip_right", default: true))
    case "Replace":
      try node.allow("pattern", "content")
      self = .replace(try node.splitPattern("pattern"), with: Array(try node.string("content").unicodeScalars))
    case "Nmt": self = .nmt
    case "Precompiled": self = .precompiled(try Precompiled(node))
    case "ByteLevel": self = .byteLevel
    case "Prepend":
      try node.allow("prepend")
      self = .prepend(Array(try node.string("prepend").unicodeScalars))
    case "Sequence":
      try node.allow("normalizers")
      self = .sequence(try node.array("normalizers").map { (node) throws(Fault) in try Normalizer(node) })
    case let type:
      throw node.notImplemented(type, instead: "BertNormalizer, NFC, NFD, NFKC, NFKD, Lowercase, Precompiled are")
    }
  }

  /// Whether the text ends up spelled in bytes, so that a vocabulary of the 256 bytes covers every text.
  var endsInBytes: Bool {
    switch self {
    case .byteLevel: true
    case .sequence(let steps): steps.contains(where: \.endsInBytes)
    default: false
    }
  }
}

extension PreTokenizer {
  /// The pre-tokenizer in `tokenizer.json`.
  init(_ node: JSON.Node) throws(Fault) {
    switch try node.string("type") {
    case "BertPreTokenizer": self = .bert
    case "ByteLevel":
      try node.allow("add_prefix_space", "trim_offsets", "use_regex")
      self = .byteLevel(
        addsPrefixSpace: try node.flag("add_prefix_space", default: true),
        usesPattern: try node.flag("use_regex", default: true))
    case "Split":
      try node.allow("pattern", "behavior", "invert")
      self = .split(
        try node.splitPattern("pattern"), try Self.behavior(node.member("behavior")),
        isInverted: try node.flag("invert", default: false))
    case "Digits":
      try node.allow("individual_digits")
      self = .digits(individually: try node.flag("individual_digits", default: false))
    case "Punctuation":
      try node.allow("behavior")
      self = .punctuation(
        try node.optional("behavior").map { (node) throws(Fault) in try Self.behavior(node) } ?? .isolated)
    case "Whitespace": self = .whitespace
    case "WhitespaceSplit": self = .whitespaceSplit
    case "CharDelimiterSplit":
      try node.allow("delimiter")
      self = .delimiter(try node.scalar("delimiter"))
    case "FixedLength":
      try node.allow("length")
      let length = try node.optional("length")?.int() ?? 5
      guard length > 0 else { throw node.fault("length \(length) must be at least 1") }
      self = .fixedLength(length)
    case "Metaspace": self = .metaspace(try Metaspace(node))
    case "Sequence":
      try node.allow("pretokenizers")
      self = .sequence(try node.array("pretokenizers").map { (node) throws(Fault) in try PreTokenizer(node) })
    case let type:
      throw node.notImplemented(
        type, instead: "BertPreTokenizer, ByteLevel, Metaspace, Split, Digits, Punctuation, Whitespace are")
    }
  }

  private static func behavior(_ node: JSON.Node) throws(Fault) -> Pieces.Behavior {
    let name = try node.string()
    guard let behavior = Pieces.Behavior(rawValue: name) else { throw node.fault("unknown behavior \"\(name)\"") }
    return behavior
  }

  /// Whether the pieces end up spelled in bytes, so that a vocabulary of the 256 bytes covers every text.
  var endsInBytes: Bool {
    switch self {
    case .byteLevel: true
    case .sequence(let steps): steps.contains(where: \.endsInBytes)
    default: false
    }
  }
}
