// Rows of fields: raw tab-separated lines, where a quote is a character like any other, and quoted tables by RFC 4180,
// where a field may contain line ends, delimiters and doubled quotes. The format decides which of the two a file is.
import Faults

extension SourceText {
  /// One row of a table.
  struct Row: Sendable {
    /// The line on which it begins, from 1.
    let number: Int
    /// Its fields as text.
    let fields: [String]
  }

  /// The rows of a table without quoting: a line is a row, a tab ends a field.
  func tabSeparatedRows() throws -> [Row] {
    try lines().map { line in
      let fields = line.text.utf8.split(separator: 0x09, omittingEmptySubsequences: false)
      return Row(number: line.number, fields: fields.map { String(Substring($0)) })
    }
  }

  /// The rows of a table by RFC 4180, with `delimiter` instead of the comma. A row ends with LF or CRLF; line ends
  /// inside quotes are kept as they are.
  /// - Parameter limit: Stop after this many rows.
  /// - Throws: What `QuotedRows` throws.
  func quotedRows(delimiter: UInt8, limit: Int = .max) throws -> [Row] {
    var reader = QuotedRows(pieces, delimiter: delimiter)
    var rows: [Row] = []
    while rows.count < limit, let row = try reader.next() { rows.append(row) }
    return rows
  }

  /// The whole text as the first and only piece.
  var pieces: TextPieces {
    var rest = bytes
    return TextPieces(path: path, validity: .known) {
      defer { rest = [] }
      return rest
    }
  }
}

/// A table reader by RFC 4180, row by row. It is stricter than most: it throws at anything ambiguous. Only between tabs
/// is a quote inside a field a character like any other, as most programs write it there.
struct QuotedRows {
  private let path: String
  private let delimiter: UInt8
  private var records: Records
  private var blankLine: Int?

  init(_ source: TextPieces, delimiter: UInt8) {
    (path, self.delimiter) = (source.path, delimiter)
    records = Records(.rows(delimiter: delimiter), of: source)
  }

  /// The next row; nil at the end.
  /// - Throws: `Fault.data` at a quote that is not closed or is inside an unquoted field, at text after a closing
  ///   quote, at a blank line between rows, at text that is not UTF-8 and at a row longer than `longestRow`.
  mutating func next() throws -> SourceText.Row? {
    while let record = try records.next() {
      var fields = QuotedFields(record, path: path, delimiter: delimiter)
      let row = SourceText.Row(number: record.line, fields: try fields.all())
      // A pair of quotes is an empty text, not a blank line.
      if record.bytes.isEmpty {
        blankLine = blankLine ?? record.line
        continue
      }
      if let blankLine {
        throw Fault(.data, "\(path):\(blankLine)", "a blank line between rows", hint: "remove it")
      }
      return row
    }
    return nil
  }
}

/// The fields of one row.
private struct QuotedFields {
  private let bytes: ArraySlice<UInt8>
  private let path: String
  private let delimiter: UInt8
  private var position: Int
  private var line: Int

  init(_ record: Records.Record, path: String, delimiter: UInt8) {
    (bytes, line) = (record.bytes, record.line)
    (self.path, self.delimiter, position) = (path, delimiter, record.bytes.startIndex)
  }

  mutating func all() throws -> [String] {
    var fields = [try field()]
    while position < bytes.endIndex {
      position += 1
      fields.append(try field())
    }
    return fields
  }

  private var isAtEnd: Bool { position == bytes.endIndex || bytes[position] == delimiter }

  private func fault(_ line: Int, _ message: String, hint: String = "") -> Fault {
    Fault(.data, "\(path):\(line)", message, hint: hint)
  }

  private mutating func field() throws -> String {
    if position < bytes.endIndex && bytes[position] == UInt8(ascii: "\"") { return try quotedField() }
    let start = position
    while !isAtEnd {
      if bytes[position] == UInt8(ascii: "\"") && delimiter != 0x09 {
        throw fault(
          line, "a quote inside a field that does not begin with one",
          hint: "put the field in quotes and double the quotes inside")
      }
      position += 1
    }
    return String(decoding: bytes[start..<position], as: UTF8.self)
  }

  private mutating func quotedField() throws -> String {
    let opening = line
    var text: [UInt8] = []
    position += 1
    while position < bytes.endIndex {
      let byte = bytes[position]
      if byte == UInt8(ascii: "\"") {
        if position + 1 == bytes.endIndex || bytes[position + 1] != byte { break }
        position += 1
      } else if byte == 0x0A {
        line += 1
      }
      text.append(byte)
      position += 1
    }
    guard position < bytes.endIndex else { throw fault(opening, "the quote that opens here is never closed") }
    position += 1
    guard isAtEnd else { throw fault(line, "text after a closing quote", hint: "double the quotes inside") }
    return String(decoding: text, as: UTF8.self)
  }
}
