// A user's own texts with labels, from a file to questions with classes.
import Faults
import Foundation
import Tasks
import TestSupport
import Testing

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
