// A summary of any artifact for people: who made it, from which inputs, how, and what it contains.
import Faults
import HDF5
import JSON

/// The attributes and datasets of one artifact of any kind.
package struct ArtifactSummary: Sendable {
  /// One array of the file.
  package struct Dataset: Equatable, Sendable {
    /// With its group: `history/epoch`.
    package var name: String
    /// Such as `float32`; `text` for a list of texts.
    package var type: String
    /// Row-major.
    package var shape: [Int]
    /// Its meaning, with its unit; empty if the name is enough.
    package var longName: String
  }

  /// The path of the file.
  package let path: String
  /// The kind of artifact.
  package let schema: String
  /// The version of its layout.
  package let version: Int
  /// The size in bytes.
  package let size: Int
  /// Names and values: first how the file was made, then its content, by name.
  package let attributes: [(name: String, value: String)]
  /// Its arrays, by name.
  package let datasets: [Dataset]

  /// Reads the summary of a file.
  ///
  /// - Throws: `Fault` for a file that is missing, damaged, or not an artifact.
  package init(of path: String) throws { self = try Inconsistency.reported(path) { try Self(reading: path) } }

  private init(reading path: String) throws {
    let reader = try Reader(path, expected: nil)
    (self.path, schema, version) = (path, reader.seal.schema, reader.seal.version)
    size = reader.mapping.bytes.count
    let first = [
      "producer", "producer_version", "created_utc", "host", "command_line", "inputs", "content_digest", "seed",
      "settings",
    ]
    // Already in the first line of the summary, or verified.
    let hidden = ["schema", "schema_version", "complete"]
    let names = try reader.file.attributeNames()
    attributes = try (first.filter(names.contains) + names.filter { !(first + hidden).contains($0) }).map { name in
      switch try reader.file.attribute(name) {
      case .text(let text): (name, text)
      case .integer(let number): (name, String(number))
      case .real(let number): (name, String(number))
      case nil: (name, "")
      }
    }
    datasets = try Self.datasets(reader.file)
  }

  /// The arrays of the root and of its groups. Our files have no nested groups and no object with two names, which
  /// could form a cycle.
  private static func datasets(_ file: borrowing File) throws -> [Dataset] {
    var addresses = Set<UInt64>()
    func members(of group: String) throws -> [(path: String, isGroup: Bool)] {
      try file.members(of: group.isEmpty ? "/" : group).map { member in
        let path = group.isEmpty ? member.name : "\(group)/\(member.name)"
        try require(addresses.insert(member.address).inserted, "\(path) is a second name of another object in the file")
        return (path, member.isGroup)
      }
    }
    var datasets: [Dataset] = []
    for (path, isGroup) in try members(of: "") {
      for (path, isInner) in isGroup ? try members(of: path) : [(path, false)] {
        try require(!isInner, "\(path) is a group inside a group")
        datasets.append(try dataset(path, file))
      }
    }
    return datasets
  }

  private static func dataset(_ path: String, _ file: borrowing File) throws -> Dataset {
    let found = try file.describe(path)
    var longName = ""
    if case .text(let text)? = try file.attribute("long_name", of: path) { longName = text }
    if case .text(let units)? = try file.attribute("units", of: path), units != "1" { longName += " [\(units)]" }
    return Dataset(name: path, type: found.type, shape: found.shape, longName: longName)
  }
}

extension ArtifactSummary: CustomStringConvertible {
  /// A page of text: one line per attribute and dataset, with JSON spread over several lines.
  package var description: String {
    let count = datasets.count == 1 ? "1 dataset" : "\(datasets.count) datasets"
    let named = attributes.filter { !$0.value.isEmpty }.map { ($0.name.printable(), Self.readable($0.value)) }
    let arrays = datasets.map { ($0.name.printable(), "\($0.type) \($0.shape)", $0.longName.printable()) }
    let typeWidth = arrays.map(\.1.count).max() ?? 0
    return """
      \(path.printable()): \(schema.printable()), version \(version), \(size) bytes
      \(Self.table(named))
      \(count)
      \(Self.table(arrays.map { ($0.0, $0.2.isEmpty ? $0.1 : Self.pad($0.1, typeWidth) + "  " + $0.2) }))
      """
  }

  /// Formats settings, which are stored as one line of JSON.
  private static func readable(_ value: String) -> String {
    guard value.hasPrefix("{"), let json = try? JSON.parse(value, subject: ""),
      let pretty = try? json.encode(pretty: true)
    else { return value }
    return pretty
  }

  private static func table(_ rows: [(name: String, value: String)]) -> String {
    let width = rows.map(\.name.count).max() ?? 0
    let indent = String(repeating: " ", count: width + 4)
    return rows.map { name, value in
      "  \(pad(name, width))  " + value.split(separator: "\n").joined(separator: "\n\(indent)")
    }.joined(separator: "\n")
  }

  private static func pad(_ text: String, _ width: Int) -> String {
    text + String(repeating: " ", count: max(0, width - text.count))
  }
}
