// Tokens that are looked for in the text itself, before anything cuts it: `[SEP]`, `<|endoftext|>`, and what users add.
import Faults
import JSON

/// The `added_tokens` of `tokenizer.json`.
struct AddedTokens: Sendable {
  struct Token: Sendable {
    let content: String
    let id: Int32
    /// Whether decoding can leave it out.
    let isSpecial: Bool
    /// Whether it counts only where no word goes on beside it.
    let isSingleWord: Bool
    /// Whether it takes the white space on its left, or right, with it.
    let stripsLeft: Bool
    let stripsRight: Bool
    /// Whether it is looked for in the normalized text.
    let isNormalized: Bool
  }

  /// A stretch of text, or a token that was found.
  enum Section {
    case text(Range<Int>)
    case token(Int32)
  }

  let tokens: [Token]
  private let byID: [Int32: Int]
  private let byContent: ByteTable
  private let raw: Search
  private let normalized: Search

  /// The tokens in `node`, whose ids must not contradict the model's vocabulary.
  init(_ node: JSON.Node?, _ vocabulary: Vocabulary, _ normalizer: Normalizer?) throws(Fault) {
    var tokens: [Token] = []
    var byID: [Int32: Int] = [:]
    var byContent = ByteTable()
    for node in try node?.array() ?? [] {
      let token = try Token(node)
      if let id = vocabulary.id(token.content), id != token.id {
        throw node.fault("\"\(token.content)\" has the id \(token.id) here and \(id) in the vocabulary")
      }
      if let other = vocabulary.token(token.id), vocabulary.id(token.content) == nil {
        throw node.fault("the id \(token.id) of \"\(token.content)\" is that of \"\(other)\" in the vocabulary")
      }
      guard byContent.insert(token.content).isNew, byID.updateValue(tokens.count, forKey: token.id) == nil else {
        throw node.fault("a second added token \"\(token.content)\", or a second one with the id \(token.id)")
      }
      tokens.append(token)
    }
    (self.tokens, self.byID, self.byContent) = (tokens, byID, byContent)
    // Of tokens that normalize to one text the first special one is found, or else the first one. The reference finds now
    // one and now another.
    let ordered = tokens.filter(\.isSpecial) + tokens.filter { !$0.isSpecial }
    raw = Search(ordered.filter { !$0.isNormalized }) { Array($0.unicodeScalars) }
    normalized = Search(ordered.filter(\.isNormalized)) {
      let content = Array($0.unicodeScalars)
      return normalizer?.apply(content) ?? content
    }
  }

  func token(_ id: Int32) -> Token? { byID[id].map { tokens[$0] } }
  func token(_ content: String) -> Token? { byContent.find(content).map { tokens[$0] } }

  /// Cuts the text as it came at the tokens that are looked for there.
  func sections(ofRaw text: [Unicode.Scalar]) -> [Section] { raw.sections(of: text) }
  /// Cuts normalized text at the tokens that are looked for there.
  func sections(ofNormalized text: [Unicode.Scalar]) -> [Section] { normalized.sections(of: text) }
}

extension AddedTokens.Token {
  fileprivate init(_ node: JSON.Node) throws(Fault) {
    try node.allow("id", "content", "special", "single_word", "lstrip", "rstrip", "normalized")
    content = try node.string("content")
    let id = try node.int("id")
    guard (0..<Vocabulary.largestID).contains(id) else { throw node.fault("the id of \"\(content)\" is \(id)") }
    self.id = Int32(id)
    isSpecial = try node.optional("special")?.bool() ?? false
    isSingleWord = try node.optional("single_word")?.bool() ?? false
    stripsLeft = try node.optional("lstrip")?.bool() ?? false
    stripsRight = try node.optional("rstrip")?.bool() ?? false
    isNormalized = try node.optional("normalized")?.bool() ?? !isSpecial
  }
}

/// Looks for tokens in a text: the leftmost one, and of those the longest.
private struct Search: Sendable {
  private struct Candidate {
    let scalars: [Unicode.Scalar]
    let token: AddedTokens.Token
  }

  /// Candidates by their first scalar, longest first.
  private var candidates: [Unicode.Scalar: [Candidate]] = [:]

  init(_ tokens: [AddedTokens.Token], _ spelling: (String) -> [Unicode.Scalar]) {
    for token in tokens {
      let scalars = spelling(token.content)
      guard let first = scalars.first else { continue }
      let others = candidates[first, default: []]
      guard !others.contains(where: { $0.scalars == scalars }) else { continue }
      let place = others.firstIndex { $0.scalars.count < scalars.count } ?? others.count
      candidates[first, default: []].insert(Candidate(scalars: scalars, token: token), at: place)
    }
  }

  func sections(of text: [Unicode.Scalar]) -> [AddedTokens.Section] {
    guard !candidates.isEmpty else { return text.isEmpty ? [] : [.text(0..<text.count)] }
    var sections: [AddedTokens.Section] = []
    var textStart = 0
    var position = 0
    while position < text.count {
      guard let match = candidates[text[position]]?.first(where: { text[position...].starts(with: $0.scalars) }) else {
        position += 1
        continue
      }
      var start = position
      var end = position + match.scalars.count
      position = end
      if match.token.isSingleWord {
        // A match inside a word is none, and nothing else is looked for within it.
        if start > 0, ReferenceUnicode.isWord(text[start - 1]) { continue }
        if end < text.count, ReferenceUnicode.isWord(text[end]) { continue }
      }
      if match.token.stripsLeft {
        while start > textStart, ReferenceUnicode.isSpace(text[start - 1]) { start -= 1 }
        // White space that the token before has taken is gone.
        start = max(start, textStart)
        if start >= end { continue }
      }
      if match.token.stripsRight {
        while end < text.count, ReferenceUnicode.isSpace(text[end]) { end += 1 }
      }
      if textStart < start { sections.append(.text(textStart..<start)) }
      sections.append(.token(match.token.id))
      textStart = end
    }
    if textStart < text.count { sections.append(.text(textStart..<text.count)) }
    return sections
  }
}
