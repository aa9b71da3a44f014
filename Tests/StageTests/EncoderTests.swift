// An encoder with one token type, from its folder on: a second text has no place in its tables.
import Artifacts
import Checkpoints
import Files
import Foundation
import TestSupport
import Testing
import Transformers

@Suite struct OneTokenType {
  private static let architecture = Architecture(
    family: .bert, hiddenSize: 8, layers: 1, heads: 2, keyValueHeads: 2, headSize: 4, intermediateSize: 12,
    vocabularySize: 6, maximumPositions: 32, tokenTypes: 1, normEpsilon: 1e-12, attentionBias: true, tiedHead: false)

  /// Words are unknown but for one; the second of two texts has the segment 1, as in every BERT's tokenizer.json.
  private static let tokenizer = """
    {"version": "1.0", "added_tokens": [], "pre_tokenizer": {"type": "BertPreTokenizer"},
     "post_processor": {"type": "BertProcessing", "sep": ["[SEP]", 3], "cls": ["[CLS]", 2]},
     "model": {"type": "WordPiece", "unk_token": "[UNK]", "continuing_subword_prefix": "##",
               "max_input_chars_per_word": 100,
               "vocab": {"[PAD]": 0, "[UNK]": 1, "[CLS]": 2, "[SEP]": 3, "river": 4, "town": 5}}}
    """

  /// Lays the model's folder and questions out, and gives a command of `tokenize`.
  private func with(_ body: (Workshop, [String]) throws -> Void) throws {
    try withTemporaryFolder { folder in
      let shop = Workshop(folder: folder, base: "", tokens: folder + "/tokens.h5")
      let counts = Dictionary(
        uniqueKeysWithValues: Self.architecture.tensors.map { ($0.name, $0.shape.reduce(1, *)) })
      try ModelFolder.write(to: shop.path("model"), architecture: Self.architecture) { name in
        [Float](repeating: 0.5, count: counts[name]!)
      }
      try AtomicFile.write(Self.tokenizer, to: shop.path("model/tokenizer.json"))
      let question = #"{"question": "river", "passage": "town", "choices": ["river", "town"], "answer": 1}"#
      try AtomicFile.write([question, question].joined(separator: "\n"), to: shop.path("own.jsonl"))
      try body(shop, ["--model", shop.path("model"), "--dataset", "own", "--test", shop.path("own.jsonl")])
    }
  }

  /// Refused where config.json is at hand, in the first stage, with a way that works.
  @Test(arguments: [["--template", "pair"], ["--scoring", "classes"]]) func pairsAreRefusedAtOnce(flags: [String])
    throws
  {
    try with { shop, command in
      try shop.expectFault(
        78, "tokenize", command + flags,
        says: ["own: its second texts have token type 1, but the base has only types below 1"],
        hint: "--template statement")
      try shop.run("tokenize", command + ["--template", "statement", "--output", shop.tokens])
      #expect(try TokenizedSet.read(shop.tokens).segments.allSatisfy { $0 == 0 })
    }
  }

  /// So is what only a decoder can answer.
  @Test(arguments: ["letters", "continuations"]) func scoringOfDecodersIsRefusedAtOnce(scoring: String) throws {
    try with { shop, command in
      try shop.expectFault(
        78, "tokenize", command + ["--scoring", scoring], says: ["scoring \"\(scoring)\" does not go with a base of"],
        hint: "--scoring pairs or classes")
    }
  }
}
