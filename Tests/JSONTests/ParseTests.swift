// What the parser accepts, and what it rejects at which byte.
import Faults
import JSON
import Testing

private func parse(_ text: String) throws(Fault) -> JSON { try JSON.parse(text, subject: "test.json") }

private func message(_ bytes: [UInt8]) -> String {
  do throws(Fault) {
    return "took \(try JSON.parse(bytes, subject: "test.json"))"
  } catch { return error.message }
}

private func message(_ text: String) -> String { message(Array(text.utf8)) }

@Test func everyKindOfValueIsRead() throws {
  let value = try parse(#" { "a" : [ 1 , -2.5e1, true, false, null, "x" ] , "b" : { } , "c" : [ ] } "#)
  #expect(value == ["a": [1, -25.0, true, false, .null, "x"], "b": [:], "c": []])
}

@Test func integersRemainDistinctFromFractions() throws {
  #expect(try parse("[1, 1.0, 1e0, -0, 0]") == [1, 1.0, 1.0, .number(-0.0), 0])
  #expect(try parse("1") != parse("1.0"))
  #expect(try parse("9223372036854775807") == .integer(.max))
  #expect(try parse("-9223372036854775808") == .integer(.min))
  #expect(try parse("9223372036854775808") == .number(0x1p63))
  #expect(try parse("-9223372036854775809") == .number(-0x1p63))
  #expect(try parse("123456789012345678901234567890") == .number(123456789012345677877719597056))
  guard case .number(let zero) = try parse("-0") else { throw Fault(.data, "-0", "read as an integer") }
  #expect(zero.sign == .minus)
}

@Test func doublesAreTheNearest() throws {
  #expect(try parse("0.1") == .number(0.1))
  #expect(try parse("2.2250738585072014e-308") == .number(.leastNormalMagnitude))
  #expect(try parse("5e-324") == .number(.leastNonzeroMagnitude))
  #expect(try parse("9007199254740993.0") == .number(9007199254740992))
  #expect(message("1e400").contains("does not fit into a Double"))
}

@Test(arguments: ["01", "-", "-a", "1.", ".5", "1e", "1e+", "+1", "0x10", "NaN", "Infinity", "-Infinity", "nul", "1 2"])
func anythingButNumbersAndWordsIsRejected(text: String) {
  #expect(message(text).contains("not JSON at byte"))
  #expect(message("[\(text)]").contains("not JSON at byte"))
}

@Test(arguments: [
  "", "  ", "[1,]", "[,1]", "{\"a\":1,}", "{a:1}", "{\"a\" 1}", "{\"a\":}", "[1", "{\"a\":1", "\"x", "[1] x",
  "// x\n1", "'a'", "\u{FEFF}1", "[1}", "\"\\x\"", "\"\\u12G4\"", "\"a\nb\"", "\"a\u{0}b\"", "\0",
])
func brokenTextIsRejected(text: String) { #expect(message(text).contains("not JSON at byte")) }

@Test func messagesSayByteAndLine() {
  #expect(message("{\n  \"a\": 1,\n  \"b\": x\n}") == "not JSON at byte 19 (line 3): expected a value, found \"x\"")
  #expect(message("[1] 2") == "not JSON at byte 4: expected the end, found \"2\"")
  #expect(message("[1") == "not JSON at byte 2: expected \",\" or \"]\", found the end")
}

@Test(arguments: [
  ("NaN", "null"), ("Infinity", "null"), ("-Infinity", "null"), ("None", "null"), ("undefined", "null"),
  ("True", "true"), ("False", "false"),
])
func wordsOfOtherLanguagesAreNamed(word: String, json: String) {
  for text in [word, "[\(word)]", "{\"a\":\(word)}"] {
    let fault = #expect(throws: Fault.self) { try parse(text) }
    #expect(fault?.message.hasSuffix(": \(word) is not a JSON value") == true)
    #expect(fault?.hint == "write \(json)")
  }
}

@Test func escapesAreDecoded() throws {
  #expect(
    try parse(#""\"\\\/\b\f\n\r\t\u00e9\uD83D\uDE00\u0000x""#) == .string("\"\\/\u{8}\u{C}\n\r\t\u{E9}\u{1F600}\0x"))
}

@Test(arguments: [#""\uD83D""#, #""\uDE00""#, #""\uD83Dx""#, #""\uD83D\n""#, #""\uD83D\uD83D""#, #""\uD83D\u0041""#])
func halfASurrogatePairIsRejected(text: String) { #expect(message(text).contains("half a surrogate pair")) }

@Test(
  arguments: [[0xC3], [0xC0, 0x80], [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80], [0xFF], [0xE2, 0x82]] as [[UInt8]])
func invalidUTF8IsRejectedAtItsByte(bytes: [UInt8]) {
  let plain = Array("[\"ab".utf8) + bytes + Array("cd\"]".utf8)
  #expect(message(plain) == "not JSON at byte 4: the text is not UTF-8")
  let escaped = Array("[\"\\n".utf8) + bytes + Array("cd\"]".utf8)
  #expect(message(escaped) == "not JSON at byte 4: the text is not UTF-8")
}

@Test func twoMembersWithTheSameNameAreRejected() {
  #expect(message(#"{"a": 1, "b": 2, "a": 3}"#) == "not JSON at byte 17: two members are called \"a\"")
  #expect(message(#"{"a": 1, "\u0061": 3}"#).contains("two members"))
  let many = (0..<100).map { "\"k\($0)\": \($0)" }.joined(separator: ",")
  for name in ["k0", "k7", "k8", "k9", "k99"] {
    #expect(message("{\(many), \"\(name)\": 1}").contains("two members are called \"\(name)\""))
  }
}

/// Swift's `==` treats these two strings as equal; a vocabulary contains both.
@Test func canonicallyEquivalentNamesAreDistinct() throws {
  let value = try parse(#"{"\u00e9": 1, "e\u0301": 2}"#)
  #expect(value["\u{E9}"] == 1)
  #expect(value["e\u{301}"] == 2)
  #expect(try parse(#""\u00e9""#) != parse(#""e\u0301""#))
}

@Test func depthIsLimited() throws {
  let deepest = String(repeating: "[", count: 64) + String(repeating: "]", count: 64)
  _ = try parse(deepest)
  #expect(message("[" + deepest + "]") == "not JSON at byte 64: nested more than 64 levels deep")
  #expect(message(String(repeating: "{\"a\":", count: 100_000)).contains("nested more than"))
  // Depth counts the open brackets, not all that were opened.
  _ = try parse("[" + Array(repeating: "[]", count: 1000).joined(separator: ",") + "]")
}

/// After changing, removing or duplicating any byte of a valid text: a value or a fault, never a trap.
@Test func damagedTextNeverTraps() {
  let text = Array(#"{"a":[1,-2.5e-3,true,null,"x\u00e9\ud83d\ude00\n"],"b":{"c":"é😀"}}"#.utf8)
  for index in text.indices {
    for byte in UInt8.min...UInt8.max {
      var damaged = text
      damaged[index] = byte
      _ = message(damaged)
    }
    _ = message(Array(text[..<index]))
    _ = message(Array(text[..<index] + text[(index + 1)...]))
  }
}
