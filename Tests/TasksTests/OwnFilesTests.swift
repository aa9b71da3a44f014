// The user's own files: names that other tools use, and answers that could be read in two ways.
import Faults
import Tasks
import Testing

@Suite struct OwnFilesTests {
  @Test(arguments: ["2", #""2""#, #""C""#, #""c""#, #""Rome""#]) func answerIsAnIndexALetterOrAText(answer: String)
    throws
  {
    let file = try reading(#"{"question": "Q?", "choices": ["Paris", "Oslo", "Rome"], "answer": \#(answer)}"#)
    #expect(file.format.name == "jsonl")
    #expect(file.questions[0].label == 2)
    #expect(file.questions[0].id == "train-1")
  }

  @Test(arguments: [
    #"{"query": "Q?", "choices": ["p", "q"], "gold": 1}"#,
    #"{"question_stem": "Q?", "choices": {"text": ["p", "q"], "label": ["A", "B"]}, "answerKey": "B"}"#,
    #"{"question": "Q?", "choices": {"text": ["p", "q"], "label": ["1", "2"]}, "answerKey": "2"}"#,
    #"{"ctx": "Q?", "endings": ["p", "q"], "label": 1}"#,
    #"{"question": "Q?", "options": [{"label": "A", "text": "p"}, {"label": "B", "text": "q"}], "target": "B"}"#,
  ]) func namesOfOtherToolsAreRecognised(row: String) throws {
    let question = try reading(row).questions[0]
    #expect(question.prompt == .stem("Q?"))
    #expect(question.choices == ["p", "q"])
    #expect(question.label == 1)
  }

  @Test func twoNamesForOnePartAreRejected() {
    let row = #"{"question": "Q?", "choices": ["p", "q"], "answer": 1, "label": 0}"#
    let fault = fault { _ = try reading(row) }
    #expect(fault?.subject == "train.jsonl:1")
    #expect(fault?.message == "both answer and label could be the answer")
  }

  @Test func contextBecomesThePassage() throws {
    let row = #"{"id": 7, "context": "P.", "question": "Q?", "choices": ["p", "q"]}"#
    let question = try reading(row).questions[0]
    #expect(question.prompt == .passage("P.", question: "Q?"))
    #expect(question.id == "7" && question.label == nil)
  }

  @Test func aPassageWithChoicesIsNotReadAsBoolQ() throws {
    let file = try reading(#"{"passage": "P.", "question": "Q?", "options": ["p", "q"], "answer": "B"}"#)
    #expect(file.format.name == "jsonl")
    #expect(file.questions[0].label == 1)
  }

  @Test(arguments: ["1.5", "1.0", "true", "3", #""3""#, "-1", #""E""#, #""Rom""#])
  func unknownAnswersAreRejected(answer: String) {
    let row = #"{"question": "Q?", "choices": ["Paris", "Oslo", "Rome"], "answer": 0}"# + "\n"
    let fault = fault {
      _ = try reading(row + #"{"question": "Q?", "choices": ["Paris", "Oslo", "Rome"], "answer": \#(answer)}"#)
    }
    #expect(fault?.code == .data)
    #expect(fault?.subject == "train.jsonl:2")
  }

  @Test func aNumberThatIsAnIndexAndATextIsRejectedUnlessTheStyleIsGiven() throws {
    let text = "question,A,B,C,answer\nTwo and one?,2,3,1,2\n"
    let fault = fault { _ = try reading(text, named: "own.csv") }
    #expect(fault?.subject == "own.csv:2")
    #expect(fault?.message == #"answer "2" can be the number of choice C or the text of choice A"#)
    #expect(try reading(text, named: "own.csv") { $0.answers = .text }.questions[0].label == 0)
    #expect(try reading(text, named: "own.csv") { $0.answers = .index }.questions[0].label == 2)
  }

  @Test func aLetterThatIsAnotherChoicesTextIsRejectedUnlessTheStyleIsGiven() throws {
    let row = #"{"question": "Which comes after A?", "choices": ["B", "A", "C"], "answer": "A"}"#
    let fault = fault { _ = try reading(row) }
    #expect(fault?.subject == "train.jsonl:1")
    #expect(fault?.message == #"answer "A" can be the letter of choice A or the text of choice B"#)
    #expect(fault?.hint.contains("`answers index|letter|text`") == true)
    #expect(try reading(row) { $0.answers = .letter }.questions[0].label == 0)
    #expect(try reading(row) { $0.answers = .text }.questions[0].label == 1)
    #expect(try reading(row.replacing(#""B", "A""#, with: #""A", "B""#)).questions[0].label == 0)
  }

  @Test func aLabelThatIsAnotherChoicesTextIsRejectedUnlessTheStyleIsGiven() throws {
    let row = #"{"question": "Q?", "choices": {"text": ["y", "x", "z"], "label": ["x", "y", "w"]}, "answer": "x"}"#
    let fault = fault { _ = try reading(row) }
    #expect(fault?.message == #"answer "x" can be the label of choice A or the text of choice B"#)
    #expect(fault?.hint.contains("`answers index|letter|text`") == true)
    #expect(try reading(row) { $0.answers = .letter }.questions[0].label == 0)
    #expect(try reading(row) { $0.answers = .text }.questions[0].label == 1)
  }

  @Test(arguments: [("true", "a boolean"), ("1.5", "the number 1.5"), ("[1]", "an array")])
  func anAnswerOfTheWrongTypeNamesTheExpectedOne(answer: String, found: String) {
    let row = #"{"question": "Q?", "choices": ["Paris", "Oslo"], "answer": \#(answer)}"#
    let expected = "an integer from 0 to 1, or a letter from A to B, or a choice's text"
    #expect(fault { _ = try reading(row) }?.message == "answer: found \(found), expected \(expected)")
    let settled = fault { _ = try reading(row) { $0.answers = .letter } }
    #expect(settled?.message == "answer: found \(found), expected a letter from A to B")
  }

  @Test(arguments: [(";", "semicolons"), ("\t", "tabs"), ("|", "bars")], [nil, "csv"])
  func otherDelimitersThanCommasAreNamed(delimiter: (String, String), format: String?) {
    let text = "question,A,B,answer\nWhich, then?,p,q,B\n".replacing(",", with: delimiter.0)
    let fault = fault { _ = try reading(text, named: "own.csv") { $0.format = try format.map(Format.named) } }
    #expect(fault?.subject == "own.csv:1")
    #expect(fault?.message == "found \(delimiter.1) between the columns, expected commas")
  }

  @Test func aRowOfUnknownFormatIsShown() {
    let fault = fault { _ = try reading("name;age\nAda;36\n", named: "own.csv") }
    #expect(fault?.message.hasPrefix(#"found "name;age", expected the columns text (or sentence"#) == true)
    #expect(fault?.hint.contains("with `format`") == true)
  }

  @Test(arguments: [
    "\u{FEFF}question,choices,answer\nQ?,p|q|r,q\n",
    "id,question,choices,answer\nx,Q?,\"[\"\"p\"\",\"\"q\"\",\"\"r\"\"]\",1\n",
    "question,A,B,C,D,answer\nQ?,p,q,r,,B\n",
    "answer,question,choice1,choice2,choice3\r\nB,Q?,p,q,r\r\n",
  ]) func choicesAreInColumnsOrInOneCell(text: String) throws {
    let file = try reading(text, named: "own.csv")
    #expect(file.format.name == "csv")
    #expect(file.questions[0].choices == ["p", "q", "r"])
    #expect(file.questions[0].label == 1)
  }

  @Test(arguments: [#"["only"]"#, "[]"]) func fewerThanTwoChoicesAreRejected(choices: String) {
    let fault = fault { _ = try reading(#"{"question": "Q?", "choices": \#(choices), "answer": 0}"#) }
    #expect(fault?.subject == "train.jsonl:1")
    #expect(fault?.message.hasSuffix("choices, expected 2 to 26") == true)
  }

  @Test func moreChoicesThanLettersAreRejected() {
    let choices = (0..<27).map { "\"c\($0)\"" }.joined(separator: ",")
    let fault = fault { _ = try reading(#"{"question": "Q?", "choices": [\#(choices)], "answer": 0}"#) }
    #expect(fault?.message == "found 27 choices, expected 2 to 26")
  }
}
