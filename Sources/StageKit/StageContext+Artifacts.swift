// Reads and writes the files between the stages, and records the digests of inputs for the provenance of the output.
import Artifacts
import Faults
import Files
import Foundation

extension StageContext {
  /// Checks that the stage's outputs can be written. Call it before any work, and before inputs are read, since `record`
  /// then rejects an input that is also an output.
  ///
  /// - Parameter paths: the files; nil for an optional one that was not asked for.
  /// - Throws: `Fault` of kind `.cannotCreate` for the first that cannot be written; of kind `.usage` if a file is named for
  ///   two outputs.
  package func check(outputs paths: String?...) throws {
    for path in paths.compactMap(\.self) {
      try AtomicFile.checkTarget(path)
      try record(output: path)
    }
  }

  /// Makes a folder for outputs, if it does not exist, and checks that files can be written into it; nil for one that was
  /// not asked for. Call it before any work.
  ///
  /// - Throws: `Fault` of kind `.cannotCreate`.
  package func check(folder path: String?) throws {
    guard let path else { return }
    try makeFolder(path)
    try AtomicFile.checkTarget(path + "/file")
  }

  /// Writes files into a folder that `check(folder:)` has checked.
  package func write(_ files: [(name: String, content: [UInt8])], into folder: String) throws {
    for file in files { try AtomicFile.write(file.content, to: "\(folder)/\(file.name)") }
  }

  /// Reads an artifact and records it as an input.
  ///
  /// - Throws: `Fault` for a file that is missing, damaged, or of another kind.
  package func read<Value: Artifact>(_ type: Value.Type, _ path: String) throws -> Value { try Value.read(open(path)) }

  /// Opens a file of any kind, verifies its checksum and records it as an input.
  ///
  /// - Throws: `Fault` for a file that is missing, damaged, or not written by a stage.
  package func open(_ path: String) throws -> ArtifactFile {
    guard !FileManager.default.fileExists(atPath: path + "/adapter_config.json") else {
      throw Fault(
        .data, path, "is a PEFT folder, which has no moments, no training history and no record of an exchange",
        hint: "give a file of a stage")
    }
    let file = try ArtifactFile(path)
    if digests[path] == nil { try record(input: path, digest: file.digest) }
    return file
  }

  /// Maps a base and records it as an input.
  ///
  /// - Parameter verifyingDigest: whether its content is compared with its digest, which takes time. It is not necessary if
  ///   the stage also reads a file made from the base, because that file contains the base's digest.
  /// - Throws: `Fault` for a file that is missing, damaged, or not a base.
  package func open(base path: String, verifyingDigest: Bool = false) throws -> BaseModel {
    let base = try BaseModel(mapping: path)
    if verifyingDigest { try base.verifyDigest() }
    try record(input: path, digest: base.digest)
    return base
  }

  /// The content digest of an input that has been read.
  ///
  /// - Precondition: it has been read.
  package func digest(of path: String) -> String {
    guard let digest = digests[path] else { preconditionFailure("\(path) has not been read") }
    return digest
  }

  /// Writes the stage's result and removes its checkpoint.
  ///
  /// - Throws: `Fault` if it cannot be written; the checkpoint is then kept.
  package func write(_ result: some Artifact, to path: String) throws {
    try result.write(to: path, provenance: provenance)
    removeCheckpoint(of: path)
  }

  private var digests: [String: String] {
    Dictionary(provenance.inputs.map { ($0.path, $0.digest) }, uniquingKeysWith: { first, _ in first })
  }
}
