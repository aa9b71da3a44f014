// WordPiece: each word is split into the longest tokens of the vocabulary, from the left (Devlin et al., BERT, 2019).
import Faults
import JSON

/// A WordPiece model.
struct WordPiece: Sendable {
  let vocabulary: Vocabulary
  /// The tokens that continue a word, without their prefix, and their ids.
  private var continuations: ByteTable
  private var continuationIDs: [Int32] = []
  let unknown: Int32
  private let longestWord: Int
  /// Length in bytes of the longest token: longer candidates need not be looked up.
  private let longestTokenLength: Int

  /// The model in `tokenizer.json`.
  init(_ node: JSON.Node) throws(Fault) {
    try node.allow("vocab", "unk_token", "continuing_subword_prefix", "max_input_chars_per_word")
    vocabulary = try Vocabulary(node.object("vocab"))
    unknown = try vocabulary.unknown(node.optional("unk_token")?.string() ?? "[UNK]", node)
    longestWord = try node.optional("max_input_chars_per_word")?.int() ?? 100
    let prefix = Array((try node.optional("continuing_subword_prefix")?.string() ?? "##").utf8)
    longestTokenLength = vocabulary.tokens.lazy.map(\.token.count).max() ?? 0
    continuations = ByteTable(capacity: vocabulary.count / 4)
    for (token, id) in vocabulary.tokens where token.starts(with: prefix) && token.count > prefix.count {
      _ = token.dropFirst(prefix.count).withUnsafeBytes { continuations.insert($0) }
      continuationIDs.append(id)
    }
  }

  /// Appends the ids of one word, given in UTF-8: only the unknown token if any part of the word matches no token.
  func tokenize(_ word: UnsafeRawBufferPointer, into ids: inout [Int32]) {
    let first = ids.count
    var start = 0
    let isTooLong = word.count > longestWord && word.count(where: { $0 & 0xC0 != 0x80 }) > longestWord
    while start < word.count {
      guard !isTooLong, let (id, end) = longestToken(in: word, from: start) else {
        ids.removeSubrange(first...)
        ids.append(unknown)
        return
      }
      ids.append(id)
      start = end
    }
  }

  private func longestToken(in word: UnsafeRawBufferPointer, from start: Int) -> (id: Int32, end: Int)? {
    var end = min(word.count, start + longestTokenLength)
    // Do not split within a scalar.
    while end > start, end < word.count, word[end] & 0xC0 == 0x80 { end -= 1 }
    while end > start {
      let candidate = UnsafeRawBufferPointer(rebasing: word[start..<end])
      let id = start == 0 ? vocabulary.id(candidate) : continuations.find(candidate).map { continuationIDs[$0] }
      if let id { return (id, end) }
      end -= 1
      while end > start, word[end] & 0xC0 == 0x80 { end -= 1 }
    }
    return nil
  }
}
