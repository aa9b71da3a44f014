// An encoder with one token type, from its folder on: a second text has no place in its tables.
import Artifacts
import Files
import TestSupport
import Testing

@Suite struct OneTokenType {
  /// Lays the model's folder and questions out, and gives a command of `tokenize`.
  private func with(_ body: (Workshop, [String]) throws -> Void) throws {
    try withTemporaryFolder { folder in
      let shop = Workshop(folder: folder, base: "", tokens: folder + "/tokens.h5")
      try TinyEncoder.writeModel(to: shop.path("model"), tokenTypes: 1)
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
