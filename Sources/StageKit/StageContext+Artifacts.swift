// Reading and writing the files between the stages, with their digests noted for the provenance.
import Artifacts
import Faults
import Files

extension StageContext {
  /// Finds out whether the stage's outputs can be written, which comes before all work that goes into them, and before
  /// the inputs are read: none of them may be an output too.
  ///
  /// - Parameter paths: the files; nil for one that is not asked for.
  /// - Throws: `Fault` of kind `.cannotCreate` for the first that cannot be written; of kind `.usage` for one that stands
  ///   for two outputs.
  package func check(outputs paths: String?...) throws {
    for path in paths.compactMap(\.self) {
      try AtomicFile.checkTarget(path)
      try record(output: path)
    }
  }

  /// Reads an artifact and notes it as an input.
  ///
  /// - Throws: `Fault` for a file that is missing, damaged, or of another kind.
  package func read<Noun: Artifact>(_ type: Noun.Type, _ path: String) throws -> Noun {
    let noun = try Noun.read(path)
    try record(artifact: path)
    return noun
  }

  /// Maps a base and notes it as an input.
  ///
  /// - Parameter verifyingDigest: whether its content is compared with its digest: where nothing else that was made from
  ///   the base is read beside it.
  /// - Throws: `Fault` for a file that is missing, damaged, or no base.
  package func open(base path: String, verifyingDigest: Bool = false) throws -> BaseModel {
    let base = try BaseModel(mapping: path)
    if verifyingDigest { try base.verifyDigest() }
    try record(input: path, digest: base.digest)
    return base
  }

  /// Notes a file between the stages as an input.
  ///
  /// - Throws: `Fault` where its digest cannot be read.
  package func record(artifact path: String) throws {
    if digests[path] == nil { try record(input: path, digest: contentDigest(ofArtifact: path)) }
  }

  /// The content digest of an input that has been read.
  ///
  /// - Precondition: it has been read.
  package func digest(of path: String) -> String {
    guard let digest = digests[path] else { preconditionFailure("\(path) has not been read") }
    return digest
  }

  /// Writes the stage's result and removes the checkpoint of its making.
  ///
  /// - Throws: `Fault` where it cannot be written; the checkpoint is then kept.
  package func write(_ noun: some Artifact, to path: String) throws {
    try noun.write(to: path, provenance: provenance)
    removeCheckpoint(of: path)
  }

  private var digests: [String: String] {
    Dictionary(provenance.inputs.map { ($0.path, $0.digest) }, uniquingKeysWith: { first, _ in first })
  }
}
