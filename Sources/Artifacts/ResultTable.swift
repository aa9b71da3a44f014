// The artifact of `evaluate` and `shift-test`: one value per method, data set and metric, with its interval.

/// Results, one row each, in the order in which they are shown.
package struct ResultTable: Equatable, Sendable {
  /// The stage whose results they are.
  package enum Kind: String, Sendable, CaseIterable {
    /// The methods compared on the data that they were trained for.
    case evaluation
    /// The same under shift, and the detection of shift.
    case shift
    /// The answers to new texts.
    case decisions
    /// What clients have gained by exchanging their adapters.
    case collaboration
    /// The methods compared on texts that they have written.
    case answers
  }

  /// One result.
  package struct Row: Equatable, Sendable {
    /// As in `swag`.
    package var method: String
    /// As in `openbookqa`.
    package var dataset: String
    /// As in `ece`.
    package var metric: String
    /// The result; NaN if it is undefined, with the reason.
    package var value: Double
    /// The lower end of its interval; NaN if it has none.
    package var low: Double
    /// The upper end of its interval; NaN if it has none.
    package var high: Double
    /// The number of examples that it is computed from.
    package var n: Int
    /// Why the value is undefined; empty if it is defined.
    package var reason: String

    /// A result with these values; an undefined value needs a reason.
    package init(
      method: String, dataset: String, metric: String, value: Double, low: Double = .nan, high: Double = .nan, n: Int,
      reason: String = ""
    ) {
      (self.method, self.dataset, self.metric) = (method, dataset, metric)
      (self.value, self.low, self.high, self.n, self.reason) = (value, low, high, n, reason)
    }

    /// Equal texts and equal bits.
    package static func == (one: Row, other: Row) -> Bool {
      (one.method, one.dataset, one.metric, one.reason, one.n)
        == (other.method, other.dataset, other.metric, other.reason, other.n)
        && [one.value, one.low, one.high].map(\.bitPattern) == [other.value, other.low, other.high].map(\.bitPattern)
    }
  }

  /// The stage whose results they are.
  package var kind = Kind.evaluation
  /// All settings of the stage, as canonical JSON.
  package var settings = "{}"
  /// The results.
  package var rows: [Row] = []

  /// An empty table, to be filled in.
  package init() {}
}

extension ResultTable: StoredArtifact {
  /// The kind of artifact, as in the file's first line and its `schema` attribute.
  package static var schema: String { "result-table" }
  static var version: Int { 1 }
  /// Reads the file and checks everything that it says.
  package static func read(_ file: ArtifactFile) throws -> ResultTable { try load(file) }
  /// Writes the file, whole or not at all.
  package func write(to path: String, provenance: Provenance) throws { try store(to: path, provenance: provenance) }

  mutating func exchange(with archive: some Archive) throws {
    try archive.named("kind", &kind)
    try archive.text("settings", &settings)
    var methods = rows.map(\.method)
    try archive.texts("method", &methods, Axis("row"), "method")
    let row = Axis("row", methods.count)
    var (datasets, metrics, reasons) = (rows.map(\.dataset), rows.map(\.metric), rows.map(\.reason))
    try archive.texts("dataset", &datasets, row, "data set")
    try archive.texts("metric", &metrics, row, "metric")
    var (values, lows, highs, counts) = (rows.map(\.value), rows.map(\.low), rows.map(\.high), rows.map(\.n))
    try archive.numbers("value", &values, [row], "result, NaN where it is not defined")
    try archive.numbers("low", &lows, [row], "lower end of its interval, NaN where it has none")
    try archive.numbers("high", &highs, [row], "upper end of its interval, NaN where it has none")
    try archive.numbers("n", &counts, [row], "number of examples")
    try archive.texts("reason", &reasons, row, "why the value is not defined")
    rows = methods.indices.map {
      Row(
        method: methods[$0], dataset: datasets[$0], metric: metrics[$0], value: values[$0], low: lows[$0],
        high: highs[$0], n: counts[$0], reason: reasons[$0])
    }
  }

  func validate() throws {
    for row in rows {
      let name = "\(row.metric) of \(row.method) on \(row.dataset)"
      try require(![row.value, row.low, row.high].contains { $0.isInfinite }, "the \(name) is infinite")
      try require(
        row.value.isNaN == !row.reason.isEmpty, "the \(name) is \(row.value) with the reason \"\(row.reason)\"")
      try require(row.low.isNaN == row.high.isNaN && !(row.low > row.high), "the interval of \(name) is invalid")
      try require(row.n >= 0, "the \(name) is computed from \(row.n) examples")
    }
  }
}
