// Which tokens begin, end, pad and stand for the unknown: `tokenizer.json` does not say, `tokenizer_config.json` does.
import Faults
import Files
import Foundation
import JSON

extension Tokenizer {
  /// The ids of tokens with a meaning; nil where the folder names none.
  public struct Roles: Equatable, Sendable {
    /// Begins a text (`bos_token`).
    public var beginning: Int32?
    /// Ends a text (`eos_token`).
    public var end: Int32?
    /// Fills up a batch (`pad_token`).
    public var padding: Int32?
    /// Stands for what the vocabulary lacks (`unk_token`).
    public var unknown: Int32?

    /// No roles.
    public init() {}

    /// The roles in `folder`'s `tokenizer_config.json`, or none where there is no such file.
    init(folder: String, _ tokenizer: Tokenizer) throws {
      self.init()
      let file = folder + "/tokenizer_config.json"
      guard FileManager.default.fileExists(atPath: file) else { return }
      self = try Self(json: JSON.parse(readBytes(file), subject: file), subject: file, tokenizer)
    }

    /// The roles that `json`, a `tokenizer_config.json`, gives the tokens of `tokenizer`.
    /// - Throws: `Fault.data` for a token that the tokenizer does not have.
    public init(json: JSON, subject: String, _ tokenizer: Tokenizer) throws(Fault) {
      let root = json.node(in: subject)
      beginning = try Self.id("bos_token", root, tokenizer)
      end = try Self.id("eos_token", root, tokenizer)
      padding = try Self.id("pad_token", root, tokenizer)
      unknown = try Self.id("unk_token", root, tokenizer)
    }

    /// A token is written as its text, or as an object with `content`.
    private static func id(_ name: String, _ root: JSON.Node, _ tokenizer: Tokenizer) throws(Fault) -> Int32? {
      guard let node = try root.optional(name) else { return nil }
      let token = if case .object = node.value { try node.string("content") } else { try node.string() }
      guard let id = tokenizer.id(token) else { throw node.fault("the tokenizer has no token \"\(token)\"") }
      return id
    }
  }

  /// The id of the token that begins a text.
  public var bosID: Int32? { roles.beginning }
  /// The id of the token that ends a text.
  public var eosID: Int32? { roles.end }
}
