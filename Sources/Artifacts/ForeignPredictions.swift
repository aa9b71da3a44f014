// Predictions that another program made. Their file has only what such a program knows, so that a few lines of Python can
// write it (see README): no digests of a base or of tokens, no cost, and no digest of the content.
import Foundation

/// Log-probabilities of one method for some examples: [example, choice].
package struct ForeignPredictions: Equatable, Sendable {
  /// The method's name.
  package var method = ""
  /// The data set of the examples; empty if it is not said.
  package var dataset = ""
  /// [example] Row ids, which name the examples of the other methods' files.
  package var rowIDs: [String] = []
  /// [example] calibration or test; empty if the ids say it.
  package var splits: [TokenizedSet.Split] = []
  /// [example] The right choice; -1 where it is not said.
  package var labels: [Int32] = []
  /// The largest number of choices of any example.
  package var choices = 0
  /// [example, choice] Natural logarithms; minus infinity beyond an example's own choices.
  package var logProbabilities: [Float] = []
  /// [example] Where a row was read, for messages; empty if the file does not have lines.
  package var lines: [Int] = []
  /// What a reader of the table must know.
  package var warnings: [String] = []

  /// Empty predictions, to be filled in.
  package init() {}
  /// The number of examples.
  package var count: Int { rowIDs.count }
}

extension ForeignPredictions: StoredArtifact {
  /// The kind of artifact, as in the file's first line and its `schema` attribute.
  package static var schema: String { "foreign-predictions" }
  static var version: Int { 1 }
  /// Writes the file, whole or not at all.
  package func write(to path: String, provenance: Provenance) throws { try store(to: path, provenance: provenance) }

  /// Reads the file and checks everything that it says. The digest is taken as it is: only the checksum of the first line
  /// covers the content.
  package static func read(_ file: ArtifactFile) throws -> ForeignPredictions {
    try load(file, verifyingDigest: false)
  }

  mutating func exchange(with archive: some Archive) throws {
    try archive.text("method", &method)
    if try archive.has("dataset", !dataset.isEmpty) { try archive.text("dataset", &dataset) }
    try archive.texts("row_ids", &rowIDs, Axis("example"), "ids of the examples")
    let example = Axis("example", count)
    try archive.coded("splits", &splits, [example], "1 calibration, 2 test")
    try archive.numbers("labels", &labels, [example], "index of the right choice, -1 where unknown")
    try archive.numbers(
      "log_probabilities", &logProbabilities, [example, Axis("choice")],
      "natural logarithms; -inf beyond an example's own choices", units: "nats")
    choices = count == 0 ? 0 : logProbabilities.count / count
  }

  func validate() throws {
    try require(!method.isEmpty, "the name of the method is empty")
    try require(count > 0 && choices > 0, "it has \(count) examples of \(choices) choices")
    try requireUnique(rowIDs, splits)
    for row in 0..<count {
      let values = logProbabilities[row * choices..<(row + 1) * choices]
      let own = values.prefix { $0 != -.infinity }
      try require(
        !own.isEmpty && own.allSatisfy(\.isFinite) && values.dropFirst(own.count).allSatisfy { $0 == -.infinity },
        "the log-probabilities of example \(rowIDs[row]) are not finite")
      let total = own.reduce(0) { $0 + exp(Double($1)) }
      try require(abs(total - 1) <= 1e-3, "probabilities of example \(rowIDs[row]) sum to \(total)")
      try require(
        (-1..<Int32(own.count)).contains(labels[row]),
        "example \(rowIDs[row]) has the label \(labels[row]), beyond its \(own.count) choices")
    }
  }
}
