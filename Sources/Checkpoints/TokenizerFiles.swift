// The files of a model folder that decide how text becomes ids.
import Files
import Foundation

/// A folder's tokenizer.json, or the files that stand in for it.
struct TokenizerFiles {
  /// The files with their SHA-256; none where the folder has no tokenizer.
  let files: [(path: String, digest: String)]
  /// SHA-256 of tokenizer.json, or of the digests of the other files; empty where the folder has no tokenizer.
  let digest: String

  /// Vocabularies without tokenizer.json, and the files that say how to read them.
  private static let vocabularies = ["vocab.txt", "vocab.json", "merges.txt"]
  private static let settings = ["tokenizer_config.json", "special_tokens_map.json", "added_tokens.json"]

  init(_ folder: String) throws {
    func present(_ names: [String]) throws -> [(path: String, digest: String)] {
      try names.map { folder + "/" + $0 }.filter(FileManager.default.fileExists)
        .map { (path: $0, digest: try SHA256.hexDigest(ofFile: $0)) }
    }
    let whole = try present(["tokenizer.json"])
    if let file = whole.first {
      (files, digest) = (whole, file.digest)
      return
    }
    let vocabulary = try present(Self.vocabularies)
    files = vocabulary.isEmpty ? [] : vocabulary + (try present(Self.settings))
    digest = files.isEmpty ? "" : SHA256.hexDigest(of: Array(files.map(\.digest).joined().utf8))
  }
}
