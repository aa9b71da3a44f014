// The added tokens and their ids. The reference does not use the ids in the files: a token of the vocabulary keeps its
// id there, any other gets the next free one, in the order in which tokens are added.
import Faults
import JSON

/// Added tokens in order, and notes about them for the user.
struct AddedTokenList {
  private(set) var tokens: [AddedTokens.Token] = []
  /// The tokens' contents, with the same indices as `tokens`.
  private(set) var indices = ByteTable()
  /// Sentences for the user: where the files differ from what is used.
  private(set) var notes: [String] = []
  private let vocabulary: Vocabulary
  private var nextID: Int32

  /// The `added_tokens` in `node`, a member of `tokenizer.json`.
  /// - Throws: `Fault.data` if they contradict each other or the vocabulary.
  init(_ node: JSON.Node?, _ vocabulary: Vocabulary) throws(Fault) {
    self.vocabulary = vocabulary
    nextID = Int32(vocabulary.count)
    var listed: Set<Int32> = []
    var moved: [(token: AddedTokens.Token, id: Int32)] = []
    for node in try node?.array() ?? [] {
      let token = try AddedTokens.Token(node)
      if let id = vocabulary.id(token.content), id != token.id {
        throw node.fault("\"\(token.content)\" has the id \(token.id) here and \(id) in the vocabulary")
      }
      if let other = vocabulary.token(token.id), vocabulary.id(token.content) == nil {
        throw node.fault("the id \(token.id) of \"\(token.content)\" belongs to \"\(other)\" in the vocabulary")
      }
      guard indices.find(token.content) == nil, listed.insert(token.id).inserted else {
        throw node.fault("duplicate added token \"\(token.content)\", or duplicate id \(token.id)")
      }
      let id = append(token)
      if id != token.id { moved.append((token, id)) }
    }
    if let first = moved.first, let node {
      notes.append(
        "\(node.subject): \(node.path): \(moved.count) tokens have an id that is not the next free one; "
          + "\"\(first.token.content)\" has the id \(first.token.id) in the file, but \(first.id) is used, as in "
          + "Hugging Face's tokenizers")
    }
  }

  /// Adds the tokens that the files beside `tokenizer.json` list or name, in the order of the reference.
  mutating func add(_ files: CompanionFiles) throws(Fault) {
    for (token, node) in try files.listedTokens() {
      if let index = indices.find(token.content) {
        var token = token
        token.id = tokens[index].id
        guard token != tokens[index] else { continue }
        tokens[index] = token
        notes.append(
          "\(node.subject): \(node.path): \"\(token.content)\" has other settings in tokenizer.json; those of "
            + "\(node.subject) are used, as in transformers")
      } else {
        note(token, append(token), node, listedID: token.id, files)
      }
    }
    for (token, node) in try files.namedTokens() where indices.find(token.content) == nil {
      note(token, append(token), node, listedID: nil, files)
    }
  }

  private mutating func append(_ token: AddedTokens.Token) -> Int32 {
    var token = token
    token.id = vocabulary.id(token.content) ?? nextID
    nextID = max(nextID, token.id + 1)
    _ = indices.insert(token.content)
    tokens.append(token)
    return token.id
  }

  private mutating func note(
    _ token: AddedTokens.Token, _ id: Int32, _ node: JSON.Node, listedID: Int32?, _ files: CompanionFiles
  ) {
    let other = listedID.flatMap { $0 == id ? nil : " (listed with the id \($0))" } ?? ""
    guard files.defaultRoles == nil else {
      // Without tokenizer.json, it is expected that tokens are only named.
      guard vocabulary.id(token.content) == nil else { return }
      notes.append(
        "\(node.subject): \(node.path): \"\(token.content)\"\(other) is not in the vocabulary; it is added with the id "
          + "\(id), as in transformers")
      return
    }
    notes.append(
      "\(node.subject): \(node.path): tokenizer.json does not list \"\(token.content)\"\(other) among its added_tokens; "
        + "it is added with the id \(id), as in transformers")
  }
}
