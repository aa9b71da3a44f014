// A Hugging Face `tokenizer.json`, read strictly: text goes through normalizer, pre-tokenizer, model and
// post-processor, and the ids are those of the reference (PyPI's tokenizers 0.23.3). What is not implemented is
// refused by name when the file is read; after that, every text has its tokens.
import Faults
import Files
import Foundation
import JSON

/// A tokenizer: text to ids and back.
///
/// The file's `truncation` and `padding` are not applied: how long a sequence may be is the caller's choice, made with
/// `encode(_:addSpecialTokens:maximumLength:)`, and nothing here pads. Safe to share between threads; the ids depend
/// on the file and the text alone.
public struct Tokenizer: Sendable {
  /// The tokens that `tokenizer_config.json` gives a meaning, where there is one.
  public internal(set) var roles = Roles()

  let added: AddedTokens
  let normalizer: Normalizer?
  let preTokenizer: PreTokenizer?
  let model: Model
  let postProcessor: PostProcessor
  let decoder: Decoder?
  let cache = WordCache()

  /// Reads the tokenizer at `path`: a `tokenizer.json`, plain or gzipped, or the folder that holds one. A
  /// `tokenizer_config.json` beside it is read for `roles`.
  /// - Throws: `Fault.noInput` where there is no such file; `Fault.data` where it is damaged, contradicts itself or asks
  ///   for something that is not implemented.
  public init(contentsOf path: String) throws {
    var isFolder: ObjCBool = false
    _ = FileManager.default.fileExists(atPath: path, isDirectory: &isFolder)
    let file = isFolder.boolValue ? path + "/tokenizer.json" : path
    try self.init(json: JSON.parse(readUnpacked(file), subject: file), subject: file)
    roles = try Roles(folder: URL(fileURLWithPath: file).deletingLastPathComponent().path, self)
  }

  /// The tokenizer that `json` describes, which was read from `subject`.
  /// - Throws: `Fault.data`; see `init(contentsOf:)`.
  public init(json: JSON, subject: String) throws(Fault) {
    let root = json.node(in: subject)
    try root.allow(
      "version", "truncation", "padding", "added_tokens", "normalizer", "pre_tokenizer", "post_processor", "decoder",
      "model")
    model = try Model(root.object("model"))
    normalizer = try root.optional("normalizer").map { (node) throws(Fault) in try Normalizer(node) }
    preTokenizer = try root.optional("pre_tokenizer").map { (node) throws(Fault) in try PreTokenizer(node) }
    postProcessor = try PostProcessor(root.optional("post_processor"))
    decoder = try root.optional("decoder").map { (node) throws(Fault) in try Decoder(node) }
    added = try AddedTokens(root.optional("added_tokens"), model.vocabulary, normalizer)
    try checkEveryTextHasTokens(root)
  }

  /// One above the largest id: a model's embedding must have at least as many rows.
  public var vocabularySize: Int { max(model.vocabulary.size, added.tokens.map { Int($0.id) + 1 }.max() ?? 0) }

  /// The token with this id, as written in the file; nil where no token has it.
  public func token(_ id: Int32) -> String? { added.token(id)?.content ?? model.vocabulary.token(id) }

  /// The id of a token, as written in the file.
  public func id(_ token: String) -> Int32? { added.token(token)?.id ?? model.vocabulary.id(token) }

  /// Whether the token is one that marks up texts, such as `[SEP]`.
  public func isSpecial(_ id: Int32) -> Bool { added.token(id)?.isSpecial ?? false }

  /// Byte-level BPE has no unknown token: it must know every byte, or text would vanish without a word.
  private func checkEveryTextHasTokens(_ root: JSON.Node) throws(Fault) {
    guard case .bytePair(let model) = model, !model.knowsEveryScalar else { return }
    guard preTokenizer?.endsInBytes == true else {
      throw try root.member("model").fault(
        "a BPE model without unk_token, byte_fallback or a ByteLevel pre-tokenizer: most texts would lose characters",
        hint: "add an unk_token to the file")
    }
    for byte in UInt8.min...UInt8.max where ByteLevel.occursInText(byte) {
      let symbol = String(ByteLevel.scalars[Int(byte)])
      guard model.vocabulary.id(symbol) == nil else { continue }
      throw try root.member("model").fault(
        "the vocabulary lacks the byte 0x\(String(byte, radix: 16, uppercase: true)) (\"\(symbol)\") and has no unk_token",
        hint: "a byte-level vocabulary begins with the 256 bytes")
    }
  }
}
