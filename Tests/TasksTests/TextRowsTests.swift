// The reader of texts row by row: the same rows whatever the encoding, the compression and the pieces that a file
// arrives in.
import Faults
import Foundation
import Tasks
import TestSupport
import Testing

@Suite struct TextRowsTests {
  private func rows(of bytes: Data, _ options: TextOptions = TextOptions()) throws -> [TextRows.Row] {
    try withTemporaryFolder { folder in
      try bytes.write(to: URL(fileURLWithPath: folder + "/new.csv"))
      let file = try TextRows(folder + "/new.csv", options)
      var rows: [TextRows.Row] = []
      while let row = try file.next() { rows.append(row) }
      return rows
    }
  }

  @Test func aRowHasItsNumberItsPartsAndAllFields() throws {
    let row = try rows(of: Data("id,text,extra,label\n\n".utf8)).first
    #expect(row == nil)
    let rows = try rows(of: Data("id,text,extra,label\nx,\"two\nlines\",e,1.0\n,b,,\n".utf8))
    #expect(rows.map(\.number) == [1, 2] && rows.map(\.id) == ["x", nil])
    #expect(rows.map(\.texts) == [["two\nlines"], ["b"]] && rows.map(\.label) == ["1", nil])
    #expect(rows.map(\.fields) == [["x", "two\nlines", "e", "1.0"], ["", "b", "", ""]])
    #expect(rows[1].location.hasSuffix("/new.csv:4"))
  }

  @Test func quotesWithNothingInThemAreAnEmptyText() throws {
    let rows = try rows(of: Data("text\na\n\"\"\nb\n\"\"\n".utf8))
    #expect(rows.map(\.texts) == [["a"], [""], ["b"], [""]])
  }

  @Test func membersMayBeMissingOrInAnotherOrder() throws {
    let lines = [#"{"text": "a", "n": 1, "m": {"k": [2]}}"#, #"{"n": null, "label": "x", "text": "b"}"#]
    let rows = try rows(of: Data(lines.joined(separator: "\n").utf8))
    #expect(rows.map(\.fields) == [["a", "1", #"{"k":[2]}"#], ["b", "", ""]])
    #expect(rows.map(\.label) == [nil, "x"])
  }

  /// A file of several pieces, with quotes, line ends and characters of several bytes across their borders.
  @Test(arguments: [String.Encoding.utf8, .utf16, .utf16LittleEndian, .utf16BigEndian])
  func aLongFileIsReadInPieces(encoding: String.Encoding) throws {
    let texts = (0..<40_000).map { "row \($0) \"é\u{1F600}\",\n\(String(repeating: "x", count: $0 % 17))" }
    let table = "text;n\n" + texts.enumerated().map { "\"\($1.replacing("\"", with: "\"\""))\";\($0)\n" }.joined()
    let rows = try rows(of: try #require(table.data(using: encoding)))
    #expect(rows.map { $0.texts[0] } == texts)
    #expect(rows.map(\.fields[1]) == texts.indices.map(String.init))
    #expect(rows.last?.location.hasSuffix(":80000") == true)
  }

  @Test(arguments: [
    (TextEncoding.windows1252, [0xE9, 0x80, 0x93] as [UInt8], "é€“"), (.latin1, [0xE9, 0xA4], "é¤"),
    (.utf8, [0xC3, 0xA9], "é"),
  ])
  func anEncodingIsTold(encoding: TextEncoding, bytes: [UInt8], text: String) throws {
    var options = TextOptions()
    options.encoding = encoding
    #expect(try rows(of: Data("text\n".utf8) + bytes, options).map(\.texts) == [[text]])
  }

  @Test func otherBytesThanUTF8AreRejectedWithTheRowAndTheByte() {
    let bytes = Data([0xEF, 0xBB, 0xBF]) + Data("text\nplain\nGr".utf8) + [0xFC] + Data("n\n".utf8)
    let fault = fault { _ = try rows(of: bytes) }
    #expect(fault?.subject == "new.csv:3")
    #expect(fault?.message == "byte 3 is not UTF-8 (byte 16 of the file)")
    #expect(fault?.hint.contains("`encoding windows-1252`") == true && fault?.hint.contains("iconv") == true)
  }

  @Test func nulIsNoEncodingOfWindows() {
    let fault = fault { _ = try rows(of: Data("text\nhello\nfoo\u{0}bar\n".utf8)) }
    #expect(fault?.subject == "new.csv:3" && fault?.message.hasPrefix("byte 4 is NUL") == true)
    #expect(fault?.hint.contains("UTF-16") == true && fault?.hint.contains("windows") == false)
  }

  @Test func invalidBytesAreReplacedOnRequest() throws {
    var options = TextOptions()
    options.replacesInvalidText = true
    #expect(try rows(of: Data("text\nGr".utf8) + [0xFC, 0x00], options).map(\.texts) == [["Gr\u{FFFD}\u{FFFD}"]])
  }

  @Test(arguments: ["utf-8", "UTF8", "latin1", "ISO-8859-1", "cp1252", "Windows_1252", "UTF-16LE"])
  func encodingsHaveTheirUsualNames(name: String) { #expect(TextEncoding(named: name) != nil) }

  @Test func halfACharacterOfUTF16IsRejected() throws {
    let whole = try #require("text\nab\n".data(using: .utf16LittleEndian))
    #expect(fault { _ = try rows(of: whole.dropLast()) }?.message.hasPrefix("ends inside a character") == true)
    let half = whole.dropLast(2) + Data([0x00, 0xD8, 0x0A, 0x00])
    #expect(fault { _ = try rows(of: half) }?.message.hasPrefix("half a character of utf-16le at byte 14") == true)
  }
}
