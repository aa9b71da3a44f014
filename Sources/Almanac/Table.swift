// A table of facts: a TSV file in `data/almanac/facts`, or a computed table. A row is a thing, a column a property of
// it. A cell contains the value that is asked for and, after `|`, other true values, which must never be offered as
// wrong answers. An empty cell is unknown: neither asked nor offered.
import Faults
import Files
import Foundation

/// Named columns over rows of cells.
package struct Table: Sendable {
  /// The file's name without `.tsv`.
  package let name: String
  /// The header.
  package let columns: [String]
  /// [row][column] The true values; the first one is shown.
  package let rows: [[[String]]]

  /// A computed table: every cell has one value.
  package init(_ name: String, columns: [String], rows: [[String]]) {
    self.init(name: name, columns: columns, cells: rows.map { row in row.map { [$0] } })
  }

  private init(name: String, columns: [String], cells: [[[String]]]) {
    precondition(cells.allSatisfy { $0.count == columns.count }, "\(name): a row without \(columns.count) cells")
    (self.name, self.columns, rows) = (name, columns, cells)
  }

  /// Reads `path`: a header, then one row per line, with cells separated by tabs.
  ///
  /// Throws a fault of kind `.data` for a row with too few or too many cells, for two rows with the same first cell,
  /// and for a value with white space around it.
  package init(contentsOf path: String) throws {
    let lines = try lines(of: readBytes(path), named: path)
    let name = (path as NSString).lastPathComponent.replacingOccurrences(of: ".tsv", with: "")
    guard let header = lines.first else { throw Fault(.data, path, "is empty", hint: "give it a header row") }
    let columns = header.text.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
    var rows: [[[String]]] = []
    var seen: Set<String> = []
    for line in lines.dropFirst() {
      let cells = line.text.split(separator: "\t", omittingEmptySubsequences: false)
      let subject = "\(path):\(line.number)"
      guard cells.count == columns.count else {
        throw Fault(.data, subject, "found \(cells.count) cells, expected \(columns.count)")
      }
      let values = cells.map { $0.split(separator: "|").map(String.init) }
      for value in values.joined() where value != value.trimmingCharacters(in: .whitespaces) {
        throw Fault(.data, subject, "white space around \"\(value)\"")
      }
      guard let first = values[0].first, seen.insert(first).inserted else {
        throw Fault(.data, subject, "\"\(cells[0])\" is empty or a duplicate")
      }
      rows.append(values)
    }
    self.init(name: name, columns: columns, cells: rows)
  }

  /// The index of `column`; an unknown name is a bug in a topic's declaration.
  package func index(of column: String) -> Int {
    guard let index = columns.firstIndex(of: column) else { preconditionFailure("\(name).tsv has no column \(column)") }
    return index
  }
}
