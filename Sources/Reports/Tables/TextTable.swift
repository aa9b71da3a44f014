// Tables for a terminal: aligned columns with a rule below the heading. The layout is always for a terminal of 80
// columns, because the same text goes into evaluation.txt and shift.txt.

/// Text in aligned columns.
struct TextTable {
  /// A column's heading and alignment.
  struct Column {
    let title: String
    let isNumber: Bool
    /// Number of spaces between it and the column to its left.
    var gap = 2

    /// A column of words, aligned left.
    static func words(_ title: String) -> Column { Column(title: title, isNumber: false) }
    /// A column of numbers, aligned right.
    static func numbers(_ title: String) -> Column { Column(title: title, isNumber: true) }
    /// The intervals of the column to the left.
    static let intervals = Column(title: "", isNumber: false, gap: 1)
  }

  private let columns: [Column]
  private let rows: [[String]]
  private let groups: [(title: String, span: Int)]

  /// Every row has one cell for each column; `groups` are titles over several columns each, or none.
  init(_ columns: [Column], _ rows: [[String]], groups: [(title: String, span: Int)] = []) {
    precondition(rows.allSatisfy { $0.count == columns.count }, "not all rows have \(columns.count) cells")
    (self.columns, self.rows, self.groups) = (columns, rows, groups)
  }

  /// The width of the terminal that everything is laid out for.
  static let terminal = 80

  /// The length of its longest line.
  var width: Int { widths.reduce(0, +) + columns.dropFirst().reduce(0) { $0 + $1.gap } }

  /// The lines, without spaces at their ends.
  var text: String {
    let widths = widths
    func line(_ cells: [String]) -> String {
      let padded = columns.indices.map { column in
        let blanks = String(repeating: " ", count: widths[column] - cells[column].count)
        let gap = column == 0 ? "" : String(repeating: " ", count: columns[column].gap)
        return gap + (columns[column].isNumber ? blanks + cells[column] : cells[column] + blanks)
      }
      return Self.trimmed(padded.joined())
    }
    let head = groups.isEmpty ? [] : [groupLine(widths)]
    let rule = String(repeating: "\u{2500}", count: width)
    return (head + [line(columns.map(\.title)), rule] + rows.map(line)).map { $0 + "\n" }.joined()
  }

  private var widths: [Int] {
    columns.indices.map { column in rows.reduce(columns[column].title.count) { max($0, $1[column].count) } }
  }

  /// `text` in lines of at most 80 columns, broken at spaces; all but the first are indented.
  static func wrapped(_ text: String) -> String {
    var lines: [String] = []
    for word in text.split(separator: " ", omittingEmptySubsequences: false) {
      if let last = lines.last, last.count + 1 + word.count <= terminal {
        lines[lines.count - 1] = "\(last) \(word)"
      } else {
        lines.append(lines.isEmpty ? String(word) : "  \(word)")
      }
    }
    return lines.map { $0 + "\n" }.joined()
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
