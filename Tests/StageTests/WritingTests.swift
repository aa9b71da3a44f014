// generate-answers as a user runs it: what it writes, and wrong input, of which each is one line.
import Artifacts
import Posteriors
import TestSupport
import Testing

@Suite struct WritingStage {
  private func withDecoder(_ body: (Workshop, [String]) throws -> Void) throws {
    try withTemporaryFolder { folder in
      let shop = Workshop(folder: folder, base: folder + "/base.h5", tokens: folder + "/home.h5")
      try shop.makeDecoder()
      try body(shop, shop.inputs + ["--model", shop.path("model"), "--max-new-tokens", "6"])
    }
  }

  @Test func everySampleWritesTexts() throws {
    try withDecoder { shop, command in
      let moments = try shop.collect("moments.h5", from: shop.fit("adapter.h5"))
      let written = command + ["--method", "swag", "--posterior", moments, "--samples", "2", "--texts", "3"]
      func answers(_ name: String, _ flags: String...) throws -> Answers {
        try shop.run("generate-answers", written + flags + ["--output", shop.path(name)])
        return try Answers.read(shop.path(name))
      }
      let one = try answers("one.h5", "--threads", "1")
      #expect((one.count, one.groups, one.samples, one.textsPerDraw, one.mixedDraws) == (13, 1, 2, 3, 1))
      #expect(one.method == "swag" && one.dataset == "home" && one.cost.forwardPasses == 6)
      #expect(one.prompts[0].contains("where "), "\(one.prompts[0])")
      #expect(one.settings.contains("\"precision\":\"float32\""))
      _ = try answers("three.h5", "--threads", "3")
      #expect(bytes(shop.path("one.h5")) == bytes(shop.path("three.h5")))
      let mixed = try answers("mixed.h5", "--token-mixture")
      #expect((mixed.groups, mixed.samples, mixed.mixedDraws) == (1, 1, 2))
      #expect(mixed.tokens.indices.contains { mixed.epistemicEntropy($0) > 0 })
      let asked = try answers("asked.h5", "--p-true")
      #expect(asked.texts == one.texts && asked.truthProbabilities.count == one.texts.count)
      #expect(one.truthProbabilities.isEmpty)
      let stopped = try answers("stopped.h5", "--stop", "e", "--stop", "\\n", "--stop-word=^-_")
      #expect(stopped.law.stops == ["e", "\n", "\n- "] && !stopped.texts.contains { $0.contains("e") })
      let shown = try shop.run("show", [shop.path("mixed.h5")])
      #expect(shown.output.contains("mixed_draws") && shown.output.contains("law_log_probabilities"))
    }
  }

  /// What the catalogue says of a method is what the stage does, and a refusal names the method.
  @Test func everyMethodWritesOrIsRefused() throws {
    try withDecoder { shop, command in
      for (method, files) in try shop.posteriors() {
        let written =
          command + ["--samples", "2", "--method", method.name, "--posterior"] + files
          + ["--output", shop.path("\(method.name).h5")]
        let run = try RunningProgram("generate-answers", written)
        let code = run.exitCode()
        #expect(code == (method.writes ? 0 : 64), "\(method.name): \(run.errors)")
        let refusal = "--method: found \(method.name), which predicts choices and cannot write texts\nhint: use base, "
        #expect(method.writes || run.errors.contains(refusal), "\(run.errors)")
      }
    }
  }

  /// A text is compared with an answer's words, and no letter is any.
  @Test func promptsThatAskForALetterAreRefused() throws {
    try withDecoder { shop, command in
      let letters = shop.path("letters.h5")
      let questions = ["--dataset", "home", "--test", shop.path("home.jsonl"), "--template", "bare"]
      try shop.run("tokenize", ["--model", shop.path("model")] + questions + ["--output", letters])
      try shop.expectFault(
        78, "generate-answers", command + ["--tokens", letters, "--method", "base"],
        says: ["letters.h5: its prompts ask for a letter"], hint: "--template open (with make: TEMPLATE=)")
    }
  }

  /// config.json names the end token of a tokenizer that names none.
  @Test func theEndTokenMayBeThatOfTheConfiguration() throws {
    try withDecoder { shop, command in
      let base = command + ["--method", "base", "--output", shop.path("written.h5")]
      let run = try shop.run("generate-answers", base)
      #expect(!run.errors.contains("no token is known"), "\(run.errors)")
      let path = shop.path("model/config.json")
      let text = try String(contentsOfFile: path, encoding: .utf8)
      #expect(text.contains("eos_token_id"))
      try text.replacing("eos_token_id", with: "eos_token_was").write(toFile: path, atomically: true, encoding: .utf8)
      let warned = try shop.run("generate-answers", base)
      #expect(warned.errors.contains("no token is known to end a text"), "\(warned.errors)")
      #expect(try !shop.run("generate-answers", base + ["--stop", "x"]).errors.contains("no token is known"))
    }
  }

  @Test func wrongInputIsNamed() throws {
    try withDecoder { shop, command in
      let base = command + ["--method", "base"]
      for (flags, says) in [
        (["--texts", "0"], "--texts: found 0"), (["--temperature=-1"], "--temperature: found -1.0"),
        (["--texts", "2", "--temperature", "0"], "all 2 texts of a draw would be the same"),
        (["--top-p", "1.5"], "--top-p: found 1.5"), (["--stop", ""], "--stop: found an empty string"),
        (["--max-new-tokens", "0"], "--max-new-tokens"), (["--texts", "2000000000"], "--texts: found 2000000000"),
        (["--method", "swga"], "--method: found \"swga\""),
        (["--method", "point-consistent"], "--method: found point-consistent, which predicts choices"),
        (["--method", "swag", "--draws", "linearised"], "--draws: found linearised, by which swag predicts choices"),
      ] {
        try shop.expectFault(64, "generate-answers", (flags[0] == "--method" ? command : base) + flags, says: [says])
      }
      try Workshop.open { encoder in
        let wrong = ["--base", encoder.base, "--tokens", encoder.tokens, "--model", shop.path("model")]
        try encoder.expectFault(
          78, "generate-answers", wrong + ["--method", "base"], says: ["is an encoder, which cannot write"])
      }
      try shop.expectFault(
        78, "generate-answers", base + ["--texts", "1000000000"], says: ["13000000000 texts do not fit into memory"])
      let other = try shop.tokens("other.h5") { $0.tokenizerDigest = "00" }
      let there = Workshop(folder: shop.folder, base: shop.base, tokens: other)
      try there.expectFault(
        78, "generate-answers", there.inputs + ["--model", shop.path("model"), "--method", "base"],
        says: ["its tokenizer is not the one that"])
    }
  }
}
