// An encoder with one token type, from its folder on: its tables have no entry for a second text.
import Artifacts
import Files
import TestSupport
import Testing

@Suite struct OneTokenType {
  /// Creates the model's folder and questions, and passes a command of `tokenize`.
  private func with(_ body: (Workshop, [String]) throws -> Void) throws {
    try withTemporaryFolder { folder in
      let shop = Workshop(folder: folder, base: "", tokens: folder + "/tokens.h5")
      try TinyEncoder.writeModel(to: shop.path("model"), tokenTypes: 1)
      let question = #"{"question": "river", "passage": "town", "choices": ["river", "town"], "answer": 1}"#
      try AtomicFile.write([question, question].joined(separator: "\n"), to: shop.path("own.jsonl"))
      try body(shop, ["--model", shop.path("model"), "--dataset", "own", "--test", shop.path("own.jsonl")])
    }
  }

  /// Rejected in the first stage, which has config.json, with an alternative that works.
  @Test(arguments: [["--template", "pair"], ["--scoring", "classes"]])
  func pairsAreRejectedByTheFirstStage(flags: [String]) throws {
    try with { shop, command in
      try shop.expectFault(
        78, "tokenize", command + flags,
        says: ["own: its second texts have token type 1, but the base has only types below 1"],
        hint: "--template statement")
      try shop.run("tokenize", command + ["--template", "statement", "--output", shop.tokens])
      #expect(try TokenizedSet.read(shop.tokens).segments.allSatisfy { $0 == 0 })
    }
  }

  /// Scorings that only a decoder can answer are rejected too.
  @Test(arguments: ["letters", "continuations"])
  func scoringsForDecodersAreRejectedByTheFirstStage(scoring: String) throws {
    try with { shop, command in
      try shop.expectFault(
        78, "tokenize", command + ["--scoring", scoring], says: ["scoring \"\(scoring)\" does not fit an encoder"],
        hint: "--scoring pairs or classes")
    }
  }

  /// So is a template for decoders; the hint names those for encoders.
  @Test func aTemplateForDecodersIsRejectedByTheFirstStage() throws {
    try with { shop, command in
      try shop.expectFault(
        78, "tokenize", command + ["--template", "answer"],
        says: ["--template: answer is for decoders, and the model is an encoder"], hint: "pair, statement, sentence")
    }
  }
}

/// Older folders have a vocab.txt instead of a tokenizer.json.
@Test func aFolderWithAVocabularyAloneGivesTheSameTokens() throws {
  try withTemporaryFolder { folder in
    let shop = Workshop(folder: folder, base: folder + "/base.h5", tokens: folder + "/tokens.h5")
    let (model, questions) = (shop.path("model"), shop.path("own.csv"))
    try TinyEncoder.writeModel(to: model)
    try TinyEncoder.writeQuestions(0..<8, areClasses: false, to: questions)
    func tokenize(_ name: String) throws -> TokenizedSet {
      let command = ["--model", model, "--dataset", "own", "--test", questions, "--output", shop.path(name)]
      try shop.run("tokenize", command)
      return try TokenizedSet.read(shop.path(name))
    }
    let whole = try tokenize("whole.h5")
    try TinyEncoder.replaceTokenizer(in: model)
    let bare = try tokenize("bare.h5")
    #expect(bare.tokens == whole.tokens && bare.segments == whole.segments)
    #expect(bare.tokenizerDigest.count == 64 && bare.tokenizerDigest != whole.tokenizerDigest)
    try shop.run("pretrain-load", ["--model", model, "--output", shop.base])
  }
}
