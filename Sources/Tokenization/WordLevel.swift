// WordLevel: each piece is a token as a whole, or unknown.
import Faults
import JSON

/// A WordLevel model.
struct WordLevel: Sendable {
  let vocabulary: Vocabulary
  let unknown: Int32

  /// The model in `tokenizer.json`.
  init(_ node: JSON.Node) throws(Fault) {
    try node.allow("vocab", "unk_token")
    vocabulary = try Vocabulary(node.object("vocab"))
    unknown = try vocabulary.unknown(node.string("unk_token"), node)
  }

  /// Appends the id of one word, given in UTF-8.
  func tokenize(_ word: UnsafeRawBufferPointer, into ids: inout [Int32]) {
    ids.append(vocabulary.id(word) ?? unknown)
  }
}
