// The user's own prompts with answers that are written instead of chosen: JSON Lines, a table, or chats.
import Faults
import JSON

/// Reads a user's own file of prompts, with or without answers.
func readOpenAnswers(_ source: SourceText, _ reading: RowReading) throws -> ReadRows {
  var rows =
    source.firstLines.0.hasPrefix("{") ? try readOpenLines(source, reading) : try readOpenTable(source, reading)
  rows.fields.expected = OpenField.allCases.map { $0.names[0] }
  return rows
}

private func readOpenLines(_ source: SourceText, _ reading: RowReading) throws -> ReadRows {
  try source.rows(isRead: isReadInOpenLines) { row, number in
    let members = try row.nodes().filter { $0.node.value != .null }
    let names = members.map(\.name)
    let positions = try OpenField.positions(in: names, at: row.subject)
    func field(_ field: OpenField) -> JSON.Node? { positions[field].map { members[$0].node } }
    let id = try field(.id).map { id in try writtenID(id) } ?? reading.id(number)
    if let messages = field(.messages) {
      if let other = positions[.prompt] ?? positions[.answer] {
        throw row.fault("both messages and \(names[other]) could be what is asked", hint: "keep one of the two")
      }
      return try question(ofChat: messages, id: id)
    }
    guard let prompt = field(.prompt) else { throw missingPrompt("member", names, at: row.subject) }
    return Question(
      id: id, prompt: openPrompt(try prompt.string(), try field(.passage)?.string()),
      answers: try field(.answer).map { answer in try acceptedAnswers(answer) } ?? [], location: row.subject)
  }
}

private func missingPrompt(_ kind: String, _ names: [String], at location: String) -> Fault {
  missing(
    kind, "prompt", among: names, at: location, expected: "a row has a prompt (or question) and an answer, or messages")
}

private func openPrompt(_ text: String, _ passage: String?) -> Prompt {
  passage.map { .passage($0, question: text) } ?? .stem(text)
}

/// Whether the member at this path is used.
private func isReadInOpenLines(_ path: String) -> Bool {
  let names = path.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
  let outer = names[0].hasSuffix("[]") ? names[0].dropLast(2) : names[0]
  guard let field = OpenField(named: String(outer)) else { return false }
  return names.count == 1
    || field == .messages && ["role", "content"].contains(names[1]) || field == .answer && names[1].hasPrefix("text")
}

/// The texts of `answer`, each once: a text or a number, a list of them, or `{"text": [...]}` as in SQuAD. An empty text is
/// no answer, as in test files.
private func acceptedAnswers(_ answer: JSON.Node) throws -> [String] {
  switch answer.value {
  case .string(""): return []
  case .array:
    let texts = try answer.array().map { element in try answerText(element) }
    return texts.indices.filter { texts.firstIndex(of: texts[$0]) == $0 }.map { texts[$0] }
  case .object: return try acceptedAnswers(answer.member("text"))
  default: return [try answerText(answer)]
  }
}

private func answerText(_ node: JSON.Node) throws -> String {
  switch node.value {
  case .string(let text):
    try checkAnswer(text, at: node.subject)
    return text
  case .integer, .number: return try node.value.encode()
  default: throw node.mismatch("an answer as text, or a list of accepted answers")
  }
}

private func checkAnswer(_ text: String, at location: String) throws {
  guard text.allSatisfy(\.isWhitespace) else { return }
  throw Fault(.data, location, "an answer is blank", hint: "write it, or remove the row")
}

/// Reads a table with a header. A cell with a JSON list holds several accepted answers.
private func readOpenTable(_ source: SourceText, _ reading: RowReading) throws -> ReadRows {
  let delimiter = TextRows.Layout.delimiter(in: source.firstLines.0)
  let table = try Table(source, try source.quotedRows(delimiter: delimiter.asciiValue!))
  let positions = try OpenField.positions(in: table.columns, at: source.location(1))
  guard let prompt = positions[.prompt] else {
    throw missingPrompt("column", table.columns, at: source.location(1))
  }
  var rows = ReadRows(fields: table.names(isUsed: Set(positions.values).contains))
  for (index, row) in table.rows.enumerated() {
    func cell(_ field: OpenField) -> String? { positions[field].map { row.fields[$0] } }
    let location = source.location(row.number)
    rows.questions.append(
      Question(
        id: cell(.id) ?? reading.id(index + 1), prompt: openPrompt(row.fields[prompt], cell(.passage)),
        answers: try acceptedAnswers(inCell: cell(.answer) ?? "", at: location), location: location))
  }
  return rows
}

private func acceptedAnswers(inCell cell: String, at location: String) throws -> [String] {
  // A text in brackets is no list.
  if cell.hasPrefix("["), let list = try? JSON.parse(cell, subject: location), case .array = list {
    return try acceptedAnswers(JSON.Node(list, subject: location, path: "answer"))
  }
  return try acceptedAnswers(JSON.Node(.string(cell), subject: location, path: "answer"))
}

/// The question of a chat: its last turn is the answer if it is the assistant's, and the turn before it is the prompt.
private func question(ofChat messages: JSON.Node, id: String) throws -> Question {
  var turns = try messages.array().map { message in
    let role = try message.string("role")
    guard let known = Turn.Role(rawValue: role) else {
      throw message.fault(
        "found the role \(role), expected \(Turn.Role.allCases.map(\.rawValue).joined(separator: ", "))")
    }
    return Turn(role: known, text: try message.string("content"))
  }
  var answers: [String] = []
  if turns.last?.role == .assistant {
    answers = [turns.removeLast().text]
    try checkAnswer(answers[0], at: messages.subject)
  }
  guard let prompt = turns.popLast(), prompt.role == .user else {
    throw messages.fault("expected a turn of the user, and behind it at most one of the assistant, at the end")
  }
  return Question(id: id, prompt: .stem(prompt.text), before: turns, answers: answers, location: messages.subject)
}
