// WordPiece and BPE on vocabularies small enough to follow by hand.
import JSON
import Testing
import Tokenization

private func ids(_ settings: JSON, _ text: String) throws -> [Int32] {
  try Tokenizer(json: settings, subject: "test").encode(text)
}

@Test func wordPieceTakesTheLongestTokenFromTheLeft() throws {
  let settings = wordPiece(["a", "ab", "abc", "##c", "##d", "##cd", "##ab"], preTokenizer: ["type": "WhitespaceSplit"])
  #expect(try ids(settings, "abcd abd aab") == [3, 5, 2, 5, 1, 7])
  // abc takes the c that "##cde" would need: if one part has no token, the word is unknown.
  #expect(try ids(settings, "abce ab") == [0, 2])
  #expect(try ids(settings, "") == [])
}

@Test func wordsOfMoreThanAHundredScalarsAreUnknown() throws {
  let settings = wordPiece(["é", "##é"], preTokenizer: ["type": "WhitespaceSplit"])
  #expect(try ids(settings, String(repeating: "é", count: 100)).count == 100)
  #expect(try ids(settings, String(repeating: "é", count: 101)) == [0])
}

/// For Swift, "é" and "e" + U+0301 are equal strings; a vocabulary has both.
@Test func canonicallyEquivalentTokensAreDistinct() throws {
  let settings = wordPiece(["\u{E9}", "e\u{301}", "##\u{301}"])
  let tokenizer = try Tokenizer(json: settings, subject: "test")
  #expect(tokenizer.encode("\u{E9}") == [1])
  #expect(tokenizer.encode("e\u{301}") == [2])
  #expect(tokenizer.id("\u{E9}") == 1)
  #expect(tokenizer.id("e\u{301}") == 2)
  #expect(tokenizer.token(2)?.unicodeScalars.count == 2)
}

@Test func mergesGoByRankThenFromTheLeft() throws {
  let vocabulary = byteAlphabet + ["ab", "bc", "abc", "aa", "aaa"]
  let merges: JSON = ["b c", "a b", "a bc", "a a", "aa a"]
  let settings = bytePair(vocabulary, merges: merges, preTokenizer: byteLevel())
  let tokenizer = try Tokenizer(json: settings, subject: "test")
  func tokens(_ text: String) -> [String] { tokenizer.encode(text).compactMap(tokenizer.token) }
  #expect(tokens("abc") == ["abc"])
  #expect(tokens("abab") == ["ab", "ab"])
  #expect(tokens("aaaaa") == ["aa", "aaa"])
}

/// When files started to have pairs, one reader silently read no merges.
@Test func mergesAreStringsOrPairs() throws {
  let vocabulary = byteAlphabet + ["ab", "abc"]
  let strings = bytePair(vocabulary, merges: ["a b", "ab c"], preTokenizer: byteLevel())
  let pairs = bytePair(vocabulary, merges: [["a", "b"], ["ab", "c"]], preTokenizer: byteLevel())
  #expect(try ids(strings, "abcab") == [257, 256])
  #expect(try ids(pairs, "abcab") == [257, 256])
}

@Test func aWordThatIsATokenIgnoresMergesIfSet() throws {
  let vocabulary = byteAlphabet + ["ab", "abc"]
  let merges: JSON = ["a b"]
  func settings(_ flag: Bool) -> JSON {
    bytePair(
      vocabulary, merges: merges, preTokenizer: byteLevel(),
      settings: JSON.Object([("ignore_merges", .bool(flag))]))
  }
  #expect(try ids(settings(true), "abc") == [257])
  #expect(try ids(settings(false), "abc").count == 2)
}

@Test func unknownScalarsFallBackToBytesOrTheUnknownToken() throws {
  let fallback = bytePair(
    ["a", "b", "ab"] + byteTokens, merges: ["a b"], settings: JSON.Object([("byte_fallback", true)]))
  #expect(try ids(fallback, "abé\n") == [2, 3 + 0xC3, 3 + 0xA9, 3 + 0x0A])
  func unknown(fused: Bool) -> JSON {
    bytePair(
      ["?", "a", "b", "ab"], merges: ["a b"], settings: JSON.Object([("unk_token", "?"), ("fuse_unk", .bool(fused))]))
  }
  #expect(try ids(unknown(fused: false), "éabçç") == [0, 3, 0, 0])
  #expect(try ids(unknown(fused: true), "éabçç") == [0, 3, 0])
}

/// A long word uses a heap: the time must not be quadratic, even if all its letters are the same.
@Test func aMegabyteOfOneLetterIsTokenized() throws {
  let vocabulary = byteAlphabet + ["aa", "aaaa", "aaaaaaaa"]
  let settings = bytePair(vocabulary, merges: ["a a", "aa aa", "aaaa aaaa"], preTokenizer: byteLevel())
  #expect(try ids(settings, String(repeating: "a", count: 1 << 20)) == [Int32](repeating: 258, count: 1 << 17))
}

@Test func decodersRestoreTheText() throws {
  let llama: JSON = [
    "type": "Sequence",
    "decoders": [
      ["type": "Replace", "pattern": ["String": "▁"], "content": " "], ["type": "ByteFallback"], ["type": "Fuse"],
      ["type": "Strip", "content": " ", "start": 1, "stop": 0],
    ],
  ]
  let settings = bytePair(
    ["▁", "a", "▁a"] + byteTokens, merges: ["▁ a"],
    normalizer: [
      "type": "Sequence",
      "normalizers": [
        ["type": "Prepend", "prepend": "▁"], ["type": "Replace", "pattern": ["String": " "], "content": "▁"],
      ],
    ], decoder: llama, settings: JSON.Object([("byte_fallback", true)]))
  let tokenizer = try Tokenizer(json: settings, subject: "test")
  for text in ["a", " a", "a é 日本 \u{1F600}a", ""] { #expect(try tokenizer.decode(tokenizer.encode(text)) == text) }
  // Half a scalar is not text: each byte becomes one replacement character.
  #expect(try tokenizer.decode([2, 3 + 0xC3, 2]) == "a\u{FFFD} a")
}

/// The reference decodes an added "č" as the byte that it represents, a carriage return.
@Test func addedTokensAreDecodedAsWritten() throws {
  let settings = bytePair(
    byteAlphabet + ["ab", "č!"], merges: ["a b"], preTokenizer: byteLevel(),
    added: [["id": 257, "content": "č!", "special": false, "normalized": false]], decoder: byteLevel())
  let tokenizer = try Tokenizer(json: settings, subject: "test")
  #expect(tokenizer.encode("abč!") == [256, 257])
  #expect(try tokenizer.decode([256, 257]) == "abč!")
}
