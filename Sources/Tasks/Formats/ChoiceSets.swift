// Readers of the published multiple-choice sets in JSONL: ARC, OpenBookQA, CommonsenseQA, BoolQ and WinoGrande.
import Faults
import JSON

extension SourceText {
  /// The rows of a JSONL file: `question` is called with each row and its number, from 1.
  /// - Parameter isRead: Whether the reader uses the member at this path, such as `question.stem`.
  func rows(isRead: (String) -> Bool, _ question: (JSON.Node, Int) throws -> Question) throws -> ReadRows {
    var (rows, number) = (ReadRows(), 0)
    for line in try lines() {
      number += 1
      let subject = location(line.number)
      let value: JSON
      do { value = try JSON.parse(line.text, subject: subject) } catch {
        throw number == 1 ? faultOfLines(error) : error
      }
      if number == 1, let fault = faultOfOnlyValue(value) { throw fault }
      rows.questions.append(try question(JSON.Node(value, subject: subject), number))
      rows.fields.note(membersOf: value, isRead: isRead)
    }
    return rows
  }

  /// The rows of a JSONL file whose members `read` are used.
  func rows(reading read: Set<String>, _ question: (JSON.Node, Int) throws -> Question) throws -> ReadRows {
    var rows = try rows(isRead: read.contains, question)
    rows.fields.expected = read.sorted()
    return rows
  }
}

/// ARC, OpenBookQA and CommonsenseQA. Each row labels its choices itself: A to E, or 1 to 4. CommonsenseQA's concept is
/// what its question was made from, not a part of it.
func readARC(_ source: SourceText, _ reading: RowReading) throws -> ReadRows {
  let read: Set = [
    "id", "answerKey", "question", "question.stem", "question.choices", "question.choices[].label",
    "question.choices[].text", "question.question_concept",
  ]
  return try source.rows(reading: read) { row, _ in
    let question = try row.object("question")
    let choices = try LabelledChoices(question.member("choices"))
    let label = try row.label("answerKey") { key in
      try indexOfLabel(key.string(), among: choices.labels, at: row.subject)
    }
    return Question(
      id: try row.string("id"), prompt: .stem(try question.string("stem")), choices: choices.texts, label: label,
      location: row.subject)
  }
}

/// BoolQ, whose answer is a boolean (`label` in SuperGLUE's copy). Its rows have no ids; their titles are not part of
/// the prompt.
func readBoolQ(_ source: SourceText, _ reading: RowReading) throws -> ReadRows {
  try source.rows(reading: ["question", "passage", "answer", "label", "title", "idx"]) { row, number in
    let name = try row.optional("label") == nil ? "answer" : "label"
    return Question(
      id: reading.id(number), prompt: .passage(try row.string("passage"), question: try row.string("question")),
      choices: ["no", "yes"], label: try row.label(name) { answer in try answer.bool() ? 1 : 0 },
      location: row.subject)
  }
}

/// WinoGrande, whose answer is the string "1" or "2".
func readWinoGrande(_ source: SourceText, _ reading: RowReading) throws -> ReadRows {
  try source.rows(reading: ["qID", "sentence", "option1", "option2", "answer"]) { row, _ in
    let sentence = try row.string("sentence")
    let blanks = sentence.count { $0 == "_" }
    guard blanks == 1 else { throw row.fault("found \(blanks) blanks (_) in the sentence, expected one") }
    let label = try row.label("answer") { answer in
      try indexOfLabel(answer.string(), among: ["1", "2"], at: row.subject)
    }
    return Question(
      id: try row.string("qID"), prompt: .blank(sentence),
      choices: [try row.string("option1"), try row.string("option2")], label: label, location: row.subject)
  }
}

/// CB and other inference sets: a premise, a hypothesis and a class in words. `idx` starts over in every file.
func readCB(_ source: SourceText, _ reading: RowReading) throws -> ReadRows {
  let classes = Classes.entailmentWithNeutral
  return try source.rows(reading: ["premise", "hypothesis", "label", "idx"]) { row, number in
    let label = try row.label("label") { label in try classes.index(of: label.string(), at: row.subject) }
    let counter = try row.optional("idx")?.int() ?? number
    return Question(
      id: reading.id(counter),
      prompt: .sentencePair(try row.string("premise"), try row.string("hypothesis"), .entailment),
      choices: classes.names, label: label, location: row.subject)
  }
}

extension JSON.Node {
  /// `index` of the member called `name`; nil if it is missing, null or "", as in test files.
  func label(_ name: String, _ index: (JSON.Node) throws -> Int) throws -> Int? {
    guard let member = try optional(name), member.value != "" else { return nil }
    return try index(member)
  }
}

/// Choices with their own labels.
struct LabelledChoices {
  var texts: [String] = []
  var labels: [String] = []

  /// Reads `[{"label": "A", "text": "..."}, ...]`.
  init(_ node: JSON.Node) throws {
    for choice in try node.array() { try append(choice.string("label"), choice.string("text"), at: choice) }
  }

  /// - Throws: `Fault.data` about `node` if another choice has this label.
  mutating func append(_ label: String, _ text: String, at node: JSON.Node) throws {
    if labels.contains(label) { throw node.fault("two choices are labelled \(label)") }
    labels.append(label)
    texts.append(text)
  }
}
