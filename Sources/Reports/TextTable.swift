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
  private let groups: [(title: String, span: Int)]

  /// Every row has one cell for each column; `groups` are titles over several columns each, or none.
  init(_ columns: [Column], _ rows: [[String]], groups: [(title: String, span: Int)] = []) {
    precondition(rows.allSatisfy { $0.count == columns.count }, "not all rows have \(columns.count) cells")
    (self.columns, self.rows, self.groups) = (columns, rows, groups)
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
      return Self.trimmed(padded.joined(separator: "  "))
    }
    let head = groups.isEmpty ? [] : [groupLine(widths)]
    return (head + [line(columns.map(\.title)), rule] + rows.map(line)).map { $0 + "\n" }.joined()
  }

  /// The groups' titles, each centred over its columns.
  private func groupLine(_ widths: [Int]) -> String {
    var column = 0
    let cells = groups.map { group -> String in
      let width = widths[column..<(column + group.span)].reduce(0, +) + 2 * (group.span - 1)
      column += group.span
      let free = max(0, width - group.title.count)
      return String(repeating: " ", count: free / 2) + group.title + String(repeating: " ", count: free - free / 2)
    }
    return Self.trimmed(cells.joined(separator: "  "))
  }

  private static func trimmed(_ line: String) -> String {
    String(line[..<(line.lastIndex { $0 != " " }.map(line.index(after:)) ?? line.startIndex)])
  }
}
