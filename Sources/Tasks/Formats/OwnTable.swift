// The user's own questions as a CSV file with a header. Choices are in columns A, B, ... or choice1, choice2, ..., or
// in one column `choices`, as a JSON list or separated by bars.
import Faults
import JSON

/// The meaning of each column of a user's table.
struct OwnColumns {
  /// Where the choices are.
  enum Choices {
    case columns([Int])
    case cell(Int)
  }

  /// [part] The column of each part that has its own column.
  let positions: [OwnField: Int]
  let question: Int
  let choices: Choices
  /// Whether the names of the choice columns count from 1, although answers count from 0.
  let countFromOne: Bool

  /// Whether a header with these names can be read.
  static func areNamed(in header: [String]) -> Bool {
    let fields = Set(header.compactMap(OwnField.init))
    return fields.contains(.question) && (fields.contains(.choices) || ChoiceColumns.areNamed(in: header))
  }

  /// Whether a header with these names was meant to be a table of questions: at least one name is that of a part, or
  /// close to one.
  static func areMeant(in header: [String]) -> Bool {
    header.count > 1
      && header.contains { name in
        OwnField(named: name) != nil || closest(to: name, among: OwnField.allCases.map { $0.names[0] }) != nil
      }
  }

  /// Reports a delimiter other than a comma, as in the CSV files of some countries.
  /// - Throws: `Fault.data` only if the first row is a header when it is split at another delimiter.
  static func checkDelimiter(_ source: SourceText) throws {
    func isHeader(cutAt delimiter: Character) -> Bool {
      let rows = try? source.quotedRows(delimiter: delimiter.asciiValue!, limit: 1)
      return rows?.first.map { areNamed(in: $0.fields) } ?? false
    }
    if isHeader(cutAt: ",") { return }
    for (delimiter, name) in [(";", "semicolons"), ("\t", "tabs"), ("|", "bars")] as [(Character, String)]
    where isHeader(cutAt: delimiter) {
      throw source.fault(
        1, "found \(name) between the columns, expected commas",
        hint: "save it as CSV with commas, and put quotes around texts that contain commas")
    }
  }

  /// The columns by their names in the table's header.
  /// - Throws: `Fault.data` if one is missing, or two could hold the same part.
  init(_ header: [String], at location: String) throws {
    positions = try OwnField.positions(in: header, at: location)
    guard let question = positions[.question] else {
      throw missing("column", "question", among: header, at: location, expected: ownColumns)
    }
    self.question = question
    let columns = try ChoiceColumns(in: header, at: location)
    countFromOne = columns?.countFromOne ?? false
    switch (columns, positions[.choices]) {
    case (let columns?, nil): choices = .columns(columns.positions)
    case (nil, let cell?): choices = .cell(cell)
    case (nil, nil): throw missing("column", "choices", among: header, at: location, expected: ownColumns)
    case (let columns?, let cell?):
      throw Fault(
        .data, location, "both \(header[cell]) and \(header[columns.positions[0]]) could hold the choices",
        hint: "keep one of the two")
    }
  }

  /// Rejects numeric answers if it is unclear whether they count from 0 or, like the columns' names, from 1.
  ///
  /// - Throws: `Fault.data` at the first row with such an answer, if no row has the answer 0.
  func checkCounting(_ table: Table, _ source: SourceText) throws {
    guard countFromOne, let answer = positions[.answer] else { return }
    let answers = table.rows.map { $0.fields[answer] }
    guard !answers.contains("0"), let row = answers.firstIndex(where: { Int($0) != nil }) else { return }
    throw source.fault(
      table.rows[row].number,
      "answer \(answers[row].debugDescription) could count from 0, or from 1 like the choice columns",
      hint: "if answers count from 0, use `answers index`; if not, write the choice's letter or text")
  }

  /// The names of `table`'s columns, by whether they are read. A column that is empty in every row is not listed.
  func names(in table: Table) -> FieldNames {
    var used = Set(positions.values)
    if case .columns(let columns) = choices { used.formUnion(columns) }
    return table.names { used.contains($0) }
  }
}

/// Reads a user's own CSV file.
func readOwnTable(_ source: SourceText, _ reading: RowReading) throws -> ReadRows {
  try OwnColumns.checkDelimiter(source)
  let table = try Table(source, try source.quotedRows(delimiter: 0x2C))
  let columns = try OwnColumns(table.columns, at: source.location(1))
  let styles = reading.answers.map { [$0] } ?? AnswerStyle.allCases
  if reading.answers == nil { try columns.checkCounting(table, source) }
  var rows = ReadRows(fields: columns.names(in: table))
  for row in table.rows {
    func cell(_ field: OwnField) -> String? { columns.positions[field].map { row.fields[$0] } }
    let location = source.location(row.number)
    let choices = try choices(of: row, columns.choices, named: table.columns, at: location)
    try checkCount(of: choices, at: location)
    let answer = cell(.answer) ?? ""
    let question = row.fields[columns.question]
    rows.questions.append(
      Question(
        id: cell(.id) ?? reading.id(rows.questions.count + 1),
        prompt: cell(.passage).map { .passage($0, question: question) } ?? .stem(question),
        choices: choices,
        label: answer.isEmpty ? nil : try indexOfChoice(named: answer, among: choices, as: styles, at: location),
        location: location))
  }
  return rows
}

/// The choices of a row. Empty cells at the end do not count: a row may have fewer choices than the header has columns.
private func choices(
  of row: SourceText.Row, _ columns: OwnColumns.Choices, named names: [String], at location: String
) throws -> [String] {
  switch columns {
  case .columns(let columns):
    let texts = columns.map { row.fields[$0] }
    return Array(texts.prefix((texts.lastIndex { !$0.isEmpty } ?? -1) + 1))
  case .cell(let column):
    let cell = row.fields[column]
    guard cell.hasPrefix("[") else {
      return cell.split(separator: "|", omittingEmptySubsequences: false).map(String.init)
    }
    let list = JSON.Node(
      try JSON.parse(cell, subject: "\(location): \(names[column])"), subject: location, path: names[column])
    return try list.array().map { element in try element.string() }
  }
}
