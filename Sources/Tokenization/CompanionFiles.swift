// The files beside tokenizer.json that add tokens to it or give tokens a role. They are read as transformers 5.24 reads
// them: if tokenizer_config.json has `added_tokens_decoder`, the two older files are ignored.
import Faults
import Files
import Foundation
import JSON

/// `tokenizer_config.json`, `special_tokens_map.json` and `added_tokens.json`, each nil if it is missing or unused.
struct CompanionFiles {
  private(set) var configuration: JSON.Node?
  private(set) var specialTokens: JSON.Node?
  private(set) var addedTokens: JSON.Node?
  /// The tokens with a role where none of the files names one; nil beside a tokenizer.json, which names them all.
  private(set) var defaultRoles: JSON.Node?

  /// No files.
  init() {}

  /// The files in `folder`.
  init(folder: String) throws {
    configuration = try Self.read(folder + "/tokenizer_config.json")
    if try configuration?.optional("added_tokens_decoder") == nil {
      specialTokens = try Self.read(folder + "/special_tokens_map.json")
      addedTokens = try Self.read(folder + "/added_tokens.json")
    }
  }

  /// The object in `file`, or nil if there is no such file.
  static func read(_ file: String) throws -> JSON.Node? {
    guard FileManager.default.fileExists(atPath: file) else { return nil }
    let node = try JSON.parse(readBytes(file), subject: file).node(in: file)
    _ = try node.members()
    return node
  }

  /// Adds the tokens that have a role where no file names one.
  mutating func complete(with roles: JSON.Node) { defaultRoles = roles }

  /// The token with the role `name`, such as `bos_token`: its text, or an object with `content`.
  func token(_ name: String) throws(Fault) -> (token: AddedTokens.Token, node: JSON.Node)? {
    let other = try configuration?.optional(name)
    // A role that is null has no token.
    let hasRole = try configuration?.members()[name] != nil
    let fallback = try hasRole ? nil : defaultRoles?.optional(name)
    guard let node = try specialTokens?.optional(name) ?? other ?? fallback else { return nil }
    return (try Self.token(node), node)
  }

  /// The tokens that are listed with their ids, in the order of their ids.
  func listedTokens() throws(Fault) -> [(token: AddedTokens.Token, node: JSON.Node)] {
    var tokens: [(token: AddedTokens.Token, node: JSON.Node)] = []
    for (name, node) in try configuration?.optional("added_tokens_decoder")?.nodes() ?? [] {
      guard let id = Int(name) else { throw node.fault("\"\(name)\" is not an id") }
      tokens.append((try AddedTokens.Token(node, id: id), node))
    }
    let special = Set(try namedTokens().map { Array($0.token.content.utf8) })
    for (content, node) in try addedTokens?.nodes() ?? [] {
      let id = try node.int()
      guard (0..<Vocabulary.largestID).contains(id) else {
        throw node.fault("the id of \"\(content)\" is \(id), expected 0 to \(Vocabulary.largestID - 1)")
      }
      let isSpecial = special.contains(Array(content.utf8))
      tokens.append((AddedTokens.Token(content: content, id: Int32(id), isSpecial: isSpecial), node))
    }
    return tokens.sorted { $0.token.id < $1.token.id }
  }

  /// The tokens that have a role, then the other special tokens.
  func namedTokens() throws(Fault) -> [(token: AddedTokens.Token, node: JSON.Node)] {
    var tokens: [(token: AddedTokens.Token, node: JSON.Node)] = []
    for role in ["bos", "eos", "unk", "sep", "pad", "cls", "mask"] {
      if let named = try token(role + "_token") { tokens.append(named) }
    }
    for name in ["additional_special_tokens", "extra_special_tokens"] {
      let other = try configuration?.optional(name)
      guard let list = try specialTokens?.optional(name) ?? other else { continue }
      let nodes = if case .object = list.value { try list.nodes().map(\.node) } else { try list.array() }
      for node in nodes { tokens.append((try Self.token(node), node)) }
    }
    return tokens
  }

  private static func token(_ node: JSON.Node) throws(Fault) -> AddedTokens.Token {
    guard case .object = node.value else {
      return AddedTokens.Token(content: try node.string(), isSpecial: true)
    }
    return try AddedTokens.Token(node, id: 0, isSpecial: true)
  }
}
