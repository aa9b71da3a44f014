// Written answers in the stages: how `tokenize` takes them on a decoder and an encoder, what is fitted on them, and which
// stages refuse them.
import Artifacts
import Foundation
import TestSupport
import Testing

@Suite struct AnswerStageTests {
  /// Creates a model folder and a file of rows, and passes a command of `tokenize` that trains on it.
  private func with(_ rows: [String], isDecoder: Bool = true, _ body: (Workshop, [String]) throws -> Void) throws {
    try withTemporaryFolder { folder in
      let shop = Workshop(folder: folder, base: "", tokens: folder + "/tokens.h5")
      let model = isDecoder ? try writeTinyModel(in: folder) : folder + "/encoder"
      if !isDecoder { try TinyEncoder.writeModel(to: model) }
      try rows.joined(separator: "\n").write(toFile: shop.path("own.jsonl"), atomically: true, encoding: .utf8)
      try body(
        shop,
        ["--model", model, "--dataset", "own", "--train", shop.path("own.jsonl"), "--calibration-fraction", "0.2"])
    }
  }

  private func prompts(_ count: Int) -> [String] {
    (0..<count).map { #"{"prompt": "\#($0) + 1?", "answers": ["\#($0 + 1)", "one more"]}"# }
  }

  @Test func aDecoderLearnsToWriteThem() throws {
    try with(prompts(20)) { shop, command in
      let run = try shop.run("tokenize", command + ["--output", shop.tokens])
      #expect(run.errors.contains("own.jsonl: 20 rows, format answers from prompt, answers\n"))
      #expect(run.errors.contains("answers: 20, mean length 3.5 tokens with the end, longest 4; 1.6 bytes\n"))
      let set = try TokenizedSet.read(shop.tokens)
      #expect(set.scoring == .answers && set.template == "open" && set.endToken == 2)
      #expect(set.examples(of: .calibration).count == 4 && set.examples(of: .test).count == 4)
      #expect(set.references(of: 3) == ["4", "one more"])
    }
  }

  @Test func questionsWithChoicesAreAskedWithoutThem() throws {
    let rows = (0..<10).map { #"{"question": "Q\#($0)?", "choices": ["n", "s"], "answer": \#($0 % 2)}"# }
    try with(rows) { shop, command in
      try shop.run("tokenize", command + ["--template", "open", "--output", shop.tokens])
      let set = try TokenizedSet.read(shop.tokens)
      #expect(set.references(of: 0) == ["n"] && set.references(of: 1) == ["s"])
    }
  }

  @Test func newPromptsNeedNoAnswers() throws {
    try with(prompts(10)) { shop, command in
      try #"{"question": "and now?"}"#.write(toFile: shop.path("new.jsonl"), atomically: true, encoding: .utf8)
      try shop.run("tokenize", command + ["--test", shop.path("new.jsonl"), "--output", shop.tokens])
      let set = try TokenizedSet.read(shop.tokens)
      let test = try #require(set.examples(of: .test).first)
      #expect(set.labels[test] == -1 && set.answer(of: test).isEmpty && set.references(of: test).isEmpty)
    }
  }

  @Test func aQuestionWithAnAnswerNeedsAWordOfTheUser() throws {
    let rows = (0..<10).map { #"{"question": "Q\#($0)?", "answer": "c\#($0 % 2)"}"# }
    try with(rows) { shop, command in
      try shop.expectFault(
        65, "tokenize", command, says: ["own.jsonl:1: found questions with answers but without choices"],
        hint: "--format answers or --format texts")
      for told in [["--format", "answers"], ["--template", "open"], ["--scoring", "answers"]] {
        try shop.run("tokenize", command + told + ["--output", shop.tokens])
        #expect(try TokenizedSet.read(shop.tokens).scoring == .answers)
      }
      try shop.run("tokenize", command + ["--format", "texts", "--template", "answer", "--output", shop.tokens])
      #expect(try TokenizedSet.read(shop.tokens).scoring == .continuations)
    }
    try with(rows, isDecoder: false) { shop, command in
      try shop.run("tokenize", command + ["--output", shop.tokens])
      #expect(try TokenizedSet.read(shop.tokens).scoring == .classes)
    }
  }

  @Test func whatCannotBeWrittenIsNamed() throws {
    try with(prompts(10), isDecoder: false) { shop, command in
      try shop.expectFault(
        78, "tokenize", command,
        says: ["own.jsonl: a file of answers has answers to be written, and an encoder cannot"],
        hint: "use a decoder")
    }
    try with(prompts(10)) { shop, command in
      try shop.expectFault(
        78, "tokenize", command + ["--template", "bare"], says: ["has answers to be written, not scoring letters"])
      try shop.expectFault(64, "tokenize", command + ["--content-free"], says: ["is for choices"])
      try shop.expectFault(
        64, "tokenize", command + ["--corruption", "choice-order", "--severity", "1"], says: ["have no choices"])
      try shop.expectFault(
        78, "tokenize", command + ["--template", "chatml"], says: ["the tokenizer has no special token <|im_start|>"])
    }
    // Some of them are test rows, whose answers are not read.
    let long = #"{"prompt": "Q?", "answer": "\#(String(repeating: "long ", count: 60))"}"#
    try with(prompts(10) + [String](repeating: long, count: 8)) { shop, command in
      try shop.expectFault(
        78, "tokenize", command,
        says: ["own.jsonl:1", ": an answer of 301 tokens leaves no room for its prompt within 256"],
        hint: "remove the row")
    }
  }

  @Test func moreIsFittedOnThem() throws {
    try Workshop.open(.answers) { shop in
      let run = try shop.run("fit-adapters", shop.inputs + ["--epochs", "2", "--output", shop.path("point.h5")])
      #expect(run.errors.contains(#/epoch 2: loss [0-9.]+ per token \([0-9.]+ per byte\), calibration NLL /#))
      let adapter = shop.path("point.h5")
      let moments = try SwagMoments.read(try shop.collect("swag.h5", from: adapter, "--collections", "4"))
      #expect(moments.history.allSatisfy { $0.calibrationNLLPerByte != nil && $0.calibrationAccuracy == nil })
      _ = try shop.collect("aswa.h5", from: adapter, "--collections", "4", "--accept", "nll")
      for parametrisation in ["olora", "tt-lora", "b-lora-xs", "nola"] {
        let flags = parametrisation == "olora" ? ["--rank", "2"] : []
        try shop.run(
          "fit-adapters",
          shop.inputs + flags + [
            "--epochs", "1", "--parametrisation", parametrisation, "--output", shop.path("other.h5"),
          ])
      }
      _ = try shop.fit("blob.h5", "--variational", "blob")
      _ = try shop.fit("members.h5", "--members", "2")
    }
  }

  @Test func stagesOfChoicesRefuseThem() throws {
    try Workshop.open(.answers) { shop in
      let adapter = try shop.fit("point.h5")
      let needs = "needs choices, but here the answers are written"
      let sampled = shop.inputs + ["--method", "point", "--posterior", adapter]
      try shop.expectFault(78, "sample-posterior", sampled, says: [needs], hint: "generate-answers")
      let others = shop.inputs + ["--adapter", adapter]
      try shop.expectFault(78, "collect-curvature", others, says: [needs], hint: "other methods")
      try shop.expectFault(78, "bayesianize-adapter", others, says: [needs], hint: "other methods")
      try shop.expectFault(78, "extract-ensemble", others, says: [needs], hint: "other methods")
      try shop.expectFault(
        78, "collect-swag", others + ["--accept", "accuracy"], says: ["acceptance by accuracy \(needs)"])
      try shop.expectFault(
        78, "fit-adapters", shop.inputs + ["--base-divergence", "0.1"], says: ["--base-divergence \(needs)"])
    }
  }
}
