// Faults of the text itself: encodings, line ends, blank lines, limits. Each fault names the row.
import Faults
import Foundation
import Tasks
import Testing

@Suite struct TextFaultsTests {
  private let rows = [arcRow("a"), arcRow("b", answer: "C"), arcRow("c", answer: "D")]

  @Test(arguments: [("\n", "\n"), ("\r\n", "\r\n"), ("\n", ""), ("\n", "\n\n"), ("\r\n", "")])
  func lineEndsAndByteOrderMarkChangeNothing(between: String, end: String) throws {
    let plain = try reading(rows.joined(separator: "\n") + "\n").questions
    let other = try reading("\u{FEFF}" + rows.joined(separator: between) + end).questions
    #expect(other.map(\.id) == plain.map(\.id))
    #expect(other.map(\.prompt) == plain.map(\.prompt))
    #expect(other.map(\.label) == plain.map(\.label))
  }

  @Test func aBlankLineBetweenRowsIsRejected() {
    let fault = fault { _ = try reading([rows[0], "", rows[1]].joined(separator: "\n")) }
    #expect(fault?.subject == "train.jsonl:2")
    #expect(fault?.message == "a blank line between rows")
  }

  @Test func aBlankLineInsideATableIsRejected() {
    let fault = fault { _ = try reading("q,1,2,3,4,A\n\nq,1,2,3,4,A\n", named: "x_dev.csv") }
    #expect(fault?.subject == "x_dev.csv:2")
  }

  @Test func aBlankLineAtTheEndOfATableIsAccepted() throws {
    #expect(try reading("q,1,2,3,4,A\r\n\r\n", named: "x_dev.csv").questions.count == 1)
  }

  @Test func invalidUTF8IsRejectedWithItsByte() {
    let bytes = Array((rows[0] + "\n{\"id\":\"").utf8) + [0xFF, 0x22]
    let fault = fault { _ = try reading(bytes: bytes) }
    #expect(fault?.code == .data)
    #expect(fault?.subject == "train.jsonl:2")
    #expect(fault?.message.contains("byte \(rows[0].utf8.count + 1 + 7) of the file") == true)
    #expect(fault?.hint.contains("`replace`") == true)
  }

  @Test func invalidUTF8AndNULAreReplacedAndCountedOnRequest() throws {
    let bytes = Array(#"{"question":"a"#.utf8) + [0xFF, 0x00, 0xE2, 0x82] + Array(#"b","choices":["p","q"]}"#.utf8)
    let file = try reading(bytes: bytes) { $0.replacesInvalidText = true }
    #expect(file.replacements == 3)
    #expect(file.questions[0].prompt == .stem("a\u{FFFD}\u{FFFD}\u{FFFD}b"))
  }

  @Test func nulIsRejected() {
    let fault = fault { _ = try reading(rows[0] + "\n" + arcRow("b", stem: "a\u{0}b")) }
    #expect(fault?.subject == "train.jsonl:2")
    #expect(fault?.message.contains("NUL") == true)
    #expect(fault?.hint.hasPrefix("the file is binary, or UTF-16 without a byte order mark") == true)
  }

  @Test(arguments: [#"a\u0000b"#, #"a\ud800b"#]) func escapesCannotProduceForbiddenText(stem: String) {
    let fault = fault { _ = try reading(rows[0] + "\n" + arcRow("b", stem: stem)) }
    #expect(fault?.code == .data)
    #expect(fault?.subject == "train.jsonl:2")
  }

  @Test(arguments: [String.Encoding.utf16, .utf16LittleEndian, .utf16BigEndian], [nil, "arc"])
  func utf16IsRecognised(encoding: String.Encoding, format: String?) throws {
    let bytes = [UInt8](try #require(rows[0].data(using: encoding)))
    let file = try reading(bytes: bytes) { $0.format = try format.map(Format.named) }
    #expect(
      file.questions
        == (try reading(rows[0]).questions).map { question in
          var question = question
          question.location = file.questions[0].location
          return question
        })
  }

  @Test(arguments: [String.Encoding.utf32, .utf32LittleEndian, .utf32BigEndian])
  func utf32IsRejectedByName(encoding: String.Encoding) throws {
    let bytes = [UInt8](try #require(rows[0].data(using: encoding)))
    let fault = fault { _ = try reading(bytes: bytes) }
    #expect(fault?.message == "found UTF-32, expected UTF-8")
    #expect(fault?.hint.contains("iconv -f UTF-32 -t UTF-8") == true)
  }

  @Test(arguments: ["", "\n", " \r\n\t\n", "\u{FEFF}\n"], [nil, "jsonl", "csv"])
  func aFileWithoutTextIsRejected(content: String, format: String?) {
    let fault = fault { _ = try reading(content) { $0.format = try format.map(Format.named) } }
    #expect(fault?.subject == "train.jsonl")
    #expect(fault?.message == "is \(content.isEmpty ? "empty" : "blank"), expected at least one question")
  }

  @Test func aDuplicateMemberIsRejected() {
    let row = #"{"id":"a","id":"b","question":{"stem":"s","choices":[]},"answerKey":"A"}"#
    let fault = fault { _ = try reading(rows[0] + "\n" + row) }
    #expect(fault?.subject == "train.jsonl:2")
    #expect(fault?.message.contains("two members") == true)
  }

  @Test func deepNestingIsRejected() {
    let fault = fault {
      _ = try reading(rows[0] + "\n" + String(repeating: "[", count: 65) + String(repeating: "]", count: 65))
    }
    #expect(fault?.subject == "train.jsonl:2")
    #expect(fault?.message.contains("nested more than") == true)
  }

  @Test func aHugeRowIsRejected() {
    let fault = fault { _ = try reading(rows[0] + "\n" + arcRow("b", stem: String(repeating: "x", count: 16 << 20))) }
    #expect(fault?.subject == "train.jsonl:2")
    #expect(fault?.message.contains("the row has 16777") == true)
  }

  @Test func anUnclosedQuoteIsRejectedWhereItOpens() {
    let fault = fault { _ = try reading("q,1,2,3,4,A\n\"q,1\n2,3,4,B\n", named: "x_dev.csv") }
    #expect(fault?.subject == "x_dev.csv:2")
    #expect(fault?.message == "the quote that opens here is never closed")
  }

  @Test(arguments: ["a \"b\" c,1,2,3,4,A", "\"a\" b,1,2,3,4,A"]) func aStrayQuoteIsRejected(row: String) {
    let fault = fault { _ = try reading("q,1,2,3,4,A\n\(row)\n", named: "x_dev.csv") }
    #expect(fault?.subject == "x_dev.csv:2")
  }

  @Test(arguments: ["", "\n", "sentence\tlabel\n"]) func aFileWithoutRowsIsRejected(text: String) {
    let fault = fault { _ = try reading(text, named: "x.tsv") { $0.format = try Format.named("sst2") } }
    #expect(fault?.code == .data)
    #expect(fault?.subject.hasPrefix("x.tsv") == true)
  }

  @Test func emptyTextIsKept() throws {
    let file = try reading("sentence\tlabel\n\t1\n", named: "x.tsv")
    #expect(file.questions[0].prompt == .sentence("", .sentiment))
  }

  @Test func anUnknownFirstRowIsToldWhatAFileNeeds() {
    let fault = fault { _ = try reading("hello,you\n", named: "x.txt") }
    #expect(fault?.subject == "x.txt:1")
    #expect(fault?.message.hasPrefix("found \"hello,you\", expected the columns text (or ") == true)
    #expect(fault?.hint.hasPrefix("name yours with `text-column` and `label-column`") == true)
  }

  @Test func anUnknownFormatNameIsRejected() {
    let fault = fault { _ = try Format.named("arcc") }
    #expect(fault?.code == .usage)
    #expect(fault?.hint.contains("openbookqa") == true)
  }

  @Test func aMissingFileIsRejected() {
    let fault = fault { _ = try QuestionFile(reading: "/nowhere/x.jsonl", idPrefix: "x") }
    #expect(fault?.code == .noInput)
  }

  @Test func idsDropOnlyTheFileExtensions() throws {
    #expect(try reading("sentence\tlabel\na\t1\n", named: "train.v2.tsv.gz").questions[0].id == "train.v2-1")
  }
}
