// The user's own questions: JSONL or CSV with `question`, `choices` and `answer`, or the names that other tools use for
// the same. Of several names for one thing a row may use one: which one is meant would be a guess.
import Faults
import JSON

/// The names of one field.
struct FieldName {
  let names: [String]
  static let id = FieldName(names: ["id", "qid", "question_id"])
  static let question = FieldName(names: ["question", "question_stem", "stem", "query", "ctx"])
  static let passage = FieldName(names: ["passage", "context", "support"])
  static let choices = FieldName(names: ["choices", "options", "endings"])
  static let answer = FieldName(names: ["answer", "answerKey", "answer_key", "answer_idx", "label", "gold", "target"])

  /// The one name that `isThere`, or nil.
  /// - Throws: `Fault.data` where there are two.
  func found(at place: String, _ isThere: (String) throws -> Bool) throws -> String? {
    var found: [String] = []
    for name in names where try isThere(name) { found.append(name) }
    if found.count < 2 { return found.first }
    throw Fault(
      .data, place, "both \(found[0]) and \(found[1]): either can be the \(names[0])", hint: "keep one of the two")
  }
}

/// A JSONL file of the user's own. Choices are a list of texts, or labelled as in ARC and its copies.
func readOwnLines(_ source: SourceText, _ reading: RowReading) throws -> [Question] {
  try source.questions { row, number in
    func field(_ field: FieldName) throws -> JSON.Node? {
      let name = try field.found(at: row.subject) { name in try row.optional(name) != nil }
      return try name.map { name in try row.member(name) }
    }
    guard let question = try field(.question) else { throw row.fault("question: missing") }
    guard let list = try field(.choices) else { throw row.fault("choices: missing") }
    let (choices, labels) = try choicesAndLabels(list)
    let text = try question.string()
    var label: Int?
    if let answer = try field(.answer), answer.value != "" {
      label = try choice(named: answer, among: choices, labels: labels, reading.answers)
    }
    return Question(
      id: try field(.id).map { id in try writtenID(id) } ?? reading.id(number),
      prompt: try field(.passage).map { passage in .passage(try passage.string(), question: text) }
        ?? .stem(text),
      choices: choices, label: label, place: row.subject)
  }
}

/// The texts of `choices`: `["...", ...]`, `[{"label": "A", "text": "..."}, ...]` or `{"label": [...], "text": [...]}`.
private func choicesAndLabels(_ node: JSON.Node) throws -> (texts: [String], labels: [String]?) {
  if case .object = node.value {
    let texts = try strings(node.array("text"))
    let labels = try strings(node.array("label"))
    if labels.count != texts.count { throw node.fault("\(labels.count) labels for \(texts.count) texts") }
    return (texts, labels)
  }
  let elements = try node.array()
  if case .object = elements.first?.value {
    let choices = try LabelledChoices(node)
    return (choices.texts, choices.labels)
  }
  return (try strings(elements), nil)
}

private func strings(_ nodes: [JSON.Node]) throws -> [String] {
  var texts: [String] = []
  for node in nodes { texts.append(try node.string()) }
  return texts
}

private func writtenID(_ id: JSON.Node) throws -> String {
  if case .integer(let number) = id.value { return String(number) }
  return try id.string()
}

/// A JSON number is an index; a string is one of the row's own labels where it has some, else a letter or a text. A label
/// that is the text of another choice too is refused until `style` settles it.
private func choice(
  named answer: JSON.Node, among choices: [String], labels: [String]?, _ style: AnswerStyle?
) throws -> Int {
  try checkCount(of: choices, at: answer.subject)
  if let labels, style != .text {
    let label = try answer.string()
    let index = try indexOfLabel(label, among: labels, at: answer.subject)
    if style == nil, let other = choices.indices.first(where: { $0 != index && choices[$0] == label }) {
      throw Fault(
        .data, answer.subject,
        "answer \(label.debugDescription) can be the label of choice \(letters[index]) or the text of choice \(letters[other])",
        hint: answersHint)
    }
    return index
  }
  if case .integer(let index) = answer.value, style ?? .index == .index {
    return try indexOfChoice(named: String(index), among: choices, as: [.index], at: answer.subject)
  }
  guard case .string(let text) = answer.value else {
    throw answer.mismatch(expectation(style.map { [$0] } ?? AnswerStyle.allCases, of: choices.count))
  }
  return try indexOfChoice(
    named: text, among: choices, as: style.map { [$0] } ?? [.letter, .text], at: answer.subject)
}
