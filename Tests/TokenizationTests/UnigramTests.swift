// Unigram on vocabularies small enough to follow by hand, and texts and vocabularies that would make it slow.
import JSON
import TestSupport
import Testing
import Tokenization

private func ids(_ settings: JSON, _ text: String) throws -> [Int32] {
  try Tokenizer(json: settings, subject: "test").encode(text)
}

@Test func theMostProbableTokensAreTaken() throws {
  let settings = unigram([("?", 0), ("a", -1), ("b", -1), ("c", -1), ("ab", -1.5), ("bc", -3), ("abc", -3)])
  // ab c (-2.5), not abc (-3) or a b c (-3).
  #expect(try ids(settings, "abc") == [4, 3])
  #expect(try ids(settings, "bc") == [2, 3])
  #expect(try ids(settings, "") == [])
}

/// Of equally probable ways, the one with the longest last token.
@Test func tiesGoToTheLongestLastToken() throws {
  let settings = unigram([("?", 0), ("a", -1), ("aa", -1)])
  #expect(try ids(settings, "aaa") == [1, 2])
  #expect(try ids(unigram([("?", 0), ("a", -1), ("aa", -2)]), "aaaa") == [2, 2])
}

@Test func unknownScalarsBecomeOneUnknownToken() throws {
  let settings = unigram([("?", 0), ("a", -1), ("b", -2)])
  #expect(try ids(settings, "aéÅb") == [1, 0, 2])
  // An unknown scalar costs ten more than the least probable token, so that a token with a low score is still better.
  #expect(try ids(unigram([("?", 0), ("a", -1), ("éÅ", -20)]), "aéÅ") == [1, 2])
  // Spelled out, the unknown token is unknown like its neighbours.
  #expect(try ids(settings, "?é") == [0])
}

@Test func unknownScalarsBecomeBytesIfSet() throws {
  let vocabulary = [("<unk>", 0.0), ("a", -1)] + byteTokens.map { ($0, -9.0) }
  #expect(try ids(unigram(vocabulary, fallsBackToBytes: true), "aéa") == [1, 2 + 0xC3, 2 + 0xA9, 1])
  #expect(try ids(unigram(vocabulary), "aéa") == [1, 0, 1])
  // Where one byte is missing, the unknown token stands for all.
  #expect(try ids(unigram(vocabulary.filter { $0.0 != "<0xA9>" }, fallsBackToBytes: true), "é") == [0])
}

@Test func metaspaceMarksSpacesAndTheBeginning() throws {
  func pieces(_ preTokenizer: JSON, _ text: String) throws -> [String] {
    let added: JSON = [["id": 1, "content": "<x>", "special": true]]
    let settings = wordPiece(["<x>"], preTokenizer: preTokenizer, added: added)
    return try Tokenizer(json: settings, subject: "test").pieces(of: text)
  }
  #expect(try pieces(metaspace("always"), "a  b<x>c") == ["▁a", "▁", "▁b", "<x>", "▁c"])
  #expect(try pieces(metaspace("first"), "a b<x>c") == ["▁a", "▁b", "<x>", "c"])
  #expect(try pieces(metaspace("first"), "<x>c") == ["<x>", "c"])
  #expect(try pieces(metaspace("never"), "a b") == ["a", "▁b"])
  #expect(try pieces(metaspace("always", splits: false), " a b") == ["▁a▁b"])
  // The first word, but not if a space was removed before it.
  let words: JSON = ["type": "WhitespaceSplit"]
  #expect(try pieces(inOrder(words, metaspace("first")), "a b") == ["▁a", "b"])
  #expect(try pieces(inOrder(words, metaspace("first")), " a b") == ["a", "b"])
  // Files before 2024.
  #expect(try pieces(["type": "Metaspace", "replacement": "_", "add_prefix_space": false], "a b") == ["a", "_b"])
  #expect(
    try pieces(["type": "Metaspace", "replacement": "_", "str_rep": "_", "add_prefix_space": true], "a") == ["_a"])
}

@Test func metaspaceIsDecoded() throws {
  let settings = wordPiece(["▁a", "b▁"], decoder: metaspace("always"))
  #expect(try Tokenizer(json: settings, subject: "test").decode([1, 2, 1]) == "ab  a")
  let kept = wordPiece(["▁a"], decoder: metaspace("never"))
  #expect(try Tokenizer(json: kept, subject: "test").decode([1, 1]) == " a a")
}

@Test func unigramModelsMustBeComplete() {
  func message(_ model: JSON) -> String { rejection(["model": model]) }
  #expect(message(["type": "Unigram", "unk_id": 0, "vocab": [["a", -1]]]) == "accepted")
  #expect(message(["type": "Unigram", "unk_id": 0, "vocab": []]).contains("model.unk_id: 0 is not an id of the 0"))
  #expect(message(["type": "Unigram", "unk_id": -1, "vocab": [["a", 0]]]).contains("-1 is not an id of the 1 tokens"))
  #expect(message(["type": "Unigram", "unk_id": .null, "vocab": [["a", 0]]]).contains("unk_id is missing"))
  #expect(message(["type": "Unigram", "unk_id": 0, "vocab": ["a": 0]]).contains("model.vocab: found an object"))
  #expect(message(["type": "Unigram", "unk_id": 0, "vocab": [["a"]]]).contains("vocab[0]: found an array, expected a"))
  #expect(message(["type": "Unigram", "unk_id": 0, "vocab": [["a", "b"]]]).contains("vocab[0][1]: found a string"))
  #expect(
    message(["type": "Unigram", "unk_id": 0, "vocab": [["a", 0], ["a", 1]]]).contains("\"a\" has two ids, 0 and 1"))
  #expect(
    message(["type": "WordLevel", "vocab": ["a": 0], "unk_token": "b"]).contains("\"b\" is not in the vocabulary"))
}

/// The time must be quadratic neither in the length of a text nor in that of a token.
@Test func longTextsAndTokensAreTokenized() throws {
  let letters = String(repeating: "a", count: 1 << 20)
  #expect(try ids(unigram([("?", 0), ("a", -1), ("aa", -1.5)]), letters).count == 1 << 19)
  #expect(try ids(unigram([("?", 0), ("b", -1)]), letters) == [0])
  let long = String(repeating: "a", count: 500_000)
  #expect(try ids(unigram([("?", 0), ("a", -1), (long, -5), (long + "b", -5)]), letters).count { $0 == 2 } == 2)
}
