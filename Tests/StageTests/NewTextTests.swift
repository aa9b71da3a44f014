// New texts, from a fitted run to answers: the forecasts are those of the same texts as test rows, shards and kills change
// nothing, and answers.csv keeps what it was given.
import Artifacts
import Files
import Foundation
import TestSupport
import Testing

@Suite struct NewTexts {
  /// The text with this number: three of eight words, the middle one of which decides the class.
  private static func text(_ number: Int) -> String {
    let words = ["river", "town", "warm", "cold", "bird", "fish", "north", "south"]
    return [number / 64 % 8, number / 8 % 8, number % 8].map { words[$0] }.joined(separator: " ")
  }

  /// Fits two adapters on 160 texts of two classes and predicts the 100 test texts; passes the flags of `predict` too.
  private func with(new count: Int, _ body: (Workshop, _ predict: [String]) throws -> Void) throws {
    try withTemporaryFolder { folder in
      let shop = Workshop(folder: folder, base: folder + "/base.h5", tokens: folder + "/tokens.h5")
      let model = shop.path("model")
      try TinyEncoder.writeModel(to: model)
      func labelled(_ numbers: Range<Int>) -> String {
        (["text,label"] + numbers.map { "\(Self.text($0 * 7)),\($0 * 7 / 8 % 2 == 0 ? "even" : "odd")" })
          .joined(separator: "\n")
      }
      try AtomicFile.write(labelled(0..<160), to: shop.path("train.csv"))
      try AtomicFile.write(labelled(160..<260), to: shop.path("test.csv"))
      let new = (0..<count).map { "n\($0),\"\(Self.text($0 * 3))\",\"a \"\"note\"\", \($0)\"" }
      try AtomicFile.write((["id,text,note"] + new).joined(separator: "\n"), to: shop.path("new.csv"))
      try shop.run("pretrain-load", ["--model", model, "--output", shop.base])
      let files = ["--train", shop.path("train.csv"), "--test", shop.path("test.csv")]
      try shop.run("tokenize", ["--model", model, "--dataset", "own", "--output", shop.tokens] + files)
      let adapters = try ["0", "1"].map {
        try shop.fit("point-\($0).h5", "--seed", $0, "--epochs", "12", "--learning-rate", "0.02")
      }
      _ = try shop.predict("test.h5", "ensemble", adapters)
      try body(
        shop,
        shop.inputs + ["--model", model, "--method", "ensemble", "--posterior"] + adapters
          + ["--new", shop.path("new.csv")])
    }
  }

  /// The flags of `decide`.
  private func decide(_ shop: Workshop, _ forecasts: [String], to name: String) -> [String] {
    ["--forecasts"] + forecasts.map(shop.path) + [
      "--predictions", shop.path("test.h5"), "--tokens", shop.tokens, "--new", shop.path("new.csv"), "--risk", "20%",
      "--answers-csv", shop.path("\(name).csv"), "--shares-csv", shop.path("\(name)-shares.csv"),
      "--label-next-csv", shop.path("\(name)-next.csv"), "--reproducible", "--output", shop.path("\(name).h5"),
    ]
  }

  /// The mixture of the samples of `predictions` for one example.
  private func mixture(_ predictions: Predictions, _ example: Int) -> [Double] {
    let leaves = predictions.groups * predictions.samples
    return (0..<predictions.choices).map { choice in
      (0..<leaves).reduce(0) { sum, leaf in
        sum + exp(Double(predictions.logProbabilities[(example * leaves + leaf) * predictions.choices + choice]))
      } / Double(leaves)
    }
  }

  @Test func theForecastsOfEveryMethodAreThoseOfTheSameTextsAsTestRows() throws {
    try Workshop.openFromQuestions { shop in
      for (method, files) in try shop.posteriors() {
        let known = try shop.predict("known.h5", method.name, files, "--samples", "3")
        try shop.run(
          "predict",
          shop.inputs + ["--model", shop.path("model"), "--method", method.name, "--posterior"] + files + [
            "--samples", "3", "--new", shop.path("home.jsonl"), "--output", shop.path("new.h5"),
          ])
        let forecasts = try Forecasts(mapping: shop.path("new.h5"))
        #expect(forecasts.header.rows == 12 && forecasts.header.settings == known.settings, "\(method.name)")
        let rows = try forecasts.rows(ofOwnBlock: 0)
        let tests = known.splits.indices.filter { known.splits[$0] == .test }
        for (row, example) in tests.enumerated() {
          for (choice, probability) in mixture(known, example).enumerated() {
            let found = exp(Double(rows.logProbabilities[row * rows.choices + choice]))
            #expect(abs(found - probability) < 1e-5, "\(method.name), row \(row)")
          }
        }
      }
    }
  }

  @Test func shardsGiveTheSameBytes() throws {
    try with(new: 700) { shop, predict in
      try shop.run("predict", predict + ["--output", shop.path("all.h5"), "--threads", "1"])
      // The fourth of four shards has no block.
      for shard in 1...4 {
        try shop.run("predict", predict + ["--shard", "\(shard)/4", "--output", shop.path("\(shard).h5")])
      }
      try shop.run("decide", decide(shop, ["all.h5"], to: "one"))
      try shop.run("decide", decide(shop, ["3.h5", "1.h5", "4.h5", "2.h5"], to: "four"))
      for end in [".csv", "-shares.csv", "-next.csv"] {
        let one = try #require(bytes(shop.path("one\(end)")))
        #expect(one == bytes(shop.path("four\(end)")), "\(end)")
        #expect(one.count { $0 == 0x0A } == [".csv": 701, "-shares.csv": 3, "-next.csv": 51][end])
      }
      try shop.expectFault(
        65, "decide", decide(shop, ["3.h5", "1.h5", "4.h5"], to: "x"),
        says: ["found 3 shards, expected each of 1 to 4 once"])
    }
  }

  @Test func theAnswersKeepTheColumnsAndNameTheClasses() throws {
    try with(new: 30) { shop, predict in
      try shop.run("predict", predict + ["--output", shop.path("all.h5")])
      let said = try shop.run("decide", decide(shop, ["all.h5"], to: "answers"))
      let lines = try String(contentsOfFile: shop.path("answers.csv"), encoding: .utf8).split(separator: "\n")
      #expect(
        lines[0]
          == "id,text,note,answer,confidence,p_even,p_odd,uncertainty,uncertainty_kind,set,ask_human")
      for (number, line) in lines.dropFirst().enumerated() {
        let start = "n\(number),\(Self.text(number * 3)),\"a \"\"note\"\", \(number)\","
        #expect(line.hasPrefix(start))
        let fields = line.dropFirst(start.count).split(separator: ",", omittingEmptySubsequences: false)
        #expect(fields[0] == (Double(fields[2])! > Double(fields[3])! ? "even" : "odd"))
        #expect(abs(Double(fields[2])! + Double(fields[3])! - 1) < 1e-5)
        #expect(["aleatoric", "epistemic"].contains(fields[5]) && ["yes", "no"].contains(fields[7]))
        #expect(fields[6].split(separator: "|").contains(fields[0]))
      }
      #expect(said.output.contains("labelled test rows that chose neither temperature nor epoch"))
    }
  }

  @Test func killedAndStartedAgainItGivesTheSameBytes() throws {
    try with(new: 40_000) { shop, predict in
      try shop.run("predict", predict + ["--output", shop.path("unbroken.h5")])
      let (output, checkpoint) = (shop.path("killed.h5"), shop.path("killed.h5.checkpoint"))
      for goal in [3, 40] {
        let run = try RunningProgram("predict", predict + ["--checkpoint-seconds", "0", "--output", output])
        try #require(
          run.wait(atMost: 120) { _ in
            guard exists(checkpoint), let read = try? Checkpoint.read(checkpoint) else { return false }
            return read.integers["steps"] ?? 0 >= goal
          }, "\(run.errors)")
        run.send(SIGKILL)
        try #require(run.exitCode() == 128 + SIGKILL, "it ended before the kill: \(run.errors)")
        #expect(!exists(output))
      }
      let last = try shop.run("predict", predict + ["--threads", "2", "--output", output])
      #expect(last.errors.contains("resuming from \(checkpoint) at step "))
      #expect(bytes(output) != nil && bytes(output) == bytes(shop.path("unbroken.h5")))
      // A kill during a write leaves its temporary file, which a later run of make removes.
      let left = try shop.contents().keys.filter { $0.contains("checkpoint") && !$0.hasSuffix(".partial") }
      #expect(left == [])
    }
  }

  @Test func whatDoesNotBelongToTheRunIsRefused() throws {
    try with(new: 5) { shop, predict in
      let output = ["--output", shop.path("x.h5")]
      let method = try #require(predict.firstIndex(of: "ensemble"))
      var contextual = predict
      contextual[method] = "point-contextual"
      try shop.expectFault(
        64, "predict", contextual + output, says: ["new texts are not prepared for contextual calibration"],
        hint: "--method point")
      try shop.expectFault(64, "predict", predict + output + ["--shard", "3/2"], says: ["--shard"])
      try shop.run("predict", predict + ["--output", shop.path("all.h5")])
      for (prior, message) in [
        ("even:0.5", "the shares sum to 0.500, expected 1"),
        ("even:0.5,odd:1:2", "is not a class, a colon and a share"),
        ("even:50%,old:50%", "it names even, old"),
      ] {
        try shop.expectFault(
          64, "decide", decide(shop, ["all.h5"], to: "x") + ["--prior", prior], says: [message])
      }
      _ = try shop.predict("test.h5", "point", [shop.path("point-0.h5")])
      try shop.expectFault(
        78, "decide", decide(shop, ["all.h5"], to: "x"),
        says: ["test.h5: its method differs from that of the forecasts"])
      try AtomicFile.write("id,words\n1,river", to: shop.path("new.csv"))
      try shop.expectFault(
        78, "decide", decide(shop, ["all.h5"], to: "x"), says: ["it has changed since it was predicted"])
      try shop.expectFault(65, "predict", predict + output, says: ["no column for the text"])
    }
  }
}
