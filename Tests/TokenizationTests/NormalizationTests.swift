// The normalization forms over all scalars, and cases where Foundation and Swift are wrong.
import Foundation
import JSON
import Testing
import Tokenization

private func normalize(_ form: String, _ text: String) throws -> [Unicode.Scalar] {
  let tokenizer = try Tokenizer(json: wordPiece(normalizer: ["type": .string(form)]), subject: "test")
  return tokenizer.pieces(of: text).flatMap(\.unicodeScalars)
}

private let allScalars = (UInt32(0)...0x10FFFF).compactMap(Unicode.Scalar.init)

/// The decompositions are computed for certain blocks only: no scalar outside them may have one.
@Test(arguments: ["NFD", "NFKD", "NFC", "NFKC"])
func everyScalarOfUnicode9IsNormalized(form: String) throws {
  let scalars = allScalars.filter { ($0.properties.age?.major ?? 99) < 9 || $0.properties.age ?? (99, 0) == (9, 0) }
  #expect(scalars.count > 120_000)
  let tokenizer = try Tokenizer(json: wordPiece(normalizer: ["type": .string(form)]), subject: "test")
  for scalar in scalars {
    let text = String(scalar)
    let expected =
      switch form {
      case "NFD": text.decomposedStringWithCanonicalMapping
      case "NFKD": text.decomposedStringWithCompatibilityMapping
      case "NFC": text.precomposedStringWithCanonicalMapping
      default: text.precomposedStringWithCompatibilityMapping
      }
    let pieces = tokenizer.pieces(of: text)
    if !areIdentical(pieces, [expected]) { Issue.record("U+\(String(scalar.value, radix: 16)): \(pieces)") }
  }
}

@Test func newerScalarsPassUnchanged() throws {
  // U+11938 (Unicode 13) decomposes to U+11935 U+11930.
  #expect(try normalize("NFD", "\u{11938}") == ["\u{11938}"])
  #expect(try normalize("NFC", "\u{11935}\u{11930}") == ["\u{11935}", "\u{11930}"])
}

/// Foundation on Linux does not compose a Hangul syllable with the tail after it.
@Test func hangulSyllablesComposeWithTheirTail() throws {
  #expect(try normalize("NFC", "\u{AC00}\u{11A8}") == ["\u{AC01}"])
  #expect(try normalize("NFC", "\u{1100}\u{1161}\u{11A8}") == ["\u{AC01}"])
  #expect(try normalize("NFC", "\u{AC01}\u{11A8}") == ["\u{AC01}", "\u{11A8}"])
  #expect(try normalize("NFC", "\u{AC00}\u{11A7}") == ["\u{AC00}", "\u{11A7}"])
}

/// Swift's table orders marks before it decomposes them.
@Test func marksAreOrderedAfterTheyAreDecomposed() throws {
  #expect(try normalize("NFD", "\u{340}\u{F73}") == ["\u{F71}", "\u{F72}", "\u{300}"])
  #expect(try normalize("NFD", "a\u{301}\u{327}\u{302}") == ["a", "\u{327}", "\u{301}", "\u{302}"])
}

@Test func compositionStopsAtBlockingMarks() throws {
  #expect(try normalize("NFC", "a\u{327}\u{301}") == ["\u{E1}", "\u{327}"])
  #expect(try normalize("NFC", "a\u{302}\u{301}") == ["\u{1EA5}"])
  #expect(try normalize("NFC", "a\u{305}\u{301}") == ["a", "\u{305}", "\u{301}"])
  // U+0958 is never composed, and U+2126 is another scalar's duplicate.
  #expect(try normalize("NFC", "\u{958}\u{2126}") == ["\u{915}", "\u{93C}", "\u{3A9}"])
}

/// The normalization forms are idempotent, and NFC of NFD is NFC.
@Test func formsAreStable() throws {
  var state: UInt64 = 1
  let scalars = (0..<4000).map { _ -> Unicode.Scalar in
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return Unicode.Scalar(UInt32(state >> 33) % 0x2000) ?? "a"
  }
  let text = String(String.UnicodeScalarView(scalars))
  func again(_ form: String, _ scalars: [Unicode.Scalar]) throws -> [Unicode.Scalar] {
    try normalize(form, String(String.UnicodeScalarView(scalars)))
  }
  for form in ["NFD", "NFC", "NFKD", "NFKC"] {
    let once = try normalize(form, text)
    #expect(try again(form, once) == once)
  }
  #expect(try again("NFC", normalize("NFD", text)) == normalize("NFC", text))
  #expect(try again("NFKC", normalize("NFC", text)) == normalize("NFKC", text))
}
