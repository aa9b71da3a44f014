// The tokens with the roles of beginning, end, padding and unknown. `tokenizer.json` does not say which they are, the
// files beside it do.
import Faults

extension Tokenizer {
  /// The ids of tokens with a role; nil if the folder names none.
  package struct Roles: Equatable, Sendable {
    /// Begins a text (`bos_token`).
    package var beginning: Int32?
    /// Ends a text (`eos_token`).
    package var end: Int32?
    /// Fills up a batch (`pad_token`).
    package var padding: Int32?
    /// Replaces text that the vocabulary lacks (`unk_token`).
    package var unknown: Int32?

    /// No roles.
    package init() {}

    /// The roles that `files` give to tokens of `tokenizer`, which contains all of them.
    init(_ files: CompanionFiles, _ tokenizer: Tokenizer) throws(Fault) {
      func id(_ name: String) throws(Fault) -> Int32? {
        try files.token(name).flatMap { tokenizer.id($0.token.content) }
      }
      beginning = try id("bos_token")
      end = try id("eos_token")
      padding = try id("pad_token")
      unknown = try id("unk_token")
    }
  }

  /// The id of the token that begins a text.
  package var bosID: Int32? { roles.beginning }
  /// The id of the token that ends a text.
  package var eosID: Int32? { roles.end }
}
