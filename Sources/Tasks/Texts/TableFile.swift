// A table of any columns, row by row: for tables that are not questions, such as predictions made elsewhere.
import Faults
import Files

/// Reads a CSV file with a header (RFC 4180), gzipped or not, in any encoding. Only one row is in memory.
package struct TableFile {
  /// The names in the header.
  package let columns: [String]
  private let path: String
  private var rows: QuotedRows

  /// Opens a file of any size.
  /// - Throws: `Fault.noInput`, `.inputOutput`; `.data` for a file that is not text or has two columns of one name.
  package init(csv path: String) throws {
    let stream = try TextStream(path, nil)
    rows = QuotedRows(
      TextPieces(path: path, validity: .required, offset: stream.offset, more: stream.next),
      delimiter: UInt8(ascii: ","))
    self.path = path
    columns = try rows.next()?.fields ?? []
    try Table.checkNames(columns, path: path)
  }

  /// The fields of the next row and the line on which it begins; nil at the end.
  /// - Throws: `Fault.data` at a row with more or fewer fields than there are columns, and at one that cannot be read.
  package mutating func next() throws -> (line: Int, fields: [String])? {
    guard let row = try rows.next() else { return nil }
    try Table.check(row, columns: columns, path: path)
    return (row.number, row.fields)
  }
}
