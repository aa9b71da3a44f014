// The files between the stages: one noun a file, written once and whole.
import Faults

/// A file between two stages.
public protocol Artifact {
  /// The noun in the file's `schema` attribute.
  static var schema: String { get }
  /// Reads the file; refuses one of another schema or version, incomplete, damaged or with values that are not finite.
  static func read(_ path: String) throws -> Self
  /// Writes the file under a temporary name beside `path` and renames it when it is whole and on disk.
  func write(to path: String, provenance: Provenance) throws
}

extension TokenizedSet: Artifact {
  public static var schema: String { "tokenized-set" }
  public static func read(_ path: String) throws -> TokenizedSet { fatalError("not written yet") }
  public func write(to path: String, provenance: Provenance) throws { fatalError("not written yet") }
}
extension Adapter: Artifact {
  public static var schema: String { "adapter" }
  public static func read(_ path: String) throws -> Adapter { fatalError("not written yet") }
  public func write(to path: String, provenance: Provenance) throws { fatalError("not written yet") }
}
extension SwagMoments: Artifact {
  public static var schema: String { "swag-moments" }
  public static func read(_ path: String) throws -> SwagMoments { fatalError("not written yet") }
  public func write(to path: String, provenance: Provenance) throws { fatalError("not written yet") }
}
extension Predictions: Artifact {
  public static var schema: String { "predictions" }
  public static func read(_ path: String) throws -> Predictions { fatalError("not written yet") }
  public func write(to path: String, provenance: Provenance) throws { fatalError("not written yet") }
}

/// The content digest that a file carries: what the file is, whatever its provenance says.
///
/// Reads one attribute, so that a later stage can record its inputs without reading them twice.
public func contentDigest(ofArtifact path: String) throws -> String { fatalError("not written yet") }
