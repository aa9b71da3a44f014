// All shards of the forecasts for one file of new texts, read as if they were one file.
import Faults

/// The forecasts for a whole file of new texts.
package struct ForecastShards: Sendable {
  /// What the shards have in common; `shard` is 0, and `truncated` counts the texts of all shards.
  package let header: ForecastHeader
  /// [shard]
  private let files: [Forecasts]

  /// The shards `files`, in any order.
  ///
  /// - Throws: `Fault` of kind `.data` where a shard is missing or there twice, or where two are of different runs.
  package init(_ files: [Forecasts]) throws {
    guard let first = files.first else { throw Fault(.usage, setting: "forecasts", "no file is given") }
    func common(_ header: ForecastHeader) -> ForecastHeader {
      var header = header
      (header.shard, header.truncated) = (0, 0)
      return header
    }
    var header = common(first.header)
    for file in files where common(file.header) != header {
      throw Fault(
        .data, file.path, "it is not of the same run and texts as \(first.path)", hint: "make all shards again")
    }
    let sorted = files.sorted { $0.header.shard < $1.header.shard }
    guard sorted.map(\.header.shard) == Array(0..<header.shards) else {
      throw Fault(
        .data, first.path, "found \(files.count) shards, expected each of 1 to \(header.shards) once",
        hint: "give the forecasts of all shards")
    }
    header.truncated = files.reduce(0) { $0 + $1.header.truncated }
    (self.header, self.files) = (header, sorted)
  }

  /// The forecasts of block `index` of the file.
  ///
  /// - Throws: `Fault` of kind `.data` for a row that is no distribution.
  package func rows(ofBlock index: Int) throws -> ForecastRows {
    let (own, shard) = index.quotientAndRemainder(dividingBy: header.shards)
    return try files[shard].rows(ofOwnBlock: own)
  }
}
