// The published multiple-choice sets: one test for each of their peculiarities.
import Faults
import Tasks
import TestSupport
import Testing

@Suite struct ChoiceSetsTests {
  @Test func arcRowsHaveTheirOwnLabels() throws {
    let file = try reading(
      [
        arcRow("a", answer: "D"), arcRow("b", answer: "3", labels: ["1", "2", "3", "4"]),
        arcRow("c", answer: "C", labels: ["A", "B", "C"]), arcRow("d", answer: "E", labels: ["A", "B", "C", "D", "E"]),
      ].joined(separator: "\n"))
    #expect(file.format.name == "arc")
    #expect(file.questions.map(\.label) == [3, 2, 2, 4])
    #expect(file.questions.map(\.choices.count) == [4, 4, 3, 5])
    #expect(file.questions[1].choices == ["alpha", "beta", "gamma", "delta"])
  }

  @Test func arcLabelOfAnotherRowIsRejected() {
    let fault = fault { _ = try reading(arcRow("a") + "\n" + arcRow("b", answer: "E")) }
    #expect(fault?.subject == "train.jsonl:2")
    #expect(fault?.message == #"label "E" is not one of A, B, C, D"#)
  }

  @Test func arcChoicesWithTheSameLabelAreRejected() {
    let fault = fault { _ = try reading(arcRow("a", labels: ["A", "B", "B"])) }
    #expect(fault?.subject == "train.jsonl:1")
    #expect(fault?.message.contains("two choices are labelled B") == true)
  }

  @Test func arcEscapedControlCharacterStays() throws {
    let file = try reading(arcRow("a", stem: #"a \u0002 b"#))
    #expect(file.questions[0].prompt == .stem("a \u{2} b"))
  }

  @Test func commonsenseQAHasItsMembersInAnotherOrderAndMayLackTheAnswer() throws {
    let choices = #"[{"label": "A", "text": "same"}, {"label": "B", "text": "same"}]"#
    let question = #""question": {"question_concept": "dog", "choices": \#(choices), "stem": "a\tb"}"#
    let file = try reading(
      #"{"answerKey": "B", "id": "x", \#(question)}"# + "\n" + #"{"id": "y", \#(question)}"#)
    #expect(file.format.name == "arc")
    #expect(file.questions.map(\.label) == [1, nil])
    // Two choices with the same text remain two choices: the label is an index, not a text.
    #expect(file.questions[0].choices == ["same", "same"])
    #expect(file.questions[0].prompt == .stem("a\tb"))
  }

  @Test func openBookQAKeepsShortStemsAndLabelsInsideChoices() throws {
    let choices = #"[{"text": "x (D) y", "label": "A"}, {"text": "z", "label": "B"}]"#
    let file = try reading(#"{"id": "12", "question": {"stem": "A", "choices": \#(choices)}, "answerKey": "A"}"#)
    #expect(file.questions[0].prompt == .stem("A"))
    #expect(file.questions[0].choices == ["x (D) y", "z"])
  }

  @Test func boolQAnswersAreBooleans() throws {
    let rows = #"""
      {"question": "is it so", "title": "t", "answer": true, "passage": "mid\#u{FEFF}dle"}
      {"question": "is it not", "title": "t", "answer": false, "passage": "p"}
      """#
    let file = try reading(rows, named: "dev.jsonl")
    #expect(file.format.name == "boolq")
    #expect(file.questions.map(\.label) == [1, 0])
    #expect(file.questions.map(\.id) == ["dev-1", "dev-2"])
    #expect(file.questions[0].choices == ["no", "yes"])
    #expect(file.questions[0].prompt == .passage("mid\u{FEFF}dle", question: "is it so"))
  }

  @Test(arguments: [#""true""#, "1", "1.5"]) func boolQRejectsOtherAnswers(answer: String) {
    let row = #"{"question": "q", "passage": "p", "answer": true}"# + "\n"
    let fault = fault { _ = try reading(row + #"{"question": "q", "passage": "p", "answer": \#(answer)}"#) }
    #expect(fault?.subject == "train.jsonl:2")
    #expect(fault?.message.contains("expected a boolean") == true)
  }

  @Test func winoGrandeAnswersAreStringsFromOne() throws {
    let rows = #"""
      {"qID": "W-1", "sentence": "Ann met Eve and _ smiled.", "option1": "Ann", "option2": "Eve", "answer": "2"}
      {"qID": "W-2", "sentence": "Ann met Eve and _ smiled.", "option1": "Ann", "option2": "Eve"}
      """#
    let file = try reading(rows)
    #expect(file.format.name == "winogrande")
    #expect(file.questions.map(\.label) == [1, nil])
    #expect(file.questions[0].id == "W-1")
  }

  @Test(arguments: [("no blank", 0), ("_ and _", 2)]) func winoGrandeNeedsOneBlank(sentence: String, blanks: Int) {
    let row = #"{"qID": "W", "sentence": "\#(sentence)", "option1": "a", "option2": "b", "answer": "1"}"#
    let fault = fault { _ = try reading(row) }
    #expect(fault?.subject == "train.jsonl:1")
    #expect(fault?.message == "found \(blanks) blanks (_) in the sentence, expected one")
  }

  @Test func winoGrandeRejectsANumberAsAnswer() {
    let row = #"{"qID": "W", "sentence": "_", "option1": "a", "option2": "b", "answer": 1}"#
    #expect(fault { _ = try reading(row) }?.message.contains("expected a string") == true)
  }

  /// What CB calls neutral, and a contradiction, is no entailment for RTE. By itself it has its three classes.
  @Test func setsOfTwoAndOfThreeClassesOfInferenceAreReadTogether() throws {
    try withTemporaryFolder { folder in
      let labels = ["entailment", "contradiction", "neutral"]
      let cb = labels.enumerated().map { #"{"premise": "p", "hypothesis": "h", "label": "\#($1)", "idx": \#($0)}"# }
      try (cb + [#"{"premise": "p", "hypothesis": "h", "idx": 3}"#]).joined(separator: "\n")
        .write(toFile: folder + "/cb.jsonl", atomically: true, encoding: .utf8)
      try "index\tsentence1\tsentence2\tlabel\n0\ta\tb\tnot_entailment\n"
        .write(toFile: folder + "/rte.tsv", atomically: true, encoding: .utf8)
      let (train, test, _) = try QuestionFile.read(
        train: [folder + "/rte.tsv"], test: [folder + "/cb.jsonl"], QuestionFile.Options())
      #expect(test[0].questions.map(\.label) == [0, 1, 1, nil])
      #expect(Set((train + test).flatMap { $0.questions.map(\.choices) }) == [["entailment", "not entailment"]])
      let alone = try QuestionFile.read(train: [folder + "/cb.jsonl"], test: [], QuestionFile.Options()).train[0]
      #expect(alone.questions.map(\.label) == [0, 1, 2, nil] && alone.questions[0].choices.count == 3)
    }
  }

  @Test func cbIdsStartOverInEveryFile() throws {
    let row = #"{"premise": "p", "hypothesis": "h", "label": "neutral", "idx": 0}"#
    let (train, val) = (try reading(row, named: "train.jsonl"), try reading(row, named: "val.jsonl"))
    #expect(train.format.name == "cb")
    #expect(train.questions[0].label == 2)
    #expect(train.questions[0].id == "train-0" && val.questions[0].id == "val-0")
    #expect(train.questions[0].prompt == .sentencePair("p", "h", .entailment))
  }
}
