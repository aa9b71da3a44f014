// The files between the stages: one noun a file, written once and whole.
import Faults
import Files

/// A file between two stages.
package protocol Artifact {
  /// The noun in the file's `schema` attribute.
  static var schema: String { get }
  /// Reads the file; refuses one of another schema or version, incomplete, damaged or with values that are not finite.
  static func read(_ path: String) throws -> Self
  /// Writes the file under a temporary name beside `path` and renames it when it is whole and on disk.
  func write(to path: String, provenance: Provenance) throws
}

/// An artifact that tells its layout once, for both directions.
protocol StoredArtifact: Artifact {
  init()
  /// Raised when the layout changes.
  static var version: Int { get }
  /// Names every value to the archive, in the file's order.
  mutating func exchange(with archive: some Archive) throws
  /// Throws an `Inconsistency` where values contradict each other or are out of range.
  func validate() throws
}

extension StoredArtifact {
  static var seal: Seal { Seal(schema: schema, version: version) }

  /// What `read` does.
  static func load(_ path: String) throws -> Self {
    try Inconsistency.reported(path) {
      let reader = try Reader(path, expected: seal)
      var noun = Self()
      try noun.exchange(with: reader)
      try noun.validate()
      try reader.verifyDigest()
      return noun
    }
  }

  /// What `write` does. A noun that contradicts itself is refused (`.internalError`) before a file is begun.
  func store(to path: String, provenance: Provenance) throws {
    do { try validate() } catch let inconsistency as Inconsistency {
      throw Fault(.internalError, path, "not written, since \(inconsistency.reason)")
    }
    try Writer.write(Self.seal, to: path, provenance: provenance) { writer in
      var noun = self
      try noun.exchange(with: writer)
    }
  }
}

/// The content digest that a file carries: what the file is, whatever its provenance says.
///
/// Checks the file's checksum and reads one attribute. Throws where `path` is none of the stages' files, or damaged.
package func contentDigest(ofArtifact path: String) throws -> String {
  try Inconsistency.reported(path) { try Reader(path, expected: nil).text("content_digest") }
}

/// The noun of a file: the `schema` of its artifact type, such as `adapter`.
///
/// Checks the file's checksum. Throws where `path` is none of the stages' files, or damaged.
package func schema(ofArtifact path: String) throws -> String { try Seal.verify(MappedFile(path)).schema }
