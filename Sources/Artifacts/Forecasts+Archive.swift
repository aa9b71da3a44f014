// The file layout of forecasts: attributes, the classes' names and two float32 matrices, which readers map.
import Faults
import Files

/// The forecasts of one shard, mapped read-only.
///
/// Unchecked, because it holds pointers into the mapping; nothing is written after `init`, and `mapping` keeps them valid.
package final class Forecasts: @unchecked Sendable {
  /// The path of the file, for messages.
  package let path: String
  /// SHA-256 over the header and the matrices.
  package let digest: String
  /// What the forecasts are of.
  package let header: ForecastHeader
  private let mapping: MappedFile
  /// Nil in a shard without rows.
  private let logProbabilities: UnsafePointer<Float>?
  private let uncertainty: UnsafePointer<Float>?

  static let seal = Seal(schema: "forecasts", version: 1)
  private static let measures = ForecastRows.Measure.allCases.count

  /// Maps `path`; rejects a file that is damaged or has no forecasts. Reads every byte once, for the checksum.
  package init(mapping path: String) throws {
    let reader = try Reader(path, expected: Self.seal)
    (self.path, mapping) = (path, reader.mapping)
    (digest, header, logProbabilities, uncertainty) = try Inconsistency.reported(path) {
      var header = ForecastHeader()
      try header.exchange(with: reader)
      try header.validate()
      func matrix(_ name: String, width: Int) throws -> UnsafePointer<Float>? {
        if header.ownRows == 0 { return nil }
        let (shape, values) = try reader.locate(name)
        guard case .float32(let numbers) = values, shape == [header.ownRows, width] else {
          throw Inconsistency("\(name) is not a float32 matrix of \(header.ownRows) rows and \(width) columns")
        }
        return numbers
      }
      return (
        try reader.text("content_digest"), header, try matrix("log_probabilities", width: header.choices),
        try matrix("uncertainty", width: Self.measures)
      )
    }
  }

  /// The forecasts of the shard's own block `index`, counted from 0 among its own.
  ///
  /// - Throws: `Fault` of kind `.data` for a row that is no distribution, or whose uncertainty is not finite.
  package func rows(ofOwnBlock index: Int) throws -> ForecastRows {
    let block = header.rows(ofBlock: header.block(ofShard: index))
    let (first, count) = (index * header.blockRows, block.count)
    func values(_ matrix: UnsafePointer<Float>?, width: Int) -> [Float] {
      withExtendedLifetime(mapping) {
        Array(UnsafeBufferPointer(start: matrix.map { $0 + first * width }, count: count * width))
      }
    }
    let rows = ForecastRows(
      choices: header.choices, logProbabilities: values(logProbabilities, width: header.choices),
      uncertainty: values(uncertainty, width: Self.measures))
    try Inconsistency.reported(path) { try rows.validate(firstRow: block.lowerBound) }
    return rows
  }

  /// Writes a shard; `logProbabilities` is [row, choice] and `uncertainty` [row, measure], of the shard's own rows.
  ///
  /// Throws if it cannot be written.
  package static func write(
    to path: String, _ header: ForecastHeader, logProbabilities: UnsafeBufferPointer<Float>,
    uncertainty: UnsafeBufferPointer<Float>, provenance: Provenance
  ) throws {
    try Writer.write(seal, to: path, provenance: provenance, alignment: Reader.alignment) { writer in
      var header = header
      try header.exchange(with: writer)
      let row = Axis("row", header.ownRows)
      try writer.numbers(
        "log_probabilities", logProbabilities, [row, Axis("choice", header.choices)],
        "natural logarithms of the mixture, before a temperature; -inf beyond a row's own choices", units: "nats",
        storage: .contiguous)
      try writer.numbers(
        "uncertainty", uncertainty, [row, Axis("measure", measures)],
        "total, aleatoric and epistemic in nats; the share of draws with another answer", units: "",
        storage: .contiguous)
    }
  }
}

extension ForecastHeader {
  mutating func exchange(with archive: some Archive) throws {
    try archive.text("method", &method)
    try archive.text("dataset", &dataset)
    try archive.text("base_digest", &baseDigest)
    try archive.text("tokens_digest", &tokensDigest)
    try archive.text("texts_digest", &textsDigest)
    try archive.text("reading", &reading)
    try archive.text("settings", &settings)
    try archive.integer("groups", &groups)
    try archive.integer("samples", &samples)
    try archive.integer("rows", &rows)
    try archive.integer("block_rows", &blockRows)
    try archive.integer("shard", &shard)
    try archive.integer("shards", &shards)
    try archive.integer("choices", &choices)
    try archive.integer("truncated", &truncated)
    try archive.texts("class_names", &classNames, Axis("class"), "names of the classes")
  }

  func validate() throws {
    try require(groups >= 1 && samples >= 1, "it has \(groups) groups of \(samples) samples")
    try require(rows >= 1 && blockRows >= 1, "it has \(rows) rows in blocks of \(blockRows)")
    try require(shards >= 1 && (0..<shards).contains(shard), "it claims to be shard \(shard) of \(shards)")
    try require(choices >= 2, "it has \(choices) choices")
    try require(
      classNames.isEmpty || classNames.count == choices, "it has \(classNames.count) class names, expected \(choices)")
  }
}

extension ForecastRows {
  /// Throws an `Inconsistency` unless every row is a distribution with finite measures.
  ///
  /// - Parameter firstRow: the first row's position in the file of new texts, for the message.
  func validate(firstRow: Int) throws {
    for row in 0..<count {
      let values = logProbabilities[row * choices..<(row + 1) * choices]
      let own = values.prefix { $0.isFinite }
      try require(
        own.count >= 2 && values.dropFirst(own.count).allSatisfy { $0 == -.infinity },
        "row \(firstRow + row + 1) has a log-probability that is not finite")
      try require(own.allSatisfy { $0 <= 1e-3 }, "row \(firstRow + row + 1) has a probability above 1")
      try require(
        Measure.allCases.allSatisfy { value($0, row).isFinite }, "row \(firstRow + row + 1) has no finite uncertainty")
    }
  }
}
