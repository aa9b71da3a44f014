// Every way to get a column, a label or a row of a user's own texts wrong.
import Faults
import Foundation
import Tasks
import TestSupport
import Testing

@Suite struct TextColumnsTests {
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
