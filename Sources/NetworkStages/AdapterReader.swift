// Reads an adapter for every stage that takes one: a file of another stage, or a folder of PEFT, which becomes the adapter
// that import-adapter would have written.
import Adapters
import Artifacts
import Checkpoints
import Faults
import Files
import Foundation
import JSON
import Posteriors
import StageKit

/// A base and a tokenized set that a stage has read, on which it reads adapters. A PEFT folder does not say what its
/// head's outputs stand for, so its adapter is one for this set.
package struct AdapterReader {
  private let context: StageContext
  private let base: BaseModel
  private let basePath: String
  private let set: TokenizedSet
  private let tokens: String

  /// - Parameters:
  ///   - base: read from `files.base`.
  ///   - set: read from `tokens`, or from `files.tokens` where that is nil.
  package init(
    _ context: StageContext, _ files: BaseAndTokens, base: BaseModel, _ set: TokenizedSet, tokens: String? = nil
  ) {
    self.init(context, base: base, basePath: files.base, set, tokens: tokens ?? files.tokens)
  }

  /// The same for a stage with other flags.
  package init(_ context: StageContext, base: BaseModel, basePath: String, _ set: TokenizedSet, tokens: String) {
    (self.context, self.base, self.basePath, self.set, self.tokens) = (context, base, basePath, set, tokens)
  }

  /// Whether an adapter at `path` is a folder of PEFT. A stage that reads nothing but folders must have verified the base's
  /// digest, which they do not contain.
  package static func isFolder(_ path: String) -> Bool { FileManager.default.fileExists(atPath: path + "/.") }

  /// Reads the adapter at `path`, a file or a folder, and records it as an input.
  ///
  /// - Parameters:
  ///   - seed: that of the adapter of a folder.
  ///   - settings: what a folder does not say.
  /// - Throws: `Fault` for a file that is missing, damaged or of another kind; what `adapter(ofFolder:)` throws.
  package func adapter(
    _ path: String, seed: Int = 0, settings: AdapterSettings = AdapterSettings()
  ) throws -> Adapter {
    try Self.isFolder(path)
      ? adapter(ofFolder: path, seed: seed, settings: settings) : context.read(Adapter.self, path)
  }

  /// Reads the PEFT folder at `path` and records its files as inputs.
  ///
  /// - Parameters:
  ///   - seed: that of the adapter, since a folder has none.
  ///   - settings: what a folder does not say; see `ImportedAdapter`.
  /// - Throws: `Fault` for a folder that is not supported, or does not fit the base and the tokenized set.
  package func adapter(ofFolder path: String, seed: Int, settings: AdapterSettings) throws -> Adapter {
    let folder = try PEFTAdapter.read(path)
    let known = Set(context.provenance.inputs.map(\.path))
    for file in PEFTAdapter.files.map({ "\(path)/\($0)" }) where !known.contains(file) {
      try context.record(input: file, digest: SHA256.hexDigest(ofFile: file))
    }
    let found = try ImportedAdapter(folder, path: path, base: base, basePath: basePath, set, settings)
    var adapter = Adapter()
    (adapter.method, adapter.seed, adapter.settings) = ("point", seed, try found.settings.canonicalJSON)
    (adapter.baseDigest, adapter.tokensDigest) = (base.digest, context.digest(of: tokens))
    (adapter.parameters, adapter.values) = try found.vector()
    adapter.cost.trainableParameters = adapter.values.count
    return adapter
  }

  /// The adapter at `path` as it is sent to others. A folder's outputs stand for the classes of the tokenized set.
  ///
  /// - Throws: as `adapter`.
  package func sentAdapter(_ path: String, settings: AdapterSettings) throws -> Adapter {
    let adapter = try adapter(path, settings: settings)
    return Self.isFolder(path) ? adapter.forOthers(classNames: set.classNames) : adapter
  }

  /// Reads the files that a posterior is made from. Folders have their places in the list as seeds, so that several are
  /// members.
  ///
  /// - Throws: as `adapter`; `Fault` for a file of another base or with other parameters than the first.
  package func posterior(_ paths: [String]) throws -> PosteriorFiles {
    let files = try paths.enumerated().map { place, path -> (path: String, file: any PosteriorFile) in
      guard Self.isFolder(path) else { return (path, try PosteriorFiles.read(context.open(path))) }
      return (path, try adapter(path, seed: place))
    }
    return try PosteriorFiles(files, on: base)
  }
}
