// New texts, from a fitted run to answers: the forecasts are those of the same texts as test rows, shards and kills change
// nothing, and answers.csv keeps what it was given.
import Artifacts
import Files
import Foundation
import TestSupport
import Testing

@Suite struct NewTexts {
  /// A fitted run, each of whose test texts is there `copies` times, that is asked about `count` texts; passes the flags of `predict` too.
  private func with(new count: Int, copies: Int = 1, _ body: (Workshop, _ predict: [String]) throws -> Void) throws {
    try withTemporaryFolder { folder in
      let shop = Workshop(folder: folder, base: folder + "/base.h5", tokens: folder + "/tokens.h5")
      let adapters = try shop.fitTexts(copies: copies)
      _ = try shop.predict("test.h5", "ensemble", adapters)
      try shop.writeNewTexts(count)
      try body(
        shop,
        shop.inputs + ["--model", shop.path("model"), "--method", "ensemble", "--posterior"] + adapters
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
        let start = "n\(number),\(Workshop.newText(number)),\"a \"\"note\"\", \(number)\","
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

  @Test func reportsNameTheFilesOfTheRunWithoutTheirFolders() throws {
    try with(new: 1) { shop, _ in
      let page = shop.path("report.html")
      try shop.run(
        "evaluate",
        [
          "--predictions", shop.path("test.h5"), "--tokens", shop.tokens, "--html", page, "--output",
          shop.path("evaluation.h5"),
        ])
      let text = try String(contentsOfFile: page, encoding: .utf8)
      #expect(text.contains("<dt>Trained on</dt><dd>train.csv</dd>") && !text.contains("/train.csv"))
      #expect(text.contains("<dt>Tested on</dt><dd>test.csv</dd>"))
    }
  }

  @Test func copiesOfATestTextCountOnce() throws {
    try with(new: 30, copies: 3) { shop, predict in
      try shop.run("predict", predict + ["--output", shop.path("all.h5")])
      let said = try shop.run("decide", decide(shop, ["all.h5"], to: "answers")).output
      #expect(said.contains("\n300 labelled test rows, 100 distinct texts: of rows with the same text only the first"))
      let evaluated = try shop.run(
        "evaluate", ["--predictions", shop.path("test.h5"), "--tokens", shop.tokens, "--output", shop.path("e.h5")])
      #expect(evaluated.output.contains("\n200 of 300 test texts are copies of others: "))
    }
  }

  @Test func cutTextsAreWarnedOfOnce() throws {
    try with(new: 5) { shop, predict in
      let long = String(repeating: "warm cold ", count: 200)
      try AtomicFile.write("id,text,note\na,river,\nb,\(long),\n", to: shop.path("new.csv"))
      let predicted = try shop.run("predict", predict + ["--output", shop.path("all.h5")])
      let decided = try shop.run("decide", decide(shop, ["all.h5"], to: "answers"))
      let all = predicted.errors + decided.errors + decided.output
      #expect(all.matches(of: /cut/).count == 1)
      #expect(decided.output.contains("warning: 1 of 2 texts were cut because they are too long\n"))
    }
  }

  @Test func nothingIsLeftBesideTheForecasts() throws {
    try with(new: 30) { shop, predict in
      let before = try shop.contents().keys
      try shop.run("predict", predict + ["--checkpoint-seconds", "0", "--output", shop.path("all.h5")])
      #expect(try Set(shop.contents().keys) == Set(before).union(["all.h5"]))
    }
  }

  /// A hundred times as many texts, which would take 20 MB and more if they were held.
  @Test func memoryDoesNotGrowWithTheTexts() throws {
    func peak(_ count: Int) throws -> Double {
      var peak = 0.0
      try with(new: count) { shop, predict in
        let run = try shop.run("predict", predict + ["--threads", "1", "--output", shop.path("all.h5")])
        peak = try #require(Double(run.errors.firstMatch(of: #/([0-9]+) MB at most/#)?.output.1 ?? ""))
      }
      return peak
    }
    let (few, many) = (try peak(2000), try peak(200_000))
    #expect(many <= 1.2 * few, "\(few) MB for few texts, \(many) MB for many")
  }

  @Test func pairsAreNoSingleTexts() throws {
    try with(new: 5) { shop, predict in
      try AtomicFile.write("text_a,text_b\nriver,warm", to: shop.path("new.csv"))
      try shop.expectFault(
        65, "predict", predict + ["--output", shop.path("x.h5")],
        says: ["new.csv:1: found pairs of texts, in text_a and text_b, but the run was fitted on single texts"],
        hint: "call one column text, or name it with --text-column (with make: NEW_TEXT=)")
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
      try shop.expectFault(
        65, "predict", predict + output, says: ["no column for the text"],
        hint: "call it text (or sentence, question, comment, ...), or name it with --text-column (with make: NEW_TEXT=)"
      )
    }
  }
}
