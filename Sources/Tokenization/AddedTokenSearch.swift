// Finds added tokens in a text, in time that does not depend on the number of tokens.

/// Finds the leftmost token in a text, and the longest of those that begin there.
struct AddedTokenSearch: Sendable {
  private struct Step: Hashable {
    let node: Int
    let scalar: Unicode.Scalar
  }

  /// The trie of the tokens' spellings: each step leads from a node by a scalar to the next node. The root is node 0.
  private var steps: [Step: Int] = [:]
  /// [node] The token whose spelling ends here.
  private var ends: [AddedTokens.Token?] = [nil]

  /// If several tokens have the same spelling, the first one is found.
  init(_ tokens: [(spelling: [Unicode.Scalar], token: AddedTokens.Token)]) {
    for (spelling, token) in tokens where !spelling.isEmpty {
      var node = 0
      for scalar in spelling {
        let step = Step(node: node, scalar: scalar)
        if let next = steps[step] {
          node = next
        } else {
          node = ends.count
          steps[step] = node
          ends.append(nil)
        }
      }
      if ends[node] == nil { ends[node] = token }
    }
  }

  /// The longest token that begins at `start`, and where it ends.
  private func longest(in text: [Unicode.Scalar], at start: Int) -> (token: AddedTokens.Token, end: Int)? {
    var found: (token: AddedTokens.Token, end: Int)?
    var (node, position) = (0, start)
    while position < text.count, let next = steps[Step(node: node, scalar: text[position])] {
      (node, position) = (next, position + 1)
      if let token = ends[node] { found = (token, position) }
    }
    return found
  }

  /// Splits `text` at the tokens in it.
  func sections(of text: [Unicode.Scalar]) -> [AddedTokens.Section] {
    guard !steps.isEmpty else { return text.isEmpty ? [] : [.text(0..<text.count)] }
    var sections: [AddedTokens.Section] = []
    var textStart = 0
    var position = 0
    /// The end of the white space that a token has stripped, so that the next token need not scan it again.
    var spaceEnd = 0
    while position < text.count {
      guard let match = longest(in: text, at: position) else {
        position += 1
        continue
      }
      var start = position
      var end = match.end
      position = end
      if match.token.isSingleWord {
        // A match inside a word does not count, and the search continues after it.
        if start > 0, ReferenceUnicode.isWord(text[start - 1]) { continue }
        if end < text.count, ReferenceUnicode.isWord(text[end]) { continue }
      }
      if match.token.stripsLeft {
        while start > textStart, ReferenceUnicode.isSpace(text[start - 1]) { start -= 1 }
        // White space that the previous token stripped is gone.
        start = max(start, textStart)
        if start >= end { continue }
      }
      if match.token.stripsRight {
        end = max(end, spaceEnd)
        while end < text.count, ReferenceUnicode.isSpace(text[end]) { end += 1 }
        spaceEnd = end
      }
      if textStart < start { sections.append(.text(textStart..<start)) }
      sections.append(.token(match.token.id))
      textStart = end
    }
    if textStart < text.count { sections.append(.text(textStart..<text.count)) }
    return sections
  }
}
