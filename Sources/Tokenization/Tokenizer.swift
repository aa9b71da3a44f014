// A Hugging Face `tokenizer.json`, read strictly: text goes through normalizer, pre-tokenizer, model and
// post-processor, and the ids are those of the reference (PyPI's tokenizers 0.23.3). A feature that is not implemented
// is an error when the file is read; lost bytes and contradictions between files are in `notes`.
import Faults
import Files
import Foundation
import JSON

/// A tokenizer: text to ids and back.
///
/// The file's `truncation` and `padding` are not applied: the caller chooses the maximum length with
/// `encode(_:addSpecialTokens:maximumLength:)`, and nothing is padded. It can be shared between threads; the ids depend
/// only on the file and the text.
package struct Tokenizer: Sendable {
  /// The tokens to which the files beside `tokenizer.json` give a role.
  package private(set) var roles = Roles()
  /// Sentences for the user: where the files contradict each other or the reference, and what is used.
  package private(set) var notes: [String] = []

  let added: AddedTokens
  let normalizer: Normalizer?
  let preTokenizer: PreTokenizer?
  let model: Model
  let postProcessor: PostProcessor
  /// A decoder that cannot be read is an error only when something is decoded: ids do not need it.
  let decoder: Result<Decoder?, Fault>
  let cache = WordCache()

  /// Reads the tokenizer at `path`: a `tokenizer.json`, plain or gzipped, or a folder that contains one, or at least a
  /// vocabulary (`VocabularyFolder`). Tokens named in `tokenizer_config.json`, `special_tokens_map.json` or
  /// `added_tokens.json` beside it are added as in transformers.
  /// - Throws: `Fault.noInput` if there is no such file; `Fault.data` if it is damaged, contradicts itself or needs
  ///   something that is not implemented.
  package init(contentsOf path: String) throws {
    var isFolder: ObjCBool = false
    _ = FileManager.default.fileExists(atPath: path, isDirectory: &isFolder)
    let file = isFolder.boolValue ? path + "/tokenizer.json" : path
    if isFolder.boolValue, !FileManager.default.fileExists(atPath: file) {
      let folder = try VocabularyFolder(path)
      try self.init(json: folder.settings, subject: folder.subject, folder.files)
      return
    }
    let json = try JSON.parse(readUnpacked(file), subject: file)
    let files = try CompanionFiles(folder: URL(fileURLWithPath: file).deletingLastPathComponent().path)
    try self.init(json: json, subject: file, files)
  }

  /// The tokenizer described by `json`, which was read from `subject`.
  /// - Throws: `Fault.data`; see `init(contentsOf:)`.
  package init(json: JSON, subject: String) throws(Fault) {
    try self.init(json: json, subject: subject, CompanionFiles())
  }

  private init(json: JSON, subject: String, _ files: CompanionFiles) throws(Fault) {
    let root = json.node(in: subject)
    try root.allow(
      "version", "truncation", "padding", "added_tokens", "normalizer", "pre_tokenizer", "post_processor", "decoder",
      "model")
    model = try Model(root.object("model"))
    normalizer = try root.optional("normalizer").map { (node) throws(Fault) in try Normalizer(node) }
    preTokenizer = try root.optional("pre_tokenizer").map { (node) throws(Fault) in try PreTokenizer(node) }
    postProcessor = try PostProcessor(root.optional("post_processor"))
    decoder = Result { () throws(Fault) in
      try root.optional("decoder").map { (node) throws(Fault) in try Decoder(node) }
    }
    if let preTokenizer, let normalizer, preTokenizer.looksForBeginning, !normalizer.keepsBeginning {
      throw try root.member("pre_tokenizer").fault(
        "Metaspace with prepend_scheme \"first\" behind another step and a normalizer that can remove the first character "
          + "is not implemented")
    }
    if let normalizer { try Growth.check(normalizer.growth, root.member("normalizer")) }
    if let preTokenizer { try Growth.check(preTokenizer.growth, root.member("pre_tokenizer")) }
    var list = try AddedTokenList(root.optional("added_tokens"), model.vocabulary)
    try list.add(files)
    added = AddedTokens(list, normalizer)
    roles = try Roles(files, self)
    notes = try list.notes + contradictions(files, subject) + notesOfLostBytes(root)
  }

  /// The largest id plus one: a model's embedding must have at least this many rows.
  package var vocabularySize: Int { max(model.vocabulary.size, added.tokens.map { Int($0.id) + 1 }.max() ?? 0) }

  /// The token with this id, as written in the file; nil if there is none.
  package func token(_ id: Int32) -> String? { added.token(id)?.content ?? model.vocabulary.token(id) }

  /// The id of a token, as written in the file.
  package func id(_ token: String) -> Int32? { added.token(token)?.id ?? model.vocabulary.id(token) }

  /// Whether the token is special, such as `[SEP]`.
  package func isSpecial(_ id: Int32) -> Bool { added.token(id)?.isSpecial ?? false }

  /// A note if the vocabulary lacks bytes: byte-level BPE has no unknown token, so that such bytes have no id.
  private func notesOfLostBytes(_ root: JSON.Node) throws(Fault) -> [String] {
    guard case .bytePair(let model) = model, !model.knowsEveryScalar else { return [] }
    guard preTokenizer?.endsInBytes == true || normalizer?.endsInBytes == true else {
      throw try root.member("model").fault(
        "a BPE model without unk_token, byte_fallback or a ByteLevel pre-tokenizer: most texts would lose characters",
        hint: "add an unk_token to the file")
    }
    let lost = (UInt8.min...UInt8.max).filter { byte in
      ByteLevel.occursInText(byte) && model.vocabulary.id(String(ByteLevel.scalars[Int(byte)])) == nil
    }
    if lost.isEmpty { return [] }
    let names = lost.map { "0x" + String($0, radix: 16, uppercase: true) }.joined(separator: ", ")
    return [
      "\(root.subject): the vocabulary lacks bytes that texts can contain: \(names); they are skipped, as in "
        + "Hugging Face's tokenizers"
    ]
  }
}
