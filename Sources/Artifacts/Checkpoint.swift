// The saved state of a long stage, so that an interrupted run resumes and ends with the same bytes as an uninterrupted
// one.
import HDF5

/// The state of an unfinished stage, as named values. All of them are restored bit for bit, including NaN and infinity.
///
/// Names must not be empty or contain `/`.
package struct Checkpoint: Equatable, Sendable {
  /// What the state belongs to, as canonical JSON: a run with other settings must not resume from it.
  package var settings = "{}"
  /// Integers: the step, the epoch, ...
  package var integers: [String: Int] = [:]
  /// Lists of float64 values: sums, histories, ...
  package var reals: [String: [Double]] = [:]
  /// Lists of float32 values: parameters, the optimizer's moments, ...
  package var vectors: [String: [Float]] = [:]

  /// An empty state, to be filled in.
  package init() {}
  /// An empty state of the computation that `settings` describe.
  package init(settings: String) { self.settings = settings }
}

extension Checkpoint: StoredArtifact {
  /// The kind of artifact, as in the file's first line and its `schema` attribute.
  package static var schema: String { "checkpoint" }
  static var version: Int { 1 }
  /// Reads the file and checks everything that it says.
  package static func read(_ file: ArtifactFile) throws -> Checkpoint { try load(file) }
  /// Writes the file, whole or not at all.
  package func write(to path: String, provenance: Provenance) throws { try store(to: path, provenance: provenance) }

  mutating func exchange(with archive: some Archive) throws {
    try archive.text("settings", &settings)
    var names = integers.keys.sorted()
    try archive.texts("integer_names", &names, Axis("integer"), "names of the integers")
    var values = names.map { integers[$0] ?? 0 }
    try archive.numbers("integers", &values, [Axis("integer", names.count)], "whole numbers")
    integers = Dictionary(zip(names, values)) { first, _ in first }
    try exchange(&reals, "reals", with: archive)
    try exchange(&vectors, "vectors", with: archive)
  }

  private func exchange<Number: Element & BinaryFloatingPoint>(
    _ lists: inout [String: [Number]], _ group: String, with archive: some Archive
  ) throws {
    var names = lists.keys.sorted()
    try archive.texts("\(group)_names", &names, Axis("name"), "names of the datasets in \(group)")
    try archive.group(group)
    for name in names {
      try Self.check(name)
      try archive.numbers(
        "\(group)/\(name)", &lists[name, default: []], [Axis("element")], "", units: "", storage: .checked)
    }
  }

  private static func check(_ name: String) throws {
    try require(!name.isEmpty && name != "." && !name.contains("/"), "\"\(name)\" is not a valid name of a dataset")
  }

  func validate() throws { for name in Array(reals.keys) + vectors.keys { try Self.check(name) } }
}
