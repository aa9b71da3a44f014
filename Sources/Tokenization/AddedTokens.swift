// Tokens that are searched for in the text before it is split: `[SEP]`, `<|endoftext|>`, and those that users add.
import Faults
import JSON

/// The added tokens of `tokenizer.json` and of the files beside it.
struct AddedTokens: Sendable {
  struct Token: Sendable, Equatable {
    let content: String
    var id: Int32
    /// Whether decoding can skip it.
    let isSpecial: Bool
    /// Whether it matches only if no word character is next to it.
    let isSingleWord: Bool
    /// Whether it strips the white space on its left, or right.
    let stripsLeft: Bool
    let stripsRight: Bool
    /// Whether it is searched for in the normalized text.
    let isNormalized: Bool
  }

  /// A section of text, or a token that was found.
  enum Section {
    case text(Range<Int>)
    case token(Int32)
  }

  let tokens: [Token]
  private let byID: [Int32: Int]
  private let byContent: ByteTable
  private let raw: AddedTokenSearch
  private let normalized: AddedTokenSearch

  /// The tokens of `list`.
  init(_ list: AddedTokenList, _ normalizer: Normalizer?) {
    (tokens, byContent) = (list.tokens, list.indices)
    byID = Dictionary(tokens.enumerated().map { ($0.element.id, $0.offset) }) { first, _ in first }
    // If several tokens normalize to the same text, the first special one is found, or else the first one. The
    // reference is not consistent here.
    let ordered = tokens.filter(\.isSpecial) + tokens.filter { !$0.isSpecial }
    raw = AddedTokenSearch(ordered.filter { !$0.isNormalized }.map { (Array($0.content.unicodeScalars), $0) })
    normalized = AddedTokenSearch(
      ordered.filter(\.isNormalized).map { token in
        let content = Array(token.content.unicodeScalars)
        return (normalizer?.apply(content) ?? content, token)
      })
  }

  func token(_ id: Int32) -> Token? { byID[id].map { tokens[$0] } }
  func token(_ content: String) -> Token? { byContent.find(content).map { tokens[$0] } }

  /// Splits the original text at the tokens that are searched for there.
  func sections(ofRaw text: [Unicode.Scalar]) -> [Section] { raw.sections(of: text) }
  /// Splits the normalized text at the tokens that are searched for there.
  func sections(ofNormalized text: [Unicode.Scalar]) -> [Section] { normalized.sections(of: text) }
}

extension AddedTokens.Token {
  /// A token as the files describe it. Its id, and whether it is special, may be given elsewhere.
  init(_ node: JSON.Node, id: Int? = nil, isSpecial: Bool? = nil) throws(Fault) {
    try node.allow("id", "content", "special", "single_word", "lstrip", "rstrip", "normalized", "__type")
    content = try node.string("content")
    let id = if let id { id } else { try node.int("id") }
    guard (0..<Vocabulary.largestID).contains(id) else {
      throw node.fault("the id of \"\(content)\" is \(id), expected 0 to \(Vocabulary.largestID - 1)")
    }
    self.id = Int32(id)
    let written = try node.optional("special")?.bool()
    self.isSpecial = isSpecial ?? written ?? false
    isSingleWord = try node.optional("single_word")?.bool() ?? false
    stripsLeft = try node.optional("lstrip")?.bool() ?? false
    stripsRight = try node.optional("rstrip")?.bool() ?? false
    isNormalized = try node.optional("normalized")?.bool() ?? !self.isSpecial
  }

  /// A token that a file only names.
  init(content: String, id: Int32 = 0, isSpecial: Bool) {
    (self.content, self.id, self.isSpecial) = (content, id, isSpecial)
    (isSingleWord, stripsLeft, stripsRight, isNormalized) = (false, false, false, !isSpecial)
  }
}
