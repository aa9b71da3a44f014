// The user's own questions as a CSV file with a header. Choices are columns A, B, ... or choice1, choice2, ..., or one
// column `choices` with a JSON list, or with bars between the texts.
import Faults
import JSON

/// Which column of a user's table holds what.
struct OwnColumns {
  /// Where the choices stand.
  enum Choices {
    case columns([Int])
    case cell(Int)
  }

  var id: Int?
  var question: Int
  var passage: Int?
  var choices: Choices
  var answer: Int?

  /// Whether a header with these names can be read.
  static func areNamed(in header: [String]) -> Bool {
    header.contains { FieldName.question.names.contains($0) }
      && (columnsOfChoices(header) != nil || header.contains { FieldName.choices.names.contains($0) })
  }

  /// Names what stands between the columns where that is no comma, as in the CSV files of some countries.
  /// - Throws: `Fault.data` where the first row is a header when it is cut at something else, and only then.
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
        hint: "write it as CSV with commas, and quotes around the texts that have some")
    }
  }

  init(_ table: Table) throws {
    func column(_ field: FieldName) throws -> Int? {
      try field.found(at: table.source.place(1)) { name in table.columns.contains(name) }
        .flatMap(table.columns.firstIndex(of:))
    }
    func missing(_ name: String) -> Fault {
      table.source.fault(
        1, "no column called \(name), found \(table.columns.joined(separator: ", "))",
        hint: "the columns are question, choices (or A, B, ...) and answer")
    }
    guard let question = try column(.question) else { throw missing("question") }
    self.question = question
    (id, passage, answer) = (try column(.id), try column(.passage), try column(.answer))
    if let columns = Self.columnsOfChoices(table.columns) {
      choices = .columns(columns)
    } else if let cell = try column(.choices) {
      choices = .cell(cell)
    } else {
      throw missing("choices")
    }
  }

  private static func columnsOfChoices(_ header: [String]) -> [Int]? {
    let namings: [(Int) -> String] = [
      { letters[$0] }, { "choice\($0 + 1)" }, { "choice_\($0 + 1)" }, { "option\($0 + 1)" }, { "option_\($0 + 1)" },
    ]
    for name in namings {
      let columns = letters.indices.map { header.firstIndex(of: name($0)) }.prefix { $0 != nil }.compactMap { $0 }
      if columns.count > 1 { return columns }
    }
    return nil
  }
}

/// A CSV file of the user's own.
func readOwnTable(_ source: SourceText, _ reading: RowReading) throws -> [Question] {
  try OwnColumns.checkDelimiter(source)
  let table = try Table(source, try source.quotedRows(delimiter: 0x2C))
  let columns = try OwnColumns(table)
  let styles = reading.answers.map { [$0] } ?? AnswerStyle.allCases
  var questions: [Question] = []
  for row in table.rows {
    let place = source.place(row.number)
    let choices = try choices(of: row, columns.choices, at: place)
    try checkCount(of: choices, at: place)
    let answer = columns.answer.map { row.fields[$0] } ?? ""
    questions.append(
      Question(
        id: columns.id.map { row.fields[$0] } ?? reading.id(questions.count + 1),
        prompt: columns.passage.map { .passage(row.fields[$0], question: row.fields[columns.question]) }
          ?? .stem(row.fields[columns.question]),
        choices: choices,
        label: answer.isEmpty ? nil : try indexOfChoice(named: answer, among: choices, as: styles, at: place),
        place: place))
  }
  return questions
}

/// Empty cells at the end are no choices: a row may have fewer than the header has room for.
private func choices(of row: SourceText.Row, _ columns: OwnColumns.Choices, at place: String) throws -> [String] {
  switch columns {
  case .columns(let columns):
    let texts = columns.map { row.fields[$0] }
    return Array(texts.prefix((texts.lastIndex { !$0.isEmpty } ?? -1) + 1))
  case .cell(let column):
    let cell = row.fields[column]
    guard cell.hasPrefix("[") else {
      return cell.split(separator: "|", omittingEmptySubsequences: false).map(String.init)
    }
    var texts: [String] = []
    for element in try JSON.parse(cell, subject: place).node(in: place).array() { texts.append(try element.string()) }
    return texts
  }
}
