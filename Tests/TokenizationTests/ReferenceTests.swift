// Every component compared with PyPI's tokenizers on our own texts: see Reference/write_reference.py.
import Faults
import Files
import Foundation
import JSON
import TestSupport
import Testing
import Tokenization

private func reference(_ name: String) throws -> JSON.Node {
  let path = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("Reference/\(name)")
    .path
  return try JSON.parse(readBytes(path), subject: name).node(in: name)
}

@Test func everyComponentSplitsLikeTheReference() throws {
  let configurations = try reference("pieces.json").array("tokenizers")
  #expect(configurations.count > 50)
  for configuration in configurations {
    let (normalizer, preTokenizer) = try (configuration.member("normalizer"), configuration.member("pre_tokenizer"))
    let tokenizer = try Tokenizer(
      json: wordPiece(normalizer: normalizer.value, preTokenizer: preTokenizer.value), subject: configuration.path)
    for element in try configuration.array("texts") {
      let parts = try element.array()
      let pieces = try tokenizer.pieces(of: parts[0].string())
      let what = try "\(normalizer.value.encode()) \(preTokenizer.value.encode()) \(element.value.encode()): \(pieces)"
      #expect(areIdentical(pieces, parts[1].value.strings), "\(what)")
    }
  }
}

@Test func addedTokensAreFoundLikeInTheReference() throws {
  for configuration in try reference("added.json").array("tokenizers") {
    let settings = try configuration.member("tokenizer")
    let tokenizer = try Tokenizer(json: settings.value, subject: settings.path)
    let added = try settings.member("added_tokens").value.encode()
    for element in try configuration.array("texts") {
      let parts = try element.array()
      let ids = try tokenizer.encode(parts[0].string())
      #expect(ids == parts[1].value.ids, "\(added) \(element.path)")
    }
  }
}

@Test(.enabled(if: shared("data/tokenizers") != nil, "needs ../shared/data/tokenizers"))
func idsAndTextsEqualTheReferences() throws {
  let folder = try #require(shared("data/tokenizers"))
  let all = try reference("ids.json")
  for (name, file) in [("bert", "bert-base-uncased/tokenizer.json"), ("gpt2", "gpt2/tokenizer.json.gz")] {
    let tokenizer = try Tokenizer(contentsOf: "\(folder)/\(file)")
    for element in try all.array(name) {
      let parts = try element.array()
      #expect(try tokenizer.encode(parts[0].string()) == parts[1].value.ids, "\(element.path)")
    }
    for element in try all.object("decoded").array(name) {
      let parts = try element.array()
      let text = try tokenizer.decode(parts[0].value.ids, skippingSpecialTokens: false)
      #expect(try areIdentical([text], [parts[1].string()]), "\(element.path)")
    }
  }
}

@Test(.enabled(if: shared("data/tokenizers") != nil, "needs ../shared/data/tokenizers"))
func pairsAreTruncatedLikeInTheReference() throws {
  let folder = try #require(shared("data/tokenizers"))
  let tokenizer = try Tokenizer(contentsOf: "\(folder)/bert-base-uncased")
  for element in try reference("ids.json").array("pairs") {
    let parts = try element.array()
    let (first, second, length) = try (parts[0].string(), parts[1].string(), parts[2].int())
    let encoding = try tokenizer.encode(pair: (first, second), maximumLength: length)
    #expect(encoding.ids == parts[3].value.ids, "\(element.path)")
    #expect(encoding.segments.map(Int32.init) == parts[4].value.ids, "\(element.path)")
    let whole = try tokenizer.encode(pair: (first, second))
    #expect(encoding.isTruncated == (whole.ids.count > length))
    #expect(encoding.isTruncated || encoding == whole)
  }
}

@Test func aVocabularyIsLearnedLikeInTheReference() throws {
  let trained = try reference("ids.json").object("trained")
  let texts = try trained.member("texts").value.strings
  let json = try BytePairTrainer.train(texts, vocabularySize: trained.int("size"))
  #expect(try json.object("model", in: "trained").member("merges").value == trained.member("merges").value)
  let tokenizer = try Tokenizer(json: json, subject: "trained")
  for element in try trained.array("ids") {
    let parts = try element.array()
    #expect(try tokenizer.encode(parts[0].string()) == parts[1].value.ids, "\(element.path)")
  }
}
