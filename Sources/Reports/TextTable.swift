// Tables for a terminal: aligned columns, a rule below the head, nothing else.

/// Text in aligned columns.
struct TextTable {
  /// A column's head and the side on which its cells line up.
  struct Column {
    let title: String
    let isNumber: Bool

    /// A column of words: lined up on the left.
    static func words(_ title: String) -> Column { Column(title: title, isNumber: false) }
    /// A column of numbers: lined up on the right.
    static func numbers(_ title: String) -> Column { Column(title: title, isNumber: true) }
  }

  private let columns: [Column]
  private let rows: [[String]]

  /// Every row has one cell for each column.
  init(_ columns: [Column], _ rows: [[String]]) {
    precondition(rows.allSatisfy { $0.count == columns.count }, "not all rows have \(columns.count) cells")
    (self.columns, self.rows) = (columns, rows)
  }

  /// The lines, without blanks at their ends.
  var text: String {
    let widths = columns.indices.map { column in
      rows.reduce(columns[column].title.count) { max($0, $1[column].count) }
    }
    let rule = String(repeating: "\u{2500}", count: widths.reduce(0, +) + 2 * (widths.count - 1))
    func line(_ cells: [String]) -> String {
      let padded = columns.indices.map { column in
        let blanks = String(repeating: " ", count: widths[column] - cells[column].count)
        return columns[column].isNumber ? blanks + cells[column] : cells[column] + blanks
      }
      let line = padded.joined(separator: "  ")
      return String(line[..<(line.lastIndex { $0 != " " }.map(line.index(after:)) ?? line.startIndex)])
    }
    return ([line(columns.map(\.title)), rule] + rows.map(line)).map { $0 + "\n" }.joined()
  }
}
