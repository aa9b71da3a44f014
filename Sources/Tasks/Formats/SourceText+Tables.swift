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
  /// - Throws: `Fault.data` at a quote that is not closed or is inside an unquoted field, at text after a closing
  ///   quote, at a blank line between rows and at a row longer than `longestRow`.
  func quotedRows(delimiter: UInt8, limit: Int = .max) throws -> [Row] {
    var reader = QuotedReader(source: self, delimiter: delimiter)
    var rows: [Row] = []
    while rows.count < limit, let row = try reader.next() { rows.append(row) }
    return rows
  }
}

/// A table reader by RFC 4180 that is stricter than most: it throws at anything ambiguous.
private struct QuotedReader {
  let source: SourceText
  let delimiter: UInt8
  private var position = 0
  private var line = 1
  private var blankLine: Int?

  init(source: SourceText, delimiter: UInt8) { (self.source, self.delimiter) = (source, delimiter) }

  private var bytes: [UInt8] { source.bytes }

  mutating func next() throws -> SourceText.Row? {
    while position < bytes.count {
      let (start, number) = (position, line)
      let fields = try row()
      if fields == [""] {
        blankLine = blankLine ?? number
        continue
      }
      if let blankLine { throw source.fault(blankLine, "a blank line between rows", hint: "remove it") }
      if position - start > SourceText.longestRow {
        throw source.fault(number, "the row has \(position - start) bytes; is a quote missing?")
      }
      return SourceText.Row(number: number, fields: fields)
    }
    return nil
  }

  /// The fields up to the next line end outside quotes.
  private mutating func row() throws -> [String] {
    var fields: [String] = []
    while true {
      fields.append(try field())
      guard position < bytes.count else { return fields }
      let end = bytes[position]
      position += 1
      if end == delimiter { continue }
      if end == 0x0D { position += 1 }
      line += 1
      return fields
    }
  }

  private var atEnd: Bool {
    guard position < bytes.count else { return true }
    let byte = bytes[position]
    return byte == delimiter || byte == 0x0A || (byte == 0x0D && following == 0x0A)
  }

  private var following: UInt8? { position + 1 < bytes.count ? bytes[position + 1] : nil }

  private mutating func field() throws -> String {
    if position < bytes.count && bytes[position] == UInt8(ascii: "\"") { return try quotedField() }
    let start = position
    while !atEnd {
      if bytes[position] == UInt8(ascii: "\"") {
        throw source.fault(
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
    while position < bytes.count {
      let byte = bytes[position]
      if byte == UInt8(ascii: "\"") {
        if following != byte { break }
        position += 1
      } else if byte == 0x0A {
        line += 1
      }
      text.append(byte)
      position += 1
    }
    guard position < bytes.count else { throw source.fault(opening, "the quote that opens here is never closed") }
    position += 1
    guard atEnd else { throw source.fault(line, "text after a closing quote", hint: "double the quotes inside") }
    return String(decoding: text, as: UTF8.self)
  }
}
