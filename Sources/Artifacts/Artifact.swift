// The files between the stages: one artifact per file, written once as a whole.
import Faults
import Files

/// A value that one stage writes to a file and other stages read.
package protocol Artifact {
  /// The kind of file: its `schema` attribute, such as `adapter`.
  static var schema: String { get }
  /// Reads the value; refuses a file of another kind or version, and values that are damaged or not finite.
  static func read(_ file: ArtifactFile) throws -> Self
  /// Writes the file under a temporary name beside `path` and renames it when it is whole and on disk.
  func write(to path: String, provenance: Provenance) throws
}

extension Artifact {
  /// Opens the file at `path` and reads the value.
  package static func read(_ path: String) throws -> Self { try read(ArtifactFile(path)) }
}

/// The file of an artifact, opened. Opening it verifies its checksum, which reads every byte: open a file once, and
/// take kind, digest and value from here.
package struct ArtifactFile {
  /// Its path.
  package let path: String
  /// The kind of file: the `schema` of its artifact type, such as `adapter`.
  package let schema: String
  /// The digest of its content. Equal content has an equal digest, whenever and wherever it was made.
  package let digest: String
  fileprivate let reader: Reader

  /// Opens the file at `path` and verifies its checksum.
  ///
  /// - Throws: `Fault` of kind `.noInput` where there is no file, `.data` where it was not written by a stage,
  ///   `.inputOutput` where it is damaged.
  package init(_ path: String) throws {
    let reader = try Reader(path, expected: nil)
    (self.path, self.reader, schema) = (path, reader, reader.seal.schema)
    digest = try Inconsistency.reported(path) { try reader.text("content_digest") }
  }

  /// The command that wrote it; nil in a reproducible file, which does not say.
  ///
  /// - Throws: `Fault` of kind `.data` where it is no text.
  package func command() throws -> String? {
    try Inconsistency.reported(path) { try reader.has("command_line", false) ? reader.text("command_line") : nil }
  }
}

/// An artifact that lists its values once, in one order, for reading, writing and the digest.
protocol StoredArtifact: Artifact {
  init()
  /// Incremented when the layout changes.
  static var version: Int { get }
  /// The oldest version that is still read; nil for the current one alone.
  static var oldestVersion: Int? { get }
  /// Hands every value and its name to the archive, in the file's order.
  mutating func exchange(with archive: some Archive) throws
  /// Throws an `Inconsistency` if values contradict each other or are out of range.
  func validate() throws
}

extension StoredArtifact {
  static var oldestVersion: Int? { nil }
  static var seal: Seal { Seal(schema: schema, version: version, oldestVersion: oldestVersion) }

  /// The implementation of `read`. The content is compared with the file's digest, unless another program made both.
  static func load(_ file: ArtifactFile, verifyingDigest: Bool = true) throws -> Self {
    try Inconsistency.reported(file.path) {
      try file.reader.check(seal)
      file.reader.beginDigest()
      var value = Self()
      try value.exchange(with: file.reader)
      try value.validate()
      if verifyingDigest { try file.reader.verifyDigest() }
      return value
    }
  }

  /// The implementation of `write`. A value that `validate` refuses is an `.internalError`, and no file is begun.
  func store(to path: String, provenance: Provenance) throws {
    do { try validate() } catch let inconsistency as Inconsistency {
      throw Fault(.internalError, path, "not written, because \(inconsistency.reason)")
    }
    try Writer.write(Self.seal, to: path, provenance: provenance) { writer in
      var value = self
      try value.exchange(with: writer)
    }
  }
}
