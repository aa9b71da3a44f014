// Tables with named columns, and the questions of a classification set that is one.
import Faults

/// A table with named columns, whose rows all have one field for each column.
struct Table {
  let source: SourceText
  let columns: [String]
  let rows: [SourceText.Row]

  /// Takes the names from `columns`, or else from the first of `rows`.
  /// - Throws: `Fault.data` at a row with more or fewer fields than there are columns, and at a duplicate name.
  init(_ source: SourceText, _ rows: [SourceText.Row], columns: [String]? = nil) throws {
    self.source = source
    self.columns = columns ?? rows.first?.fields ?? []
    self.rows = columns == nil ? Array(rows.dropFirst()) : rows
    try Self.checkNames(self.columns, path: source.path)
    for row in self.rows { try Self.check(row, columns: self.columns, path: source.path) }
  }

  /// Throws `Fault.data` if two columns have the same name.
  static func checkNames(_ columns: [String], path: String) throws {
    var names = Set<String>()
    // Spreadsheets write columns without a name; they are told apart by their positions.
    for name in columns where !name.isEmpty && !names.insert(name).inserted {
      throw Fault(.data, "\(path):1", "two columns are called \(name)", hint: "rename one, or remove it")
    }
  }

  /// Throws `Fault.data` if `row` has more or fewer fields than there are columns.
  static func check(_ row: SourceText.Row, columns: [String], path: String) throws {
    if row.fields.count == columns.count { return }
    throw Fault(
      .data, "\(path):\(row.number)",
      "found \(row.fields.count) fields, expected \(columns.count): \(columns.joined(separator: ", "))")
  }

  /// The columns' names, by whether `isUsed`. An unused column that is empty in every row is not listed.
  func names(isUsed: (Int) -> Bool) -> FieldNames {
    var names = FieldNames()
    for (position, name) in columns.enumerated() {
      if isUsed(position) {
        names.note(name, isUsed: true)
      } else if rows.contains(where: { !$0.fields[position].isEmpty }) {
        names.note(name.isEmpty ? "column \(position + 1) (without a name)" : name, isUsed: false)
      }
    }
    return names
  }

  /// One question for each row, with `classes` as choices. A file without the column `label` has no labels.
  /// - Parameter counter: A column that numbers the rows; without one they are numbered from 1.
  /// - Parameter texts: The columns that are passed to `prompt`.
  /// - Parameter others: Columns of the published files that no question needs.
  /// - Throws: `Fault.data` if a column is missing or a label is not one of the classes.
  func questions(
    _ reading: RowReading, counter: String? = nil, texts: [String], label: String, others: [String] = [],
    _ classes: Classes, _ prompt: ([String]) -> Prompt
  ) throws -> ReadRows {
    var textColumns: [Int] = []
    for name in texts {
      guard let column = columns.firstIndex(of: name) else {
        if columns.count == 1, columns[0].split(separator: ",").contains(name[...]) {
          throw source.fault(1, "the columns are separated by commas, expected tabs", hint: "separate them by tabs")
        }
        let expected = "the columns must be \((texts + [label]).joined(separator: ", "))"
        throw missing("column", name, among: columns, at: source.location(1), expected: expected)
      }
      textColumns.append(column)
    }
    let (labelColumn, counterColumn) = (columns.firstIndex(of: label), counter.flatMap(columns.firstIndex(of:)))
    let known = texts + [label] + others + (counter.map { [$0] } ?? [])
    var result = ReadRows(fields: names { known.contains(columns[$0]) })
    result.fields.expected = known
    for row in rows {
      let location = source.location(row.number)
      let written = labelColumn.map { row.fields[$0] } ?? ""
      result.questions.append(
        Question(
          id: counterColumn.map { "\(reading.idPrefix)-\(row.fields[$0])" } ?? reading.id(result.questions.count + 1),
          prompt: prompt(textColumns.map { row.fields[$0] }), choices: classes.names,
          label: written.isEmpty ? nil : try classes.index(of: written, at: location), location: location))
    }
    return result
  }
}
