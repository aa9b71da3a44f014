// From a file of texts with more than one right class to its scores.
import Artifacts
import Foundation
import TestSupport
import Testing

@Suite struct TargetChainTests {
  /// Texts of two words; the cells say something about their class.
  private func table(_ header: String, _ cells: (_ isWarm: Bool, _ isBird: Bool, Int) -> String) -> String {
    let words = ["river", "town", "bird", "fish", "north", "south"]
    return header + "\n"
      + (0..<72).map { number in
        let (isWarm, isBird) = (number % 2 == 0, number % 3 == 0)
        let text =
          "\(isWarm ? "warm" : "cold") \(isBird ? "bird" : "fish") \(words[number % 6]) \(words[number / 6 % 6])"
        return "\(text),\(cells(isWarm, isBird, number))\n"
      }.joined()
  }

  /// Runs all stages on a file of that format, and passes the tokens and the table of results.
  private func chain(
    _ text: String, format: String, tokenize: [String] = [], fit: [String] = [],
    _ body: (TokenizedSet, String, Workshop) throws -> Void
  ) throws {
    try with(text, as: "--train") { shop, flags in
      try shop.run("pretrain-load", ["--model", shop.path("model"), "--output", shop.base])
      try shop.run(
        "tokenize",
        flags + ["--format", format, "--calibration-fraction", "0.25", "--output", shop.tokens] + tokenize)
      let adapter = shop.path("adapter.h5")
      try shop.run(
        "fit-adapters",
        shop.inputs + ["--rank", "2", "--epochs", "40", "--learning-rate", "2e-2", "--output", adapter] + fit)
      _ = try shop.predict("point.h5", "point", [adapter])
      _ = try shop.predict("dropout.h5", "dropout", [adapter], "--samples", "2", "--dropout", "0.1")
      try shop.run(
        "evaluate",
        [
          "--predictions", shop.path("point.h5"), shop.path("dropout.h5"), "--csv", shop.path("e.csv"), "--html",
          shop.path("e.html"), "--output", shop.path("e.h5"),
        ])
      try body(TokenizedSet.read(shop.tokens), String(contentsOfFile: shop.path("e.csv"), encoding: .utf8), shop)
    }
  }

  /// Writes a file for the tiny encoder, and passes the flags of `tokenize` that read it by `flag`.
  private func with(_ text: String, as flag: String, _ body: (Workshop, [String]) throws -> Void) throws {
    try withTemporaryFolder { folder in
      let shop = Workshop(folder: folder, base: folder + "/base.h5", tokens: folder + "/tokens.h5")
      try TinyEncoder.writeModel(to: shop.path("model"))
      try Data(text.utf8).write(to: URL(fileURLWithPath: shop.path("own.csv")))
      try body(shop, ["--model", shop.path("model"), "--dataset", "own", flag, shop.path("own.csv")])
    }
  }

  private func value(_ metric: String, _ csv: String, dataset: String = "own") throws -> Double {
    let line = try #require(csv.split(separator: "\n").first { $0.hasPrefix("point,\(dataset),\(metric),") })
    return try #require(Double(line.split(separator: ",", omittingEmptySubsequences: false)[3]))
  }

  @Test func votesWithClassWeights() throws {
    let text = table("text,warm,cold") { isWarm, _, _ in isWarm ? "3,1" : "1,3" }
    try chain(text, format: "votes", fit: ["--class-weights", "balanced"]) { tokens, csv, _ in
      #expect(tokens.scoring == .classes && tokens.classNames == ["cold", "warm"])
      #expect(tokens.targets.count == 144 && Set(tokens.targets) == [0.25, 0.75])
      // The entropy of the votes is the least that the cross-entropy can be.
      let entropy = -(0.75 * log(0.75) + 0.25 * log(0.25))
      let score = try value("nll_votes", csv)
      #expect(score >= entropy - 1e-6 && score < 0.69, "\(score)")
      #expect(try value("accuracy", csv) > 0.8)
    }
  }

  @Test func severalLabels() throws {
    let text = table("text,label") { isWarm, isBird, _ in
      [isWarm ? "warmth" : nil, isBird ? "birds" : nil].compactMap(\.self).joined(separator: ";")
    }
    try chain(text, format: "labels") { tokens, csv, shop in
      #expect(tokens.scoring == .labels && tokens.classNames == ["birds", "warmth"])
      #expect(try value("f1_micro", csv) > 0.6)
      #expect(try value("f1", csv, dataset: "own/warmth") > 0.6)
      #expect(try String(contentsOfFile: shop.path("e.html"), encoding: .utf8).contains("F1 of each label"))
      let adapter = shop.path("adapter.h5")
      try shop.expectFault(
        78, "collect-curvature", shop.inputs + ["--adapter", adapter],
        says: ["own: the Laplace approximation needs one right choice"], hint: "use other methods")
      try shop.expectFault(
        78, "sample-posterior",
        shop.inputs + ["--method", "point", "--posterior", adapter, "--export-peft", shop.path("peft")],
        says: ["own: --export-peft needs one right choice for each text"], hint: "omit it")
    }
  }

  @Test func grades() throws {
    let text = table("text,label") { isWarm, isBird, _ in isWarm ? "10" : isBird ? "2" : "1" }
    try chain(text, format: "texts", tokenize: ["--ordinal"]) { tokens, csv, _ in
      #expect(tokens.classNames == ["1", "2", "10"] && tokens.classValues == [1, 2, 10])
      let (score, error) = (try value("crps", csv), try value("median_error", csv))
      #expect(score < 4 && error < 4)
      #expect(try value("coverage_90", csv) > 0.8)
    }
    try chain(text, format: "texts") { _, csv, _ in #expect(!csv.contains("crps")) }
  }

  /// Warm is 30, and birds add 10. The texts are then answered as new ones, whose intervals must hold these numbers.
  @Test func numbers() throws {
    func number(_ isWarm: Bool, _ isBird: Bool) -> Double { (isWarm ? 30 : 0) + (isBird ? 10 : 0) + 0.25 }
    let text = table("text,label") { isWarm, isBird, _ in "\(number(isWarm, isBird))" }
    try chain(text, format: "numbers", tokenize: ["--number-bins", "12"]) { tokens, csv, shop in
      #expect(tokens.classNames.count == 12 && tokens.numbers?.values.contains(40.25) == true)
      // The standard deviation of the numbers is 15.7.
      let (error, score) = (try value("rmse", csv), try value("crps", csv))
      #expect(error < 10 && score < 7, "\(error), \(score)")
      #expect(!csv.contains("accuracy"))
      let page = try String(contentsOfFile: shop.path("e.html"), encoding: .utf8)
      #expect(page.contains("Coverage") && !page.contains("mixed up"))
      try shiftTest(shop)
      let answers = try self.answers(shop)
      #expect(answers[0] == "text,label,prediction,low,high,deviation,uncertainty_kind" && answers.count == 73)
      let held = answers.dropFirst().count { line in
        let cells = line.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
        let values = [3, 1, 4].compactMap { Double(cells[$0]) }
        return values.count == 3 && values == values.sorted()
      }
      #expect(held > 55, "\(held)")
    }
  }

  /// The shift test on two texts that are not like the training texts.
  private func shiftTest(_ shop: Workshop) throws {
    try Data("text,label\nnorth north,40\nsouth south,0.25\n".utf8).write(
      to: URL(fileURLWithPath: shop.path("far.csv")))
    try shop.run(
      "tokenize",
      [
        "--model", shop.path("model"), "--dataset", "far", "--test", shop.path("far.csv"), "--format", "numbers",
        "--number-bins", "12", "--classes", shop.path("own.csv"), "--output", shop.path("far-tokens.h5"),
      ])
    try shop.run(
      "sample-posterior",
      [
        "--base", shop.base, "--tokens", shop.path("far-tokens.h5"), "--method", "point", "--posterior",
        shop.path("adapter.h5"), "--output", shop.path("far.h5"),
      ])
    let said = try shop.run(
      "shift-test",
      [
        "--in-distribution", shop.path("point.h5"), "--shifted", shop.path("far.h5"), "--tokens", shop.tokens,
        "--shifted-tokens", shop.path("far-tokens.h5"), "--output", shop.path("shift.h5"), "--html",
        shop.path("s.html"),
      ])
    #expect(said.output.contains("On far the medians of its predictions are off by "))
    #expect(said.output.contains("7 of 14 test texts are copies of others"))
  }

  /// answers.csv of the training texts as new ones, and the refusal of a risk.
  private func answers(_ shop: Workshop) throws -> [Substring] {
    let forecasts = shop.path("forecasts.h5")
    try shop.run(
      "predict",
      shop.inputs + [
        "--model", shop.path("model"), "--method", "point", "--posterior", shop.path("adapter.h5"), "--new",
        shop.path("own.csv"), "--output", forecasts,
      ])
    let decide = [
      "--forecasts", forecasts, "--predictions", shop.path("point.h5"), "--tokens", shop.tokens, "--new",
      shop.path("own.csv"), "--coverage", "0.8",
    ]
    // Each text is there twice, so there are only seven test rows for the intervals.
    try shop.run("decide", decide + ["--answers-csv", shop.path("answers.csv"), "--output", shop.path("answers.h5")])
    try shop.expectFault(
      64, "decide", decide + ["--risk", "5%"],
      says: ["--risk: the run predicts numbers, which are not simply right or wrong"], hint: "--coverage is the share")
    try shop.expectFault(
      78, "fit-adapters", shop.inputs + ["--class-weights", "balanced"],
      says: ["--class-weights: own has numbers to predict, whose bins have no weights"], hint: "omit it")
    return try String(contentsOfFile: shop.path("answers.csv"), encoding: .utf8).split(separator: "\n")
  }

  @Test func aLabelThatIsNoNumberIsNamed() throws {
    try with("text,label\nwarm,3.5\ncold,cheap\n", as: "--train") { shop, flags in
      try shop.expectFault(
        65, "tokenize", flags + ["--format", "numbers"],
        says: ["own.csv:3: found the label \"cheap\", expected a finite number such as 3.72"],
        hint: "write digits and a decimal point")
    }
  }

  @Test func gradesMustBeNumbers() throws {
    try with("text,label\nwarm,good\ncold,1\n", as: "--test") { shop, flags in
      try shop.expectFault(
        78, "tokenize", flags + ["--classes", shop.path("own.csv"), "--ordinal"],
        says: ["--ordinal: the class good is not a number"], hint: "such as 1 to 5")
    }
  }

  @Test func votesAndLabelsNeedTheirScoring() throws {
    try with("text,label\nwarm,a;b\ncold,a\n", as: "--test") { shop, flags in
      try shop.expectFault(
        78, "tokenize", flags + ["--format", "labels", "--scoring", "pairs"],
        says: ["own.csv: a file of labels needs scoring labels, not pairs"], hint: "omit --scoring")
      try shop.expectFault(
        78, "tokenize", flags + ["--format", "texts", "--classes", shop.path("own.csv"), "--scoring", "labels"],
        says: ["own.csv: a file of texts has one right choice, but scoring labels needs several"],
        hint: "--format labels")
    }
  }
}
