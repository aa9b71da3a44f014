// The archive that reads.
import Faults
import Files
import HDF5

/// Reads an artifact's values from a file whose seal, schema, version and completeness have been checked.
final class Reader: Archive {
  /// The file, mapped.
  let mapping: MappedFile
  /// The content of its first line.
  let seal: Seal
  var version: Int { seal.version }
  let file: File
  private var digest: ContentDigest

  /// Opens `path`, which must be an artifact of the kind `expected`; nil accepts any kind.
  init(_ path: String, expected: Seal?) throws {
    let mapping = try MappedFile(path)
    let seal = try Seal.verify(mapping)
    if let expected { try seal.check(path, against: expected) }
    (self.mapping, self.seal, digest) = (mapping, seal, ContentDigest(seal))
    file = try FileInHand.with(path) { try File.open(path, image: mapping.bytes) }
    guard try file.attribute("schema") == .text(seal.schema), try file.attribute("complete") == .integer(1) else {
      throw Fault(.data, path, "is not complete", hint: Seal.remake)
    }
  }

  /// Throws unless the file is of the kind and version that `expected` says.
  func check(_ expected: Seal) throws { try seal.check(mapping.path, against: expected) }

  /// Starts the digest over, before the first value is read.
  func beginDigest() { digest = ContentDigest(seal) }

  /// Throws unless the digest of the values that were read is the file's.
  func verifyDigest() throws {
    guard digest.hexDigest == (try text("content_digest")) else {
      throw ContentDigest.mismatch(mapping.path)
    }
  }

  /// The text attribute of that name.
  func text(_ name: String) throws -> String {
    guard case .text(let text)? = try file.attribute(name) else {
      throw Inconsistency("text attribute \(name) is missing")
    }
    return text
  }

  func text(_ name: String, _ value: inout String) throws {
    value = try text(name)
    digest.add(name, value)
  }

  func integer(_ name: String, _ value: inout Int) throws {
    guard case .integer(let number)? = try file.attribute(name) else {
      throw Inconsistency("integer attribute \(name) is missing")
    }
    value = number
    digest.add(name, value)
  }

  func real(_ name: String, _ value: inout Double) throws {
    guard case .real(let number)? = try file.attribute(name) else {
      throw Inconsistency("real attribute \(name) is missing")
    }
    value = number
    digest.add(name, value)
  }

  func numbers<Number: Element>(
    _ name: String, _ values: inout [Number], _ axes: [Axis], _ longName: String, units: String, storage: Storage
  ) throws {
    let shape: [Int]
    (shape, values) = try file.read(name)
    let fits = shape.count == axes.count && zip(shape, axes).allSatisfy { $1.size == nil || $0 == $1.size }
    try require(fits, "\(name) has the shape \(shape), expected \(axes.map { $0.size.map(String.init) ?? $0.name })")
    values.withUnsafeBufferPointer { digest.add(name, shape, $0) }
  }

  func texts(_ name: String, _ values: inout [String], _ axis: Axis, _ longName: String) throws {
    values = try file.readTexts(name)
    try require(
      axis.size == nil || values.count == axis.size, "\(name) has \(values.count) texts, expected \(axis.size ?? 0)")
    digest.add(name, values)
  }

  func has(_ name: String, _ isPresent: Bool) throws -> Bool {
    try file.contains(name) || file.attributeNames().contains(name)
  }

  func group(_ name: String) throws {}

  func measurement(_ name: String, _ value: inout Double?) throws {
    guard let stored = try file.attribute(name) else { return value = nil }
    guard case .real(let number) = stored else { throw Inconsistency("\(name) is not a real number") }
    value = number
  }

  func measurement(_ name: String, _ value: inout Int?) throws {
    guard let stored = try file.attribute(name) else { return value = nil }
    guard case .integer(let number) = stored else { throw Inconsistency("\(name) is not an integer") }
    value = number
  }
}
