// Unsupported content of a tokenizer.json: rejected by name when it is read, never ignored.
import Faults
import JSON
import Testing
import Tokenization

private let missingComponents: [(normalizer: JSON, preTokenizer: JSON, message: String)] = {
  let split: JSON = ["type": "Split", "pattern": ["Regex": "a"], "behavior": "Joined"]
  let empty: JSON = ["type": "Split", "pattern": ["String": ""], "behavior": "Removed"]
  return [
    (["type": "Other"], .null, "normalizer: \"Other\" is not implemented"),
    (["type": "BertNormalizer", "lower": true], .null, "normalizer: unknown setting \"lower\""),
    (.null, ["type": "UnicodeScripts"], "pre_tokenizer: \"UnicodeScripts\" is not implemented"),
    (.null, ["type": "FixedLength", "length": 0], "length 0 must be at least 1"),
    (.null, ["type": "CharDelimiterSplit", "delimiter": "ab"], "delimiter: not one character"),
    (.null, ["type": "Metaspace", "replacement": ""], "replacement: not one character"),
    (.null, metaspace("last"), "prepend_scheme: \"last\" is not known, expected always, first or never"),
    (.null, metaspace("first", addsPrefixSpace: false), "first contradicts add_prefix_space, which is false"),
    (["type": "Strip"], inOrder(["type": "Punctuation"], metaspace("first")), "behind another step and a normalizer"),
    (.null, inOrder(["type": "Other"]), "pre_tokenizer.pretokenizers[0]: \"Other\" is not implemented"),
    (.null, split, "unknown behavior \"Joined\""),
    (.null, empty, "an empty pattern"),
    (.null, ["type": "ByteLevel", "use_regex": 1], "use_regex: found the number 1, expected a boolean"),
  ]
}()

@Test(arguments: missingComponents)
func unsupportedComponentsAreRejectedByName(normalizer: JSON, preTokenizer: JSON, expected: String) {
  let message = rejection(wordPiece(normalizer: normalizer, preTokenizer: preTokenizer))
  #expect(message.contains(expected), "\(message)")
}

@Test func otherModelsAreRejectedByName() {
  #expect(
    rejection(["model": ["type": "Other", "vocab": [:]]])
      .hasPrefix("tokenizer.json: model: \"Other\" is not implemented (BPE, WordPiece, Unigram and WordLevel are;"))
}

@Test func unknownPostProcessorsAreRejected() {
  #expect(
    rejection(wordPiece(postProcessor: ["type": "Other"])).contains("post_processor: \"Other\" is not implemented"))
}

/// Ids do not need a decoder.
@Test func anUnknownDecoderIsRejectedWhenSomethingIsDecoded() throws {
  let tokenizer = try Tokenizer(json: wordPiece(["a"], decoder: ["type": "CTC"]), subject: "tokenizer.json")
  #expect(tokenizer.encode("a") == [1])
  #expect { try tokenizer.decode([1]) } throws: {
    "\($0)".hasPrefix("tokenizer.json: decoder: \"CTC\" is not implemented")
  }
}

@Test func bytePairModelsMustBeComplete() {
  let plain = byteAlphabet + ["ab"]
  func message(_ vocabulary: [String], _ merges: JSON, _ settings: [(String, JSON)] = []) -> String {
    rejection(bytePair(vocabulary, merges: merges, preTokenizer: byteLevel(), settings: JSON.Object(settings)))
  }
  #expect(message(plain, ["a b"]) == "accepted")
  #expect(message(plain, []).contains("model.merges: a BPE model without merges"))
  #expect(message(plain, ["a b", "ab c"]).contains("element 1 joins \"ab\" and \"c\", but \"abc\" is not"))
  #expect(message(plain, ["a x y"]).contains("element 0 is neither"))
  #expect(message(plain, [["a"]]).contains("element 0 is neither"))
  #expect(message(plain, ["a b"], [("dropout", 0.1)]).contains("model.dropout: BPE dropout is not implemented"))
  #expect(message(plain, ["a b"], [("end_of_word_suffix", "</w>")]).contains("\"</w>\" is not implemented"))
  #expect(message(plain, ["a b"], [("unk_token", "?!")]).contains("\"?!\" is not in the vocabulary"))
  #expect(message(plain, ["a b"], [("byte_fallback", true)]).contains("byte_fallback needs \"<0x00>\""))
  #expect(message(plain, ["a b"], [("parity", true)]).contains("unknown setting \"parity\""))
}

@Test func bytePairModelsMustCoverAllTexts() {
  #expect(rejection(bytePair(["a", "b", "ab"], merges: ["a b"])).contains("most texts would lose characters"))
}

@Test func idsMustBeConsistent() {
  func message(_ vocabulary: JSON) -> String {
    var settings = wordPiece()
    if case .object(var root) = settings {
      root["model"] = ["type": "WordPiece", "unk_token": "[UNK]", "vocab": vocabulary]
      settings = .object(root)
    }
    return rejection(settings)
  }
  #expect(message(["[UNK]": 0, "a": 5]) == "accepted")
  #expect(message(["[UNK]": 0, "a": 0]).contains("\"[UNK]\" and \"a\" both have the id 0"))
  #expect(message(["[UNK]": 0, "a": -1]).contains("the id of \"a\" is -1"))
  #expect(message(["[UNK]": 0, "a": 4_398_046_511_105]).contains("the id of \"a\" is 4398046511105"))
  #expect(message(["[UNK]": 0, "a": 1.0]).contains("the id of \"a\" is a number"))
  #expect(message(["a": 0]).contains("the unknown token \"[UNK]\" is not in the vocabulary"))
  #expect(message([["[UNK]", 0.0]]).contains("model.vocab: found an array, expected an object"))
}

@Test func addedTokensMustAgreeWithTheVocabulary() {
  func message(_ added: JSON) -> String { rejection(wordPiece(["a", "b"], added: added)) }
  #expect(message([["id": 1, "content": "a"]]) == "accepted")
  #expect(message([["id": 2, "content": "a"]]).contains("\"a\" has the id 2 here and 1 in the vocabulary"))
  #expect(message([["id": 2, "content": "x"]]).contains("the id 2 of \"x\" belongs to \"b\""))
  #expect(message([["id": 3, "content": "x"], ["id": 3, "content": "y"]]).contains("duplicate id 3"))
  #expect(message([["id": 3, "content": "x"], ["id": 4, "content": "x"]]).contains("duplicate added token \"x\""))
  #expect(message([["id": -3, "content": "x"]]).contains("added_tokens[0]: the id of \"x\" is -3"))
  #expect(message([["id": 3, "content": "x", "color": "red"]]).contains("unknown setting \"color\""))
}

@Test func templatesMustContainEveryText() {
  func message(_ single: JSON, _ pair: JSON) -> String {
    let template: JSON = ["type": "TemplateProcessing", "single": single, "pair": pair, "special_tokens": [:]]
    return rejection(wordPiece(postProcessor: template))
  }
  let (a, b): (JSON, JSON) = (["Sequence": ["id": "A", "type_id": 0]], ["Sequence": ["id": "B", "type_id": 1]])
  #expect(message([a], [a, b]) == "accepted")
  #expect(message([], [a, b]).contains("post_processor.single: expected $A once"))
  #expect(message([b], [a, b]).contains("post_processor.single"))
  #expect(message([a], [a, a]).contains("post_processor.pair: expected each of $A and $B once"))
  #expect(
    message([a, ["SpecialToken": ["id": "[SEP]", "type_id": 0]]], [a, b]).contains("special_tokens.[SEP]: missing"))
}

@Test func aMissingFileIsNoInput() {
  #expect { try Tokenizer(contentsOf: "/nowhere/tokenizer.json") } throws: { ($0 as? Fault)?.code == .noInput }
}

/// Forty such steps would turn one letter into a terabyte.
@Test func replacementsThatMultiplyAreRejected() {
  func message(_ steps: [(pattern: JSON, content: JSON)]) -> String {
    let steps = steps.map {
      JSON.object(JSON.Object([("type", "Replace"), ("pattern", $0.pattern), ("content", $0.content)]))
    }
    return rejection(wordPiece(normalizer: ["type": "Sequence", "normalizers": .array(steps)]))
  }
  let doubled = [(pattern: JSON, content: JSON)](repeating: (["String": "a"], "aa"), count: 40)
  #expect(
    message(doubled).hasPrefix("tokenizer.json: normalizer: its steps can make a text more than 1000 times as long"))
  #expect(
    message([(pattern: JSON, content: JSON)](repeating: (["Regex": "[a-z]"], "bb"), count: 40)).contains("1000 times"))
  // Replacements of different letters do not act on each other.
  let letters = "abcdefghijklmnopqrstuvwxyz".map {
    (pattern: ["String": .string(String($0))] as JSON, content: "ÄÖ" as JSON)
  }
  #expect(message(letters) == "accepted")
  let bytes = JSON.array([JSON](repeating: byteLevel(), count: 40))
  #expect(
    rejection(wordPiece(preTokenizer: ["type": "Sequence", "pretokenizers": bytes])).contains("1000 times as long"))
}
