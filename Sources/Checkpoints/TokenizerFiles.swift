// The files of a model folder that decide how text becomes ids.
import Faults
import Files
import Foundation

/// A folder's tokenizer.json, or the files that stand in for it.
package struct TokenizerFiles {
  /// The files with their SHA-256; none where the folder has no tokenizer.
  package let files: [(path: String, digest: String)]
  /// SHA-256 of tokenizer.json, or of the digests of the other files; empty where the folder has no tokenizer.
  package let digest: String
  private let folder: String

  /// Vocabularies without tokenizer.json, and the files that say how to read them.
  private static let vocabularies = ["vocab.txt", "vocab.json", "merges.txt"]
  private static let settings = ["tokenizer_config.json", "special_tokens_map.json", "added_tokens.json"]

  package init(_ folder: String) throws {
    self.folder = folder
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

  /// Throws unless they made the file at `path`, which names a tokenizer of the digest `known`.
  ///
  /// - Throws: `Fault` of kind `.configuration`.
  package func check(made path: String, _ known: String) throws {
    guard digest != known else { return }
    throw Fault(
      .configuration, folder, "its tokenizer is not the one that \(path) was made with",
      hint: "give the `model` that the run was made with")
  }
}
