// The user's own questions as JSON Lines: `question`, `choices` and `answer`, or the names that other tools use for
// them.
import Faults
import JSON

/// Reads a user's own JSONL file. Choices are a list of texts, or labelled as in ARC and its copies.
func readOwnLines(_ source: SourceText, _ reading: RowReading) throws -> ReadRows {
  try source.rows(isRead: isReadInOwnLines) { row, number in
    let members = try row.nodes().filter { $0.node.value != .null }
    let names = members.map(\.name)
    let positions = try OwnField.positions(in: names, at: row.subject)
    func field(_ field: OwnField) -> JSON.Node? { positions[field].map { members[$0].node } }
    func required(_ wanted: OwnField) throws -> JSON.Node {
      if let node = field(wanted) { return node }
      throw missing(
        "member", wanted.names[0], among: names, at: row.subject,
        expected: "the members must be question, choices and answer")
    }
    let text = try required(.question).string()
    let (choices, labels) = try choicesAndLabels(try required(.choices))
    var label: Int?
    if let answer = field(.answer), answer.value != "" {
      label = try choice(named: answer, among: choices, labels: labels, reading.answers)
    }
    return Question(
      id: try field(.id).map { id in try writtenID(id) } ?? reading.id(number),
      prompt: try field(.passage).map { passage in .passage(try passage.string(), question: text) }
        ?? .stem(text),
      choices: choices, label: label, location: row.subject)
  }
}

/// Whether the member at this path is used: a part of a question, or a text or label of its choices.
private func isReadInOwnLines(_ path: String) -> Bool {
  let names = path.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
  let outer = names[0].hasSuffix("[]") ? names[0].dropLast(2) : names[0]
  guard let field = OwnField(named: String(outer)) else { return false }
  if names.count == 1 { return true }
  return field == .choices && (["text", "label"].contains(names[1]) || isOwnLabel(String(names[1])))
}

/// Whether `name` can name a choice in a dictionary: a letter or an integer.
private func isOwnLabel(_ name: String) -> Bool { letters.contains(name.uppercased()) || Int(name) != nil }

/// The texts of `choices`: `["...", ...]`, `[{"label": "A", "text": "..."}, ...]`, `{"label": [...], "text": [...]}` or
/// `{"A": "...", "B": "...", ...}`.
private func choicesAndLabels(_ node: JSON.Node) throws -> (texts: [String], labels: [String]?) {
  if case .object(let members) = node.value {
    let choices =
      members["text"] == nil && members["label"] == nil
      ? try LabelledChoices(dictionary: node) : try LabelledChoices(lists: node)
    return (choices.texts, choices.labels)
  }
  let elements = try node.array()
  if case .object = elements.first?.value {
    let choices = try LabelledChoices(node)
    return (choices.texts, choices.labels)
  }
  return (try strings(elements), nil)
}

extension LabelledChoices {
  /// Reads `{"label": ["A", ...], "text": ["...", ...]}`.
  fileprivate init(lists node: JSON.Node) throws {
    let texts = try strings(node.array("text"))
    let labels = try strings(node.array("label"))
    if labels.count != texts.count { throw node.fault("found \(labels.count) labels for \(texts.count) texts") }
    for (label, text) in zip(labels, texts) { try append(label, text, at: node) }
  }

  /// Reads `{"A": "...", "B": "...", ...}`, whose names are letters or integers.
  fileprivate init(dictionary node: JSON.Node) throws {
    for (name, text) in try node.nodes() {
      guard isOwnLabel(name) else {
        throw node.fault("found \(name.debugDescription), expected letters or numbers as the choices' names")
      }
      try append(name, text.string(), at: node)
    }
  }
}

private func strings(_ nodes: [JSON.Node]) throws -> [String] {
  var texts: [String] = []
  for node in nodes { texts.append(try node.string()) }
  return texts
}

/// An id that is a string or an integer.
func writtenID(_ id: JSON.Node) throws -> String {
  if case .integer(let number) = id.value { return String(number) }
  return try id.string()
}

/// A JSON number is an index. A string is one of the row's labels if it has any; otherwise a number, a letter or a
/// text, as in CSV. An answer that could name two choices is an error unless `style` resolves it.
private func choice(
  named answer: JSON.Node, among choices: [String], labels: [String]?, _ style: AnswerStyle?
) throws -> Int {
  try checkCount(of: choices, at: answer.subject)
  if let labels, style == nil || style == .letter {
    return try choiceLabelled(answer, among: choices, labels, isSettled: style != nil)
  }
  let styles = style.map { [$0] } ?? AnswerStyle.allCases
  switch answer.value {
  case .integer(let index) where styles.contains(.index):
    return try indexOfChoice(named: String(index), among: choices, as: [.index], at: answer.subject)
  case .string(let text): return try indexOfChoice(named: text, among: choices, as: styles, at: answer.subject)
  default: throw answer.mismatch(expectation(styles, of: choices.count))
  }
}

/// The choice that `answer` names by its label; `isSettled` if it cannot be a choice's text.
private func choiceLabelled(
  _ answer: JSON.Node, among choices: [String], _ labels: [String], isSettled: Bool
) throws -> Int {
  guard case .string(let label) = answer.value else {
    throw answer.mismatch("one of the choices' labels, \(labels.joined(separator: ", "))")
  }
  let index = try indexOfLabel(label, among: labels, at: answer.subject)
  if !isSettled, let other = choices.indices.first(where: { $0 != index && choices[$0] == label }) {
    let readings = "the label of choice \(letters[index]) or the text of choice \(letters[other])"
    throw Fault(
      .data, answer.subject, "answer \(label.debugDescription) can be \(readings)", hint: answersHint)
  }
  return index
}
