// A user's own texts, row by row: CSV, TSV, semicolons or JSON Lines, gzipped or not, in any encoding. Only one row is in
// memory, so a file may have any size.
import Faults
import Files
import JSON

/// Reads a file of texts, with labels or without, from its first row to its last.
///
/// Delimiter, encoding and columns are found in the first rows, or told by `TextOptions`:
///
///     let rows = try TextRows("new.csv", options)
///     while let row = try rows.next() { ... row.texts, row.label, row.fields ... }
package final class TextRows {
  /// One row.
  package struct Row: Equatable, Sendable {
    /// Its number, from 1; a header is not counted.
    package let number: Int
    /// Where it was read, for messages: the file and the line on which it begins, as in `new.csv:17`.
    package let location: String
    /// Its id as written; nil if the file has none, or the cell is empty.
    package let id: String?
    /// The text, or the two texts of a pair.
    package let texts: [String]
    /// The label as `TextClasses` names it; nil if there is none.
    package let label: String?
    /// [column] All fields as they are in the file. A member of JSON that is not a string is its JSON text; one that is
    /// missing or null is empty.
    package let fields: [String]
  }

  /// How the rows are written.
  package enum Layout: Equatable, Sendable {
    case jsonLines
    /// A table with a header and this character between the fields.
    case table(delimiter: Character)
  }

  /// The file's path as the user wrote it.
  package let path: String
  /// How the rows are written.
  package let layout: Layout
  /// The columns: those of the header, or the members of the first row of JSON Lines.
  package let columns: TextColumns
  private let told: TextOptions
  private let nextRow: () throws -> Row?

  /// Opens a file of any size.
  /// - Throws: `Fault.noInput`, `.inputOutput`; `.data` for a file that is not text, an unknown layout, a missing or
  ///   ambiguous column.
  package convenience init(_ path: String, _ told: TextOptions = TextOptions()) throws {
    let stream = try TextStream(path, told.encoding)
    try self.init(
      TextPieces(
        path: path, validity: told.replacesInvalidText ? .replaced : .required, offset: stream.offset, more: stream.next
      ),
      beginning: stream.beginning, told)
  }

  /// Reads a text that is in memory.
  convenience init(_ source: SourceText, _ told: TextOptions) throws {
    try self.init(source.pieces, beginning: source.bytes.prefix(TextStream.beginningSize), told)
  }

  /// The next row; nil at the end.
  /// - Throws: `Fault.data` at a row that cannot be read: too few or too many fields, text that is not UTF-8, a stray
  ///   quote, a member that is missing or of the wrong type.
  package func next() throws -> Row? { try nextRow() }

  private init(_ pieces: TextPieces, beginning: some Collection<UInt8>, _ told: TextOptions) throws {
    (path, self.told) = (pieces.path, told)
    layout = try Layout(beginning: Array(beginning), path: pieces.path, told)
    switch layout {
    case .jsonLines:
      var reader = TextLines(Records(.lines, of: pieces), path: pieces.path, told)
      var first = try reader.next()
      guard let columns = reader.columns else { throw Fault(.data, pieces.path, "no rows, expected at least one text") }
      self.columns = columns
      nextRow = {
        if let row = first {
          first = nil
          return row
        }
        return try reader.next()
      }
    case .table(let delimiter):
      var table = try TextTable(QuotedRows(pieces, delimiter: delimiter.asciiValue!), path: pieces.path, told)
      columns = table.columns
      nextRow = { try table.next() }
    }
  }
}

/// The rows of a table with a header.
private struct TextTable {
  private var rows: QuotedRows
  private let path: String
  let columns: TextColumns
  private var number = 0

  init(_ rows: QuotedRows, path: String, _ told: TextOptions) throws {
    (self.rows, self.path) = (rows, path)
    let header = try self.rows.next()?.fields ?? []
    try Table.checkNames(header, path: path)
    columns = try TextColumns(header, told, at: "\(path):1")
  }

  mutating func next() throws -> TextRows.Row? {
    guard let row = try rows.next() else { return nil }
    try Table.check(row, columns: columns.names, path: path)
    number += 1
    func text(_ columns: [Int]) -> String { columns.map { row.fields[$0] }.joined(separator: " ") }
    let id = columns.id.map { row.fields[$0] } ?? ""
    return TextRows.Row(
      number: number, location: "\(path):\(row.number)", id: id.isEmpty ? nil : id,
      texts: [text(columns.text)] + (columns.secondText.map { [row.fields[$0]] } ?? []),
      label: columns.label.flatMap { TextClasses.label(row.fields[$0]) }, fields: row.fields)
  }
}

/// The rows of JSON Lines. Members may be missing or in another order from row to row.
private struct TextLines {
  private var records: Records
  private let path: String
  private let told: TextOptions
  /// The members of the first row.
  private(set) var columns: TextColumns?
  private var number = 0

  init(_ records: Records, path: String, _ told: TextOptions) {
    (self.records, self.path, self.told) = (records, path, told)
  }

  mutating func next() throws -> TextRows.Row? {
    guard let record = try nextLine() else { return nil }
    let location = "\(path):\(record.line)"
    let row = JSON.Node(
      try JSON.parse(String(decoding: record.bytes, as: UTF8.self), subject: location), subject: location)
    let members = try row.members()
    let names = members.map(\.name)
    let found = names == columns?.names ? columns! : try TextColumns(names, told, at: location)
    columns = columns ?? found
    number += 1
    func node(_ column: Int) throws -> JSON.Node { try row.member(names[column]) }
    let label = try found.label.flatMap { try writtenLabel(node($0)) }
    return TextRows.Row(
      number: number, location: location, id: try found.id.flatMap { try written(node($0).value) },
      texts: [try found.text.map { try node($0).string() }.joined(separator: " ")]
        + (try found.secondText.map { [try node($0).string()] } ?? []),
      label: label.flatMap(TextClasses.label), fields: try columns!.names.map { try written(members[$0]) ?? "" })
  }

  /// The next line with text. Blank lines are allowed only at the end.
  private mutating func nextLine() throws -> Records.Record? {
    var blank: Int?
    while let record = try records.next() {
      if record.bytes.allSatisfy({ $0 == 0x20 || $0 == 0x09 }) {
        blank = blank ?? record.line
        continue
      }
      if let blank { throw Fault(.data, "\(path):\(blank)", "a blank line between rows", hint: "remove it") }
      return record
    }
    return nil
  }

  /// The text of a scalar, the JSON of anything else; nil for a member that is missing, null or "".
  private func written(_ value: JSON?) throws -> String? {
    switch value {
    case nil, .null?: nil
    case .string(let text)?: text.isEmpty ? nil : text
    case let value?: try value.encode()
    }
  }

  private func writtenLabel(_ label: JSON.Node) throws -> String? {
    switch label.value {
    case .array, .object:
      guard told.takesStructuredLabels else { throw label.mismatch("one label: a string, a number or a boolean") }
      return try label.value.encode()
    default: return try written(label.value)
    }
  }
}
