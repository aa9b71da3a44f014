// Long texts from file to answer: what is read of them is learned, and new texts are read alike.
import Artifacts
import Files
import Foundation
import TestSupport
import Testing

@Suite struct WindowChainTests {
  /// A text of 9 to 13 random words, whose middle one alone says the label.
  private static func text(_ number: Int) -> String {
    let others = ["river", "town", "bird", "fish", "north", "south"]
    let half = 4 + number / 2 % 3
    var words = (0..<2 * half + 1).map { place in
      var bits = UInt32(number * 64 + place) &* 0x9E37_79B9
      bits = (bits ^ bits >> 15) &* 0x2C1B_3C6D
      return others[Int((bits ^ bits >> 12) % 6)]
    }
    words[half] = label(number)
    return words.joined(separator: " ")
  }

  private static func label(_ number: Int) -> String { number % 2 == 0 ? "warm" : "cold" }

  /// Writes the texts with their labels into `train.csv` and `test.csv`, and passes the flags of `tokenize`.
  /// - Parameter pairs: Whether each is the second text of a pair whose first one is the same in all.
  private func with(pairs: Bool = false, _ body: (Workshop, [String]) throws -> Void) throws {
    try withTemporaryFolder { folder in
      let shop = Workshop(folder: folder, base: folder + "/base.h5", tokens: folder + "/tokens.h5")
      try TinyEncoder.writeModel(to: shop.path("model"))
      for (name, numbers) in [("train.csv", 0..<240), ("test.csv", 240..<300)] {
        let rows = numbers.map { (pairs ? "river," : "") + "\(Self.text($0)),\(Self.label($0))" }
        let header = pairs ? "text_a,text_b,label" : "text,label"
        try AtomicFile.write(([header] + rows).joined(separator: "\n"), to: shop.path(name))
      }
      try shop.run("pretrain-load", ["--model", shop.path("model"), "--output", shop.base])
      try body(
        shop,
        [
          "--model", shop.path("model"), "--dataset", "own", "--train", shop.path("train.csv"), "--test",
          shop.path("test.csv"), "--maximum-length", pairs ? "7" : "5",
        ])
    }
  }

  @Test(arguments: Cut.allCases, [false, true])
  func theMiddleIsLearnedByWindowsAloneAndNewTextsAreReadAlike(cut: Cut, pairs: Bool) throws {
    try with(pairs: pairs) { shop, command in
      try shop.run("tokenize", command + ["--cut", cut.rawValue, "--output", shop.tokens])
      let adapter = try shop.fit("point.h5", "--rank", "8", "--epochs", "30", "--learning-rate", "0.01")
      let known = try shop.predict("test.h5", "point", [adapter])
      let tests = known.splits.indices.filter { known.splits[$0] == .test }
      let right = tests.count { row in
        let label = Int(known.labels[row])
        return known.logProbabilities[row * 2 + label] > known.logProbabilities[row * 2 + 1 - label]
      }
      let accuracy = Double(right) / Double(tests.count)
      #expect(cut == .windows ? accuracy > 0.9 : accuracy < 0.75, "\(cut): \(accuracy)")
      try expectForecasts(of: adapter, shop, equalTo: known)
    }
  }

  /// Where only upper blocks have adapters, test rows are predicted from cached hidden states; new texts have none.
  @Test func newTextsNeedNoPrefix() throws {
    try with { shop, command in
      try shop.run("tokenize", command + ["--cut", "windows", "--output", shop.tokens])
      try shop.run("compute-prefix", shop.inputs + ["--blocks", "1", "--output", shop.path("prefix.h5")])
      let below = ["--prefix", shop.path("prefix.h5")]
      let adapter = shop.path("upper.h5")
      try shop.run("fit-adapters", shop.inputs + below + ["--layers", "1", "--epochs", "2", "--output", adapter])
      let flags = ["--method", "point", "--posterior", adapter, "--output", shop.path("test.h5")]
      try shop.run("sample-posterior", shop.inputs + below + flags)
      try expectForecasts(of: adapter, shop, equalTo: Predictions.read(shop.path("test.h5")))
    }
  }

  /// Predicts the texts of `test.csv` as new ones, and compares them with the test rows of `known`.
  private func expectForecasts(of adapter: String, _ shop: Workshop, equalTo known: Predictions) throws {
    try shop.run(
      "predict",
      shop.inputs + [
        "--model", shop.path("model"), "--method", "point", "--posterior", adapter, "--new", shop.path("test.csv"),
        "--output", shop.path("new.h5"),
      ])
    let forecasts = try Forecasts(mapping: shop.path("new.h5"))
    let (rows, tests) = (
      try forecasts.rows(ofOwnBlock: 0), known.splits.indices.filter { known.splits[$0] == .test }
    )
    #expect(forecasts.header.rows == tests.count)
    for (row, example) in tests.enumerated() {
      for choice in 0..<2 {
        let found = exp(Double(rows.logProbabilities[row * 2 + choice]))
        #expect(abs(found - exp(Double(known.logProbabilities[example * 2 + choice]))) < 1e-5, "row \(row)")
      }
    }
  }

  @Test func whatWindowsDoNotReachIsReportedEverywhere() throws {
    try with { shop, command in
      let flags = ["--cut", "windows", "--window-overlap", "0.5", "--maximum-windows", "3", "--output", shop.tokens]
      let run = try shop.run("tokenize", command + flags)
      // With a stride of two tokens three windows reach 7 of 9 to 13 words.
      #expect(
        run.errors.contains(
          "300 questions did not fit into 3 windows of 5 tokens, and lost the end; --maximum-windows 6 keeps all"))
      let adapter = try shop.fit("point.h5")
      #expect(
        try shop.predict("test.h5", "point", [adapter]).warnings.contains(
          "own: 100.0 % of the texts were cut at 3 windows of 5 tokens"))
      let predict = [
        "--model", shop.path("model"), "--method", "point", "--posterior", adapter, "--new", shop.path("test.csv"),
        "--output", shop.path("new.h5"),
      ]
      try shop.run("predict", shop.inputs + predict)
      #expect(try Forecasts(mapping: shop.path("new.h5")).header.truncated == 60)
    }
  }

  @Test func whatMoreWindowsCannotKeepIsReportedWithTheLengthThatCan() throws {
    try with { shop, command in
      let rows = (0..<20).map { "\(Self.text($0)),\(Self.text($0)),\(Self.label($0))" }
      try AtomicFile.write((["text_a,text_b,label"] + rows).joined(separator: "\n"), to: shop.path("pairs.csv"))
      let run = try shop.run(
        "tokenize",
        [
          "--model", shop.path("model"), "--dataset", "own", "--train", shop.path("pairs.csv"), "--cut", "windows",
          "--maximum-length", "9", "--output", shop.tokens,
        ])
      // Two texts of at most 13 words, and three special tokens.
      #expect(
        run.errors.contains(
          "text was truncated at 8 windows of 9 tokens in 20 questions: the text in 20; --maximum-length 29 keeps all"))
    }
  }

  @Test func flagsThatDoNotFitAreRefused() throws {
    try with { shop, command in
      for (flags, message, hint) in [
        (["--window-overlap", "0.5"], "--window-overlap: is for windows, but long texts are cut", "add --cut windows"),
        (["--maximum-windows", "4", "--cut", "front"], "--maximum-windows: is for windows", "add --cut windows"),
        (["--cut", "windows", "--window-overlap", "1"], "must be a share of 0 or more and below 1", nil),
        (["--cut", "windows", "--maximum-windows", "0"], "found 0, must be an integer of at least 1", nil),
        (["--cut", "windows", "--scoring", "pairs"], "--cut windows: is for classes", nil),
      ] as [([String], String, String?)] {
        try shop.expectFault(64, "tokenize", command + flags, says: [message], hint: hint)
      }
    }
  }
}
