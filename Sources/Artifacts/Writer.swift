// The archive that writes.
import Faults
import Files
import Foundation
import HDF5

/// Writes an artifact's values into a new file.
final class Writer: Archive {
  private let seal: Seal
  var version: Int { seal.version }
  private let path: String
  private let provenance: Provenance
  private var file: File?
  private var digest: ContentDigest

  /// Writes a complete file: `body` passes the values. Nothing appears at `path` until all of it is on disk.
  static func write(
    _ seal: Seal, to path: String, provenance: Provenance, alignment: Int = 1, _ body: (Writer) throws -> Void
  ) throws {
    try AtomicFile.write(to: path) { temporary in
      let file = try File.create(temporary, userBlock: Seal.length, alignment: alignment)
      let writer = Writer(seal, temporary, provenance, file)
      try writer.writeProvenance()
      try body(writer)
      try writer.finish()
    }
  }

  private init(_ seal: Seal, _ path: String, _ provenance: Provenance, _ file: consuming File) {
    (self.seal, self.path, self.provenance) = (seal, path, provenance)
    self.file = consume file
    digest = ContentDigest(seal)
  }

  private func writeProvenance() throws {
    try set("schema", .text(seal.schema))
    try set("schema_version", .integer(seal.version))
    try set("producer", .text(provenance.producer))
    try set("producer_version", .text(provenance.version))
    // In the format of sha256sum. A reproducible file has no paths, since they differ between folders.
    let lines = provenance.inputs.map { provenance.reproducible ? $0.digest : "\($0.digest)  \($0.path)" }
    try set("inputs", .text(lines.joined(separator: "\n")))
    guard !provenance.reproducible else { return }
    try set("created_utc", .text(Date().formatted(.iso8601)))
    try set("host", .text(ProcessInfo.processInfo.hostName))
    try set("command_line", .text(provenance.commandLine))
  }

  private func finish() throws {
    try set("content_digest", .text(digest.hexDigest))
    try set("complete", .integer(1))
    try file.take()?.close()
    try seal.close(path)
  }

  private func set(_ name: String, _ value: AttributeValue) throws { try file?.setAttribute(name, value) }

  func text(_ name: String, _ value: inout String) throws {
    digest.add(name, value)
    try set(name, .text(value))
  }

  func integer(_ name: String, _ value: inout Int) throws {
    digest.add(name, value)
    try set(name, .integer(value))
  }

  func real(_ name: String, _ value: inout Double) throws {
    digest.add(name, value)
    try set(name, .real(value))
  }

  func numbers<Number: Element>(
    _ name: String, _ values: inout [Number], _ axes: [Axis], _ longName: String, units: String, storage: Storage
  ) throws {
    try values.withUnsafeBufferPointer {
      try numbers(name, $0, axes, longName, units: units, storage: storage)
    }
  }

  /// The same for numbers in memory of the caller's, such as a mapped file.
  func numbers<Number: Element>(
    _ name: String, _ values: UnsafeBufferPointer<Number>, _ axes: [Axis], _ longName: String, units: String,
    storage: Storage
  ) throws {
    // The one axis without a size of its own gets the remaining factor.
    let known = axes.reduce(1) { $0 * ($1.size ?? 1) }
    let shape = axes.map { $0.size ?? (known == 0 ? 0 : values.count / known) }
    let names = axes.map(\.name).filter { !$0.isEmpty }.joined(separator: ", ")
    digest.add(name, shape, values)
    try file?.write(
      values, to: name, shape: shape, storage: storage,
      attributes: [("long_name", longName), ("units", units), ("axes", names)])
  }

  func texts(_ name: String, _ values: inout [String], _ axis: Axis, _ longName: String) throws {
    precondition(axis.size == nil || axis.size == values.count, "\(values.count) texts for \(name)")
    digest.add(name, values)
    try file?.write(values, to: name, attributes: [("long_name", longName), ("axes", axis.name)])
  }

  func has(_ name: String, _ isPresent: Bool) -> Bool { isPresent }

  func group(_ name: String) throws { try file?.createGroup(name) }

  func measurement(_ name: String, _ value: inout Double?) throws {
    if let value, !provenance.reproducible { try set(name, .real(value)) }
  }

  func measurement(_ name: String, _ value: inout Int?) throws {
    if let value, !provenance.reproducible { try set(name, .integer(value)) }
  }
}
