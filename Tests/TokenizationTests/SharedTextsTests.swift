// Ids compared with the published ones, for every text in ../shared/data/tokenizers for WordPiece or byte-level BPE.
import Faults
import Files
import Foundation
import JSON
import TestSupport
import Testing
import Tokenization

private let folder = shared("data/tokenizers")
private let condition: Comment = "needs ../shared/data/tokenizers"
private let llama3Pattern =
  #"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"#
private let qwen2Pattern =
  #"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"#

private func read(_ name: String) throws -> JSON.Node {
  try JSON.parse(readUnpacked(#require(folder) + "/" + name), subject: name).node(in: name)
}

@Test(.enabled(if: folder != nil, condition))
func allQuestionsOfSQuADHaveTheIDsOfBERT() throws {
  let tokenizer = try Tokenizer(contentsOf: #require(folder) + "/bert-base-uncased")
  let questions = try read("bert-base-uncased/question_tokens.json.gz").array()
  let ids = try read("bert-base-uncased/tokenized_questions.json").array()
  #expect(questions.count == 10570 && ids.count == questions.count)
  for (question, ids) in zip(questions, ids) {
    let encoded = try tokenizer.encode(question.string("original"), addSpecialTokens: false)
    #expect(encoded == ids.value.ids, "\(question.path)")
    let tokens = encoded.map { tokenizer.token($0) ?? "" }
    #expect(try areIdentical(tokens, question.member("wordpiece").value.strings), "\(question.path)")
  }
}

@Test(.enabled(if: folder != nil, condition))
func aFrenchTextHasTheIDsOfGPT2() throws {
  let reference = try read("gpt2/gpt2_encoded_tokens.json")
  let fromFile = try Tokenizer(contentsOf: #require(folder) + "/gpt2/tokenizer.json.gz")
  let fromParts = try Tokenizer(json: gpt2FromParts(), subject: "vocab.json and merges.txt")
  for tokenizer in [fromFile, fromParts] {
    let ids = try tokenizer.encode(reference.string("text"))
    #expect(try ids == reference.member("token_ids").value.ids)
    #expect(try areIdentical([tokenizer.decode(ids)], [reference.string("decoded_text")]))
  }
}

/// `vocab.json` and `merges.txt`, as GPT-2 was published.
private func gpt2FromParts() throws -> JSON {
  let lines = try lines(of: readBytes(#require(folder) + "/gpt2/merges.txt"), named: "merges.txt")
  let merges = lines.dropFirst().map { JSON.string($0.text) }.filter { $0 != "" }
  var settings = bytePair([], merges: .array(merges), preTokenizer: byteLevel(), decoder: byteLevel())
  if case .object(var root) = settings, case .object(var model)? = root["model"] {
    model["vocab"] = try read("gpt2/vocab.json.gz").value
    root["model"] = .object(model)
    settings = .object(root)
  }
  return settings
}

@Test(
  .enabled(if: folder != nil, condition),
  arguments: ["bert-bge", "gpt-2", "starcoder", "deepseek-coder", "llama-bpe", "qwen2"])
func textsOfLlamaCppHaveTheirIDs(name: String) throws {
  let tokenizer = try tokenizer(of: name)
  let base = try #require(folder) + "/gguf/ggml-vocab-\(name).gguf"
  let input = String(decoding: try readBytes(base + ".inp"), as: UTF8.self)
  let texts = input.utf8Pieces(separatedBy: "\n__ggml_vocab_test__\n")
  let output = try lines(of: readBytes(base + ".out"), named: base + ".out")
  // The last text is empty, and so is the line after the last line feed.
  let expected = output.map { $0.text.split(separator: " ").compactMap { Int32($0) } } + [[]]
  #expect(texts.count == 47 && expected.count == 47)
  for (text, ids) in zip(texts, expected) {
    #expect(tokenizer.encode(text, addSpecialTokens: false) == ids, "\(text.debugDescription)")
    // Byte-level tokenizers restore the text; BERT's normalizer changes letters.
    let decoded = try tokenizer.decode(ids, skippingSpecialTokens: false)
    #expect(name == "bert-bge" || areIdentical([decoded], [text]), "\(text.debugDescription)")
  }
}

private func tokenizer(of name: String) throws -> Tokenizer {
  let folder = try #require(folder)
  switch name {
  case "bert-bge": return try Tokenizer(contentsOf: folder + "/bert-base-uncased")
  case "gpt-2": return try Tokenizer(contentsOf: folder + "/gpt2/tokenizer.json.gz")
  case "llama-bpe":
    let path = folder + "/llama3/tokenizer.model.gz"
    return try Tokenizer(json: tiktoken(path, pattern: llama3Pattern, ignoresMerges: true), subject: path)
  case "qwen2":
    let path = folder + "/qwen/qwen.tiktoken.gz"
    return try Tokenizer(json: tiktoken(path, pattern: qwen2Pattern, normalizer: ["type": "NFC"]), subject: path)
  default:
    let digits: JSON = ["type": "Digits", "individual_digits": true]
    let preTokenizer =
      name == "starcoder"
      ? inOrder(digits, byteLevel())
      : inOrder(
        split("[\r\n]"), split(#"\s?\p{L}+"#), split(#"\s?\p{P}+"#), split("[一-龥ࠀ-一가-퟿]+"), digits,
        byteLevel(usesPattern: false))
    let path = folder + "/gguf/ggml-vocab-\(name).gguf.gz"
    return try Tokenizer(json: ggufBytePair(path, preTokenizer: preTokenizer), subject: path)
  }
}

/// The other tokenizers of the file are Unigram, SentencePiece, or have no vocabulary there.
@Test(
  .enabled(if: folder != nil, condition),
  arguments: [
    ("bert-base-uncased", "bert-bge"), ("google-bert/bert-base-uncased", "bert-bge"), ("distilgpt2", "gpt-2"),
    ("pcuenq/Llama-3.2-1B-Instruct-tokenizer", "llama-bpe"),
  ])
func textsOfSwiftTransformersHaveTheirIDs(name: String, vocabulary: String) throws {
  let tokenizer = try tokenizer(of: vocabulary)
  let cases = try read("tokenizer_tests.json").array(name)
  #expect(cases.count == 18)
  for element in cases {
    let encoded = try element.object("encoded").member("input_ids").value.ids
    // Llama's post-processor is not in its vocabulary file.
    let beginning: [Int32] = vocabulary == "llama-bpe" ? [128000] : []
    let ids = try tokenizer.encode(element.string("input"))
    #expect(beginning + ids == encoded, "\(element.path)")
    let decoded = try tidied(tokenizer.decode(ids))
    #expect(try areIdentical([decoded], [element.string("decoded_without_special")]), "\(element.path)")
  }
}

/// What transformers does to a decoded text (`clean_up_tokenization_spaces`).
private func tidied(_ text: String) -> String {
  let changes = [
    (" .", "."), (" ?", "?"), (" !", "!"), (" ,", ","), (" ' ", "'"), (" n't", "n't"), (" 'm", "'m"), (" 's", "'s"),
    (" 've", "'ve"), (" 're", "'re"),
  ]
  return changes.reduce(text) { $0.replacingOccurrences(of: $1.0, with: $1.1, options: .literal) }
}

extension String {
  /// The pieces between `separator`, found by bytes: CR LF is one Character, which Swift would not split.
  fileprivate func utf8Pieces(separatedBy separator: String) -> [String] {
    let (bytes, mark) = (Array(utf8), Array(separator.utf8))
    var pieces: [String] = []
    var start = 0
    var index = 0
    while index + mark.count <= bytes.count {
      if bytes[index] == mark[0], bytes[index..<index + mark.count].elementsEqual(mark) {
        pieces.append(String(decoding: bytes[start..<index], as: UTF8.self))
        index += mark.count
        start = index
      } else {
        index += 1
      }
    }
    return pieces + [String(decoding: bytes[start...], as: UTF8.self)]
  }
}
