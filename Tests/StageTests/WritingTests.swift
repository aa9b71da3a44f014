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
      let stopped = try answers("stopped.h5", "--stop", "e", "--stop", "\\n")
      #expect(stopped.law.stops == ["e", "\n"] && !stopped.texts.contains { $0.contains("e") })
      let shown = try shop.run("show", [shop.path("mixed.h5")])
      #expect(shown.output.contains("mixed_draws") && shown.output.contains("law_log_probabilities"))
    }
  }

  /// A method that draws parameters writes, and the others say why not.
  @Test func everyMethodWritesOrIsRefused() throws {
    try withDecoder { shop, command in
      for (method, files) in try shop.posteriors() {
        let written =
          command + ["--samples", "2", "--method", method.name, "--posterior"] + files
          + ["--output", shop.path("\(method.name).h5")]
        let run = try RunningProgram("generate-answers", written)
        let code = run.exitCode()
        let draws =
          method.samples != .logits && method.name != "laplace-probit" && method.files?.hasPrefix("library") != true
        #expect(code == (draws ? 0 : 64), "\(method.name): \(run.errors)")
        #expect(draws || run.errors.contains("only these can write"), "\(run.errors)")
      }
    }
  }

  @Test func wrongInputIsNamed() throws {
    try withDecoder { shop, command in
      let base = command + ["--method", "base"]
      for (flags, says) in [
        (["--texts", "0"], "--texts: found 0"), (["--temperature=-1"], "--temperature: found -1.0"),
        (["--texts", "2", "--temperature", "0"], "all 2 texts of a draw would be the same"),
        (["--top-p", "1.5"], "--top-p: found 1.5"), (["--stop", ""], "--stop: found an empty string"),
        (["--max-new-tokens", "0"], "--max-new-tokens"), (["--method", "swga"], "--method: found \"swga\""),
      ] {
        try shop.expectFault(64, "generate-answers", (flags[0] == "--method" ? command : base) + flags, says: [says])
      }
      try Workshop.open { encoder in
        let wrong = ["--base", encoder.base, "--tokens", encoder.tokens, "--model", shop.path("model")]
        try encoder.expectFault(
          78, "generate-answers", wrong + ["--method", "base"], says: ["is an encoder, which cannot write"])
      }
      let other = try shop.tokens("other.h5") { $0.tokenizerDigest = "00" }
      let there = Workshop(folder: shop.folder, base: shop.base, tokens: other)
      try there.expectFault(
        78, "generate-answers", there.inputs + ["--model", shop.path("model"), "--method", "base"],
        says: ["its tokenizer is not the one that"])
    }
  }
}
