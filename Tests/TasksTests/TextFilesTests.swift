// A user's own texts with labels, from a file to questions with classes, and every way to get a column, a label or a row
// wrong.
import Faults
import Foundation
import Tasks
import TestSupport
import Testing

/// The questions of training and test files with these contents.
private func texts(
  train: String, test: String? = nil, name: String = "own.csv", _ change: (inout TextOptions) -> Void = { _ in }
) throws -> (train: QuestionFile, test: QuestionFile?, doubts: [String]) {
  var options = QuestionFile.Options()
  change(&options.texts)
  return try withTemporaryFolder { folder in
    try train.write(toFile: "\(folder)/\(name)", atomically: true, encoding: .utf8)
    try test?.write(toFile: "\(folder)/test-\(name)", atomically: true, encoding: .utf8)
    let files = try QuestionFile.read(
      train: ["\(folder)/\(name)"], test: test == nil ? [] : ["\(folder)/test-\(name)"], options)
    return (files.train[0], files.test.first, files.doubts.map { $0.replacing(folder + "/", with: "") })
  }
}

@Suite struct TextFilesTests {
  @Test(arguments: [
    "text,label\n\"Good, really\",yes\nBad,no\n", "Text;Label\n\"Good, really\";yes\nBad;no\n",
    "Sentence\tClass\nGood, really\tyes\nBad\tno\n", "COMMENT,Category\r\n\"Good, really\",yes\r\nBad,no\r\n",
    "{\"review\": \"Good, really\", \"answer\": \"yes\"}\n{\"answer\": \"no\", \"review\": \"Bad\"}\n",
    "question,answer\n\"Good, really\",yes\nBad, no \n", "title,label\n\"Good, really\",yes\nBad,no\n",
  ])
  func textAndLabelAreFoundByName(content: String) throws {
    let file = try texts(train: content).train
    #expect(file.format.name == "texts" && file.fields.unused.isEmpty)
    #expect(file.questions.map(\.prompt) == [.sentence("Good, really", .category), .sentence("Bad", .category)])
    #expect(file.questions.map(\.choices) == [["no", "yes"], ["no", "yes"]])
    #expect(file.questions.map(\.label) == [1, 0])
    #expect(file.questions.map(\.id) == ["own-1", "own-2"])
  }

  @Test(arguments: [
    ("text_a", "text_b"), ("premise", "hypothesis"), ("Sentence1", "Sentence2"), ("question1", "question2"),
  ])
  func aPairIsTwoTexts(first: String, second: String) throws {
    let file = try texts(train: "\(second),id,\(first),label\nb,x,a,0\nd,y,c,1\n").train
    #expect(file.questions.map(\.prompt) == [.sentencePair("a", "b", .category), .sentencePair("c", "d", .category)])
    #expect(file.questions.map(\.id) == ["x", "y"])
  }

  @Test func namedColumnsAreReadAndOthersReported() throws {
    let content = "text,body of it,label,code,nr\nt,a,x,7,1\nu,b,y,8,2\n"
    let file = try texts(train: content) { ($0.text, $0.label, $0.id) = ("text+Body-of-it", "code", "nr") }.train
    #expect(file.questions.map(\.prompt) == [.sentence("t a", .category), .sentence("u b", .category)])
    #expect(file.questions[0].choices == ["7", "8"] && file.questions[0].id == "own-1")
    #expect(file.fields.unused == ["label"])
  }

  @Test(arguments: [
    (["1", "2", "10"], ["1", "2", "10"]), (["1.0", "1", "2.50"], ["1", "2.5"]), (["b", "a", "10"], ["10", "a", "b"]),
    (["-1", "0.0", "1."], ["-1", "0", "1"]), (["1", "1.0", "01", "1e0", "+1", "02"], ["1", "02"]),
    (["01", "1", "x"], ["01", "1", "x"]),
    (["9007199254740992", "9007199254740993"], ["9007199254740992", "9007199254740993"]),
    (["007", "7", "8"], ["7", "8"]), (["true", "false"], ["false", "true"]),
  ])
  func classesAreNumbersInOrderOrWordsInOrder(labels: [String], classes: [String]) throws {
    let rows = labels.enumerated().map { "t\($0),\($1)\n" }.joined()
    #expect(try texts(train: "text,label\n" + rows).train.questions[0].choices == classes)
  }

  @Test func anotherWayToWriteANumberIsTheSameClass() throws {
    let files = try texts(train: "text,label\na,1\nb,01\nc,2\nd,2e0\n", test: "text,label\ne,1.0\nf,002\n")
    #expect(files.train.questions.map(\.label) == [0, 0, 1, 1] && files.test?.questions.map(\.label) == [0, 1])
    #expect(files.train.questions[0].choices == ["1", "2"] && files.doubts == [])
  }

  @Test func numbersOfJSONAreLabels() throws {
    let rows =
      #"{"text": "a", "label": 1.0}"# + "\n" + #"{"text": "b", "label": 0}"# + "\n" + #"{"text": "c", "label": 1}"#
    let file = try texts(train: rows, name: "own.jsonl").train
    #expect(file.questions[0].choices == ["0", "1"] && file.questions.map(\.label) == [1, 0, 1])
  }

  @Test func aTestFileIsReadAgainstTheClassesOfTraining() throws {
    let files = try texts(train: "text,label\na,x\nb,y\nc,x\n", test: "label,text\ny,d\nz,e\nz,f\n,g\n")
    #expect(files.test?.questions.map(\.label) == [1, nil, nil, nil])
    #expect(
      files.doubts == [
        "the class y has a single example: it is either learnt or tested, not both",
        "test-own.csv:3: the label \"z\" is in no training row; 2 rows with it are predicted, but not scored",
      ])
  }

  @Test(arguments: ["rating", "Stars", "score", "grade"])
  func aColumnThatIsOftenTheLabelIsReadAndNamed(name: String) throws {
    let files = try texts(train: "text,\(name)\na,1\nb,2\nc,1\nd,2\n", test: "text,\(name)\ne,2\n")
    #expect(files.train.questions.map(\.label) == [0, 1, 0, 1] && files.test?.questions[0].label == 1)
    #expect(
      files.doubts == [
        "own.csv: the column \(name) is read as the label; if that is another one, name it with `label-column`"
      ])
    // A sure name comes first.
    let sure = try texts(train: "text,\(name),label\na,1,x\nb,2,y\nc,1,x\nd,2,y\n")
    #expect(sure.train.questions[0].choices == ["x", "y"] && sure.doubts == [])
  }

  @Test func newTextsMayHaveSeveralColumnsThatAreOftenTheLabel() throws {
    let test = try texts(train: "text,label\na,x\nb,y\n", test: "text,rating,score\nc,1,2\n").test
    #expect(test?.questions[0].label == nil)
  }

  @Test func classesThatDifferInCaseAreDoubted() throws {
    let rows = "text,label\na,Yes\nb,yes\nc,no\nd,no\ne,Yes\nf,yes\n"
    #expect(try texts(train: rows).doubts == ["the classes Yes and yes differ in case alone: are they one?"])
  }

  @Test(arguments: [
    ("NaN", "the class NaN looks like a missing value: if it is one, remove these rows"),
    ("None", "the class None looks like a missing value: if it is one, remove these rows"),
    (
      "x\u{200B}", "the class \"x\u{200B}\" has characters that cannot be seen (U+200B): is it a class of its own?"
    ),
  ])
  func classesThatLookLikeMistakesAreDoubted(name: String, doubt: String) throws {
    let rows = "text,label\na,\(name)\nb,x\nc,x\nd,\(name)\n"
    #expect(try texts(train: rows).doubts == [doubt])
  }

  @Test func aFileWithoutTrainingNeedsTheClasses() throws {
    try withTemporaryFolder { folder in
      let (train, new) = ("\(folder)/train.csv", "\(folder)/new.csv")
      try "text,label\na,x\nb,y\n".write(toFile: train, atomically: true, encoding: .utf8)
      try "text\nHello, you\n".write(toFile: new, atomically: true, encoding: .utf8)
      let files = try QuestionFile.read(train: [], test: [new], classes: [train], QuestionFile.Options())
      #expect(files.test[0].questions[0].choices == ["x", "y"] && files.test[0].questions[0].label == nil)
      #expect(files.test[0].questions[0].prompt == .sentence("Hello, you", .category))
      let fault = fault { _ = try QuestionFile.read(train: [], test: [new], QuestionFile.Options()) }
      #expect(fault?.message == "is a file of texts, but no training file tells the classes")
    }
  }
}

@Suite struct TextFaultsOfColumnsTests {
  private static let many = (0..<30).map { "t\($0),label \($0)\n" }.joined()

  @Test(
    arguments: [
      ("text,label,class\na,x,y\n", "own.csv:1", "both label and class could be the label", "`label-column label`"),
      (
        "text,rating,score\na,1,2\nb,3,4\n", "own.csv:1", "both rating and score could be the label",
        "`label-column rating`"
      ),
      ("text,Comment,label\na,b,x\n", "own.csv:1", "both text and Comment could be the text", "`text-column text`"),
      ("text,id,idx,label\na,b,1,x\n", "own.csv:1", "both id and idx could be the id", "`id-column id`"),
      ("text,label\na,x\nb,x\n", "own.csv", "all 2 labels are \"x\", expected at least two", "`label-column`"),
      ("text,label\n" + many, "own.csv", "found 30 different labels in 30 rows: this looks like free text", "column"),
      ("text,lable\na,x\nb,y\n", "own.csv:1", "no row has a label, found the columns text, lable", "`label-column`"),
      ("text,label\na,\nb,\n", "own.csv:1", "no row has a label, found the columns text, label", "`label-column`"),
      ("text,label\na,x,1\n", "own.csv:2", "found 3 fields, expected 2: text, label", ""),
      ("text,label\na \"b\" c,x\n", "own.csv:2", "a quote inside a field that does not begin with one", "double"),
      ("text,label\n\"a,x\nb,y\n", "own.csv:2", "the quote that opens here is never closed", ""),
      ("text,label\na,x\n\nb,y\n", "own.csv:3", "a blank line between rows", "remove it"),
      ("text,text,label\na,a,x\n", "own.csv:1", "two columns are called text", "rename one"),
      ("text,label\n", "own.csv", "no rows, expected at least one question", ""),
      ("{\"text\": 1, \"label\": 1}\n", "own.csv:1", "text: found the number 1, expected a string", ""),
      (
        "{\"text\": \"a\", \"label\": 1}\n{\"text\": \"b\", \"label\": [1]}\n", "own.csv:2",
        "label: found an array, expected one label", ""
      ),
      (
        "{\"text\": \"a\", \"label\": 1}\n{\"label\": 1}\n", "own.csv:2", "no column for the text, found label",
        "`text-column`"
      ),
    ])
  func eachMistakeHasOneClearLine(content: String, subject: String, says: String, hint: String) {
    let fault = fault { _ = try texts(train: content) }
    #expect(fault?.code == .data && fault?.subject == subject, "\(fault?.subject ?? "")")
    #expect(fault?.message.hasPrefix(says) == true, "\(fault?.message ?? "")")
    #expect(fault?.hint.contains(hint) == true || hint.isEmpty, "\(fault?.hint ?? "")")
  }

  @Test(
    arguments: [
      ("foo,label\na,x\n", "own.csv:1", "no column for the text, found foo, label", "`text-column`"),
      ("id;remark;Rating\n1;a;x\n", "own.csv:1", "no column for the text, found id, remark, Rating", "`text-column`"),
      (
        "a,x\nb,y\n", "own.csv:1", "found \"a,x\", expected the columns text (or sentence, question, comment, ...) and",
        "`label-column`"
      ),
      (
        "{\"remark\": \"a\", \"label\": \"x\"}\n{\"remark\": \"b\", \"label\": \"y\"}\n", "own.csv:1",
        "no column for the text, found remark, label", "call it text (or sentence, question, comment, ...), or name it"
      ),
      ("{\"answer\": \"a\"}\n", "own.csv:1", "no column for the text, found answer", "`text-column`"),
      ("text|label\na|x\n", "own.csv:1", "found bars between the columns, expected commas", "save it as CSV"),
      ("text,label\ra,x\rb,y\r", "own.csv", "its lines end with CR alone", "tr '\\r' '\\n'"),
      ("sep=;\r\ntext;label\r\na;x\r\n", "own.csv:1", "found sep=;, which only Excel reads", "remove this line"),
    ], [false, true])
  func aWrongHeaderIsToldWhatTextsNeed(
    file: (content: String, subject: String, says: String, hint: String), isNamed: Bool
  ) {
    // The first rows say what a file is; new texts are read as texts without asking.
    let fault = fault {
      _ = try withTemporaryFolder { folder in
        try file.content.write(toFile: folder + "/own.csv", atomically: true, encoding: .utf8)
        if isNamed { return _ = try TextRows(folder + "/own.csv") }
        _ = try QuestionFile.read(train: [folder + "/own.csv"], test: [], QuestionFile.Options())
      }
    }
    #expect(fault?.code == .data && fault?.subject == file.subject, "\(fault?.subject ?? "")")
    guard !isNamed || !file.says.hasPrefix("found \"") else { return }
    #expect(fault?.message.hasPrefix(file.says) == true, "\(fault?.message ?? "")")
    #expect(fault?.hint.contains(file.hint) == true, "\(fault?.hint ?? "")")
  }

  @Test(arguments: [
    (#"{"remark": "a", "verdict": "x"}"#, "the members remark, verdict, expected the members"),
    (#"{"foo": 1}"#, "the members foo, expected the members"),
    ("{}", "an object without members, expected the members"), ("[1, 2]", "an array, expected an object with"),
  ])
  func membersOfNoFormatAreNamedWithThoseOfTexts(row: String, says: String) {
    let fault = fault { _ = try texts(train: row + "\n" + row + "\n") }
    #expect(fault?.code == .data && fault?.subject == "own.csv:1", "\(fault?.subject ?? "")")
    #expect(
      fault?.message == "found \(says) text (or sentence, question, comment, ...) and label (or labels, class, answer, "
        + "...), or question, choices (or A, B, ...) and answer", "\(fault?.message ?? "")")
    #expect(fault?.hint.hasPrefix("name yours with `text-column` and `label-column`, or ") == true)
  }

  /// The one message for both kinds of file, where a text was found and no label.
  @Test(arguments: ["sentence,lbl\na,x\nb,y\n", "{\"sentence\": \"a\", \"lbl\": \"x\"}\n"])
  func aMissingLabelIsToldWithTheNamesThatWereFound(content: String) {
    let fault = fault { _ = try texts(train: content) }
    #expect(fault?.message == "no row has a label, found the columns sentence, lbl")
    #expect(
      fault?.hint
        == "call the labels' column label (or labels, class, answer, ...), or name it with `label-column`")
  }

  @Test func aColumnThatIsNamedButMissingIsSuggested() {
    let content = "remark,grade\na,x\nb,y\n"
    let text = fault { _ = try texts(train: content) { ($0.text, $0.label) = ("remrak", "grade") } }
    #expect(text?.message == "no column called remrak (did you mean remark?), found remark, grade")
    let label = fault { _ = try texts(train: content) { ($0.text, $0.label) = ("remark", "grde") } }
    #expect(
      label?.message
        == "no row has a label in the column grde (did you mean grade?), found the columns remark, grade")
  }

  @Test func labelsThatAreAllUnknownAreRejected() {
    let fault = fault { _ = try texts(train: "text,label\na,x\nb,y\n", test: "text,label\nc,0\nd,1\n") }
    #expect(fault?.subject == "test-own.csv:2")
    #expect(fault?.message == "none of the labels, such as \"0\", is one of the training files': x, y")
  }

  @Test func moreThan2000ClassesAreRejected() throws {
    let rows = (0..<2001).flatMap { ["a\($0),\($0)\n", "b\($0),\($0)\n"] }.joined()
    let fault = fault { _ = try texts(train: "text,label\n" + rows) }
    #expect(fault?.message.hasSuffix("; at most 2000 classes are possible") == true)
    let fewer = (0..<2000).flatMap { ["a\($0),\($0)\n", "b\($0),\($0)\n"] }.joined()
    #expect(try texts(train: "text,label\n" + fewer).train.questions[0].choices.count == 2000)
  }
}
