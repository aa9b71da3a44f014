// Special tokens, pairs, truncation, and answers of one token.
import Faults
import JSON
import Testing
import Tokenization

private let letters = (UInt8(ascii: "a")...UInt8(ascii: "z")).map { String(Unicode.Scalar($0)) }
/// [UNK] 0, letters 1 to 26, [CLS] 27, [SEP] 28.
private let vocabulary = letters + ["[CLS]", "[SEP]"]
private let bert: JSON = ["type": "BertProcessing", "cls": ["[CLS]", 27], "sep": ["[SEP]", 28]]
private let roberta: JSON = [
  "type": "RobertaProcessing", "cls": ["[CLS]", 27], "sep": ["[SEP]", 28], "trim_offsets": true,
  "add_prefix_space": false,
]

private func tokenizer(_ postProcessor: JSON) throws -> Tokenizer {
  let settings = wordPiece(vocabulary, preTokenizer: ["type": "WhitespaceSplit"], postProcessor: postProcessor)
  return try Tokenizer(json: settings, subject: "test")
}

@Test func processorsAddTheirTokens() throws {
  let pair = (first: "a b", second: "c")
  let ofBert = try tokenizer(bert).encode(pair: pair)
  #expect(ofBert == Encoding(ids: [27, 1, 2, 28, 3, 28], segments: [0, 0, 0, 0, 1, 1]))
  let ofRoberta = try tokenizer(roberta).encode(pair: pair)
  #expect(ofRoberta == Encoding(ids: [27, 1, 2, 28, 28, 3, 28], segments: [0, 0, 0, 0, 0, 0, 0]))
  let plain = try tokenizer(["type": "ByteLevel"]).encode(pair: pair)
  #expect(plain == Encoding(ids: [1, 2, 3], segments: [0, 0, 1]))
  let bare = try tokenizer(bert).encode(pair: pair, addSpecialTokens: false)
  #expect(bare == plain)
  #expect(try tokenizer(bert).encode("") == [27, 28])
  let both = try tokenizer(["type": "Sequence", "processors": [["type": "ByteLevel"], bert]])
  #expect(both.encode("a") == [27, 1, 28])
}

@Test func singleTextsAreTruncatedAtTheEndButKeepSpecialTokens() throws {
  let tokenizer = try tokenizer(bert)
  #expect(
    try tokenizer.encode("a b c", maximumLength: 5)
      == Encoding(ids: [27, 1, 2, 3, 28], segments: [0, 0, 0, 0, 0]))
  #expect(
    try tokenizer.encode("a b c", maximumLength: 4)
      == Encoding(ids: [27, 1, 2, 28], segments: [0, 0, 0, 0], kept: [2]))
  #expect(try tokenizer.encode("a b c", maximumLength: 2).ids == [27, 28])
  #expect(try tokenizer.encode("a b c", maximumLength: nil).ids.count == 5)
  #expect { try tokenizer.encode("a b c", maximumLength: 1) } throws: { ($0 as? Fault)?.code == .configuration }
}

/// The longer one first; if both are longer than half, each keeps half, and the second the odd token.
@Test(arguments: [
  (6, 2, 5, 3, 2), (2, 6, 5, 2, 3), (6, 6, 5, 2, 3), (6, 5, 5, 3, 2), (1, 9, 4, 1, 3), (9, 0, 4, 4, 0), (3, 3, 0, 0, 0),
])
func pairsAreTruncatedAtTheLongerText(first: Int, second: Int, room: Int, firstKept: Int, secondKept: Int) throws {
  let text = (
    first: Array(repeating: "a", count: first).joined(separator: " "),
    second: Array(repeating: "b", count: second).joined(separator: " ")
  )
  let encoding = try tokenizer(bert).encode(pair: text, maximumLength: room + 3)
  #expect(encoding.ids.count { $0 == 1 } == firstKept)
  #expect(encoding.ids.count { $0 == 2 } == secondKept)
  #expect(encoding.isTruncated)
}

@Test func answersMustBeOneToken() throws {
  let settings = bytePair(
    byteAlphabet + ["ĠA", "An", ":B", "ĠC", "ĠCC"], merges: ["Ġ A", "A n", ": B", "Ġ C", "ĠC C"],
    preTokenizer: byteLevel(usesPattern: false))
  let tokenizer = try Tokenizer(json: settings, subject: "test")
  #expect(try tokenizer.singleTokenID(of: " A", afterPrompt: "nswer:") == 256)
  #expect(try tokenizer.singleTokenID(of: "A", afterPrompt: "nswer:") == tokenizer.id("A"))
  func message(_ text: String, _ prompt: String) -> String {
    do throws(Fault) { return "\(try tokenizer.singleTokenID(of: text, afterPrompt: prompt))" } catch {
      return error.message
    }
  }
  #expect(message(" D", "nswer:") == "\" D\" after \"nswer:\" is not one token but \"Ġ\", \"D\"")
  #expect(message("B", "nswer:").contains("changes the tokens of the prompt"))
  #expect(message("", "nswer:").contains("is not one token but none"))
}

/// A vocabulary without the letter still has a token for it: the unknown token.
@Test func theUnknownTokenIsRejectedAsAnAnswer() throws {
  let settings = wordPiece(["answer", "a"], preTokenizer: ["type": "WhitespaceSplit"])
  let tokenizer = try Tokenizer(json: settings, subject: "test")
  #expect(try tokenizer.singleTokenID(of: " a", afterPrompt: "answer") == 2)
  #expect { try tokenizer.singleTokenID(of: " B", afterPrompt: "answer") } throws: { "\($0)".contains("unknown") }
}

@Test func tokensAndIdsAreLookedUp() throws {
  let settings = wordPiece(["a"], added: [["id": 2, "content": "<mask>", "special": true]])
  let tokenizer = try Tokenizer(json: settings, subject: "test")
  #expect(tokenizer.vocabularySize == 3)
  #expect(tokenizer.token(1) == "a" && tokenizer.token(2) == "<mask>" && tokenizer.token(3) == nil)
  #expect(tokenizer.token(-1) == nil && tokenizer.token(8) == nil)
  #expect(tokenizer.id("<mask>") == 2 && tokenizer.id("b") == nil)
  #expect(tokenizer.isSpecial(2) && !tokenizer.isSpecial(1))
  #expect(try tokenizer.decode([1, 2, 3]) == "a")
  #expect(try tokenizer.decode([1, 2], skippingSpecialTokens: false) == "a <mask>")
}
