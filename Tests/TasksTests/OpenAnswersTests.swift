// The user's own prompts with answers that are written: how they are recognised, and what a row means.
import Faults
import Tasks
import TestSupport
import Testing

@Suite struct OpenAnswersTests {
  private func question(_ row: String, _ answers: AnswerWithoutChoices = .text) throws -> Question {
    let file = try reading(row) { $0.answersWithoutChoices = answers }
    #expect(file.format.name == "answers")
    return file.questions[0]
  }

  @Test(arguments: [
    (#"{"prompt": "Q?", "answer": "yes"}"#, ["yes"]), (#"{"prompt": "Q?", "completion": " yes"}"#, [" yes"]),
    (#"{"question": "Q?", "answer": 42}"#, ["42"]), (#"{"question": "Q?", "answers": ["a", "b", "a"]}"#, ["a", "b"]),
    (#"{"question": "Q?", "answer": ["a", 2]}"#, ["a", "2"]),
    (#"{"question": "Q?", "answers": {"text": ["a"], "answer_start": [3]}}"#, ["a"]),
    (#"{"prompt": "Q?"}"#, []), (#"{"prompt": "Q?", "answer": ""}"#, []), (#"{"prompt": "Q?", "answer": null}"#, []),
  ])
  func aRowHasAPromptAndItsAcceptedAnswers(row: String, answers: [String]) throws {
    let question = try question(row)
    #expect(question.prompt == .stem("Q?") && question.answers == answers && question.choices.isEmpty)
    #expect(question.label == (answers.isEmpty ? nil : 0) && question.id == "train-1")
  }

  @Test func aContextIsThePassage() throws {
    let question = try question(#"{"id": 7, "context": "P.", "question": "Q?", "answer": "A."}"#)
    #expect(question.prompt == .passage("P.", question: "Q?") && question.id == "7")
  }

  @Test(arguments: [",", ";", "\t"]) func aTableHasColumnsOfTheSameNames(delimiter: String) throws {
    let rows = [
      ["id", "Prompt", "Answer"], ["a", "Q?", "yes"], ["b", "R?", #""["no", "never"]""#], ["c", "S?", ""],
    ]
    let text = rows.map { $0.joined(separator: delimiter) }.joined(separator: "\n").replacing(
      #""["no", "never"]""#, with: #""[""no"", ""never""]""#)
    let file = try reading(text, named: "train.csv")
    #expect(file.format.name == "answers")
    #expect(file.questions.map(\.id) == ["a", "b", "c"])
    #expect(file.questions.map(\.answers) == [["yes"], ["no", "never"], []])
  }

  @Test func theLastTurnOfAChatIsTheAnswer() throws {
    let question = try question(
      #"{"messages": [{"role": "system", "content": "S"}, {"role": "user", "content": "Q"}, "#
        + #"{"role": "assistant", "content": "A"}, {"role": "user", "content": "R"}, {"role": "assistant", "content": "B"}]}"#,
      .unknown)
    #expect(question.prompt == .stem("R") && question.answers == ["B"])
    #expect(
      question.before == [
        Turn(role: .system, text: "S"), Turn(role: .user, text: "Q"), Turn(role: .assistant, text: "A"),
      ])
  }

  @Test func aChatThatEndsWithTheUserHasNoAnswer() throws {
    let question = try question(#"{"messages": [{"role": "user", "content": "Q"}]}"#)
    #expect(question.prompt == .stem("Q") && question.before == [] && question.label == nil)
  }

  /// Encoders have labels; a decoder may write, so the user must say which.
  @Test func aQuestionWithAnAnswerCanBeATextWithItsLabel() throws {
    let row = #"{"question": "Q?", "answer": "yes"}"#
    #expect(try reading(row) { $0.answersWithoutChoices = .label }.format.name == "texts")
    for (name, text) in [("train.jsonl", row), ("train.csv", "question,answer\nQ?,yes\n")] {
      let fault = fault { _ = try reading(text, named: name) { $0.answersWithoutChoices = .unknown } }
      #expect(fault?.subject == "\(name):1" && fault?.code == .data)
      #expect(
        fault?.message
          == "found questions with answers but without choices: are the answers to be written, or classes?")
      #expect(fault?.hint == "use `format answers` or `format texts`")
    }
  }

  @Test(arguments: AnswerAmbiguity.all) func otherRowsAreReadAsBefore(row: AnswerAmbiguity) throws {
    #expect(try reading(row.text) { $0.answersWithoutChoices = .unknown }.format.name == row.format)
  }

  @Test func questionsOfATestFileNeedNoAnswers() throws {
    try withTemporaryFolder { folder in
      let files = [("train", #"{"prompt": "Q?", "answer": "yes"}"#), ("test", #"{"question": "R?"}"#)]
      for (name, row) in files {
        try row.write(toFile: "\(folder)/\(name).jsonl", atomically: true, encoding: .utf8)
      }
      var options = QuestionFile.Options()
      options.answersWithoutChoices = .unknown
      let test = try QuestionFile.read(train: [folder + "/train.jsonl"], test: [folder + "/test.jsonl"], options).test
      #expect(test[0].questions[0].prompt == .stem("R?") && test[0].format.name == "answers")
    }
  }

  @Test(arguments: [
    (#"{"prompt": "Q?", "answer": "  "}"#, "an answer is blank"),
    (#"{"prompt": "Q?", "answers": ["a", ""]}"#, "an answer is blank"),
    (
      #"{"prompt": "Q?", "answer": true}"#,
      "answer: found a boolean, expected an answer as text, or a list of accepted answers"
    ),
    (#"{"prompt": "Q?", "question": "R?"}"#, "both prompt and question could be the prompt"),
    (#"{"messages": [], "prompt": "Q?"}"#, "both messages and prompt could be what is asked"),
    (
      #"{"messages": []}"#,
      "messages: expected a turn of the user, and behind it at most one of the assistant, at the end"
    ),
    (
      #"{"messages": [{"role": "tool", "content": "x"}]}"#,
      "messages[0]: found the role tool, expected system, user, assistant"
    ),
    (
      #"{"messages": [{"role": "user", "content": "Q"}, {"role": "assistant", "content": " "}]}"#, "an answer is blank"
    ),
  ])
  func aRowThatCannotBeReadIsNamed(row: String, message: String) {
    let fault = fault { _ = try reading(row + "\n") { $0.answersWithoutChoices = .text } }
    #expect(fault?.subject == "train.jsonl:1" && fault?.code == .data)
    #expect(fault?.message == message)
  }

  @Test func aTrainingRowNeedsAnAnswer() throws {
    let questions = try reading("prompt,answer\nQ?,\nR?,yes\n", named: "train.csv").questions
    let rule = SplitRule(calibration: .count(1), test: nil, seed: 0)
    let fault = fault { _ = try QuestionSet(train: questions, test: [], rule) }
    #expect(fault?.subject == "train.csv:2" && fault?.message == "no answer, expected one in every training row")
  }
}

/// A row of another format.
struct AnswerAmbiguity: Sendable, CustomTestStringConvertible {
  let format: String
  let text: String
  var testDescription: String { format }

  static let all = [
    AnswerAmbiguity(format: "jsonl", text: #"{"question": "Q?", "choices": ["a", "b"], "answer": 1}"#),
    AnswerAmbiguity(format: "jsonl", text: #"{"question": "Q?", "options": ["a", "b"], "completion": "x"}"#),
    AnswerAmbiguity(format: "csv", text: "question,A,B,answer\nQ?,a,b,B"),
    AnswerAmbiguity(format: "texts", text: #"{"text": "Q?", "answer": "yes"}"#),
    AnswerAmbiguity(format: "texts", text: #"{"question": "Q?", "label": "yes"}"#),
    AnswerAmbiguity(format: "texts", text: #"{"question": "Q?"}"#),
    AnswerAmbiguity(format: "boolq", text: #"{"question": "Q?", "passage": "P.", "answer": true}"#),
  ]
}
