// Tables with named columns, and the questions of a classification set that is one.
import Faults

/// A table whose columns have names and whose rows all have that many fields.
struct Table {
  let source: SourceText
  let columns: [String]
  let rows: [SourceText.Row]

  /// Takes the names from `columns`, or else from the first of `rows`.
  /// - Throws: `Fault.data` at a row with more or fewer fields than there are columns, and at a name that comes twice.
  init(_ source: SourceText, _ rows: [SourceText.Row], columns: [String]? = nil) throws {
    self.source = source
    self.columns = columns ?? rows.first?.fields ?? []
    self.rows = columns == nil ? Array(rows.dropFirst()) : rows
    if Set(self.columns).count < self.columns.count { throw source.fault(1, "two columns have the same name") }
    for row in self.rows where row.fields.count != self.columns.count {
      throw source.fault(
        row.number,
        "found \(row.fields.count) fields, expected \(self.columns.count): \(self.columns.joined(separator: ", "))")
    }
  }

  /// One question a row, with `classes` as choices. A file without the column `label` has no labels.
  /// - Parameter counter: A column that numbers the rows; without one they are counted from 1.
  /// - Parameter texts: The columns that `prompt` is given.
  /// - Throws: `Fault.data` where a column is missing or a label is none of the classes'.
  func questions(
    _ reading: RowReading, counter: String? = nil, texts: [String], label: String, _ classes: Classes,
    _ prompt: ([String]) -> Prompt
  ) throws -> [Question] {
    var textColumns: [Int] = []
    for name in texts {
      guard let column = columns.firstIndex(of: name) else {
        throw source.fault(1, "no column called \(name), found \(columns.joined(separator: ", "))")
      }
      textColumns.append(column)
    }
    let (labelColumn, counterColumn) = (columns.firstIndex(of: label), counter.flatMap(columns.firstIndex(of:)))
    var questions: [Question] = []
    for row in rows {
      let place = source.place(row.number)
      let written = labelColumn.map { row.fields[$0] } ?? ""
      questions.append(
        Question(
          id: counterColumn.map { "\(reading.idPrefix)-\(row.fields[$0])" } ?? reading.id(questions.count + 1),
          prompt: prompt(textColumns.map { row.fields[$0] }), choices: classes.names,
          label: written.isEmpty ? nil : try classes.index(of: written, at: place), place: place))
    }
    return questions
  }
}
