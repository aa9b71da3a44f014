// A user's own texts with labels in `tokenize`, on an encoder and on a decoder.
import Artifacts
import Foundation
import TestSupport
import Testing

@Suite struct TextsOfTheUsersOwn {
  /// Creates a model folder and the file `own.csv`, and passes a command of `tokenize` that trains on it.
  private func with(
    _ content: String, isDecoder: Bool = false, _ body: (Workshop, [String]) throws -> Void
  ) throws {
    try withTemporaryFolder { folder in
      let shop = Workshop(folder: folder, base: "", tokens: folder + "/tokens.h5")
      let model = isDecoder ? try writeTinyModel(in: folder) : folder + "/encoder"
      if !isDecoder { try TinyEncoder.writeModel(to: model) }
      try content.write(toFile: shop.path("own.csv"), atomically: true, encoding: .utf8)
      try body(
        shop, ["--model", model, "--dataset", "own", "--train", shop.path("own.csv"), "--calibration-fraction", "0.2"])
    }
  }

  private func table(classes: Int, rows: Int) -> String {
    "text,label\n" + (0..<rows).map { "river \($0),c\($0 % classes)\n" }.joined()
  }

  @Test func anEncoderClassifiesThem() throws {
    try with(table(classes: 3, rows: 30)) { shop, command in
      let run = try shop.run("tokenize", command + ["--output", shop.tokens])
      #expect(run.errors.contains("own.csv: 30 rows, format texts from text, label\n"))
      #expect(run.errors.contains("classes: c0 10, c1 10, c2 10\n"))
      let set = try TokenizedSet.read(shop.tokens)
      #expect(set.scoring == .classes && set.classNames == ["c0", "c1", "c2"] && set.choiceTexts.isEmpty)
      #expect(set.examples(of: .test).count == 6 && set.labels.allSatisfy { $0 >= 0 })
    }
  }

  @Test func aDecoderAnswersByLetterForUpTo26Classes() throws {
    // The tokenizer has the letters A to D.
    try with(table(classes: 4, rows: 40), isDecoder: true) { shop, command in
      try shop.run("tokenize", command + ["--output", shop.tokens])
      let set = try TokenizedSet.read(shop.tokens)
      #expect(set.scoring == .letters && set.choiceTexts(of: 0).first == "c0" && set.choiceCount(0) == 4)
    }
    try with(table(classes: 27, rows: 108), isDecoder: true) { shop, command in
      try shop.expectFault(
        78, "tokenize", command, says: ["a decoder answers by letter, for at most 26 classes; found 27"],
        hint: "--template answer")
    }
  }

  @Test func numbersNeedAnEncoder() throws {
    let text = "text,label\n" + (0..<20).map { "river \($0),\(Double($0) / 4)\n" }.joined()
    try with(text, isDecoder: true) { shop, command in
      try shop.expectFault(
        78, "tokenize", command + ["--format", "numbers"],
        says: ["own.csv: a file of numbers is for encoders, which have a trained head, and the model is a decoder"],
        hint: "use an encoder")
    }
  }

  @Test func classesThatAreManyNumbersGetANote() throws {
    let text = "text,label\n" + (0..<48).map { "river \($0),\($0 % 12)\n" }.joined()
    try with(text) { shop, command in
      let note =
        "the 12 classes are numbers, but only names here: give --ordinal (with make: TOKENIZE_FLAGS=--ordinal) for grades, "
        + "whose order counts, or --format numbers (with make: FORMAT.own=numbers) to predict a number\n"
      let plain = try shop.run("tokenize", command + ["--output", shop.tokens])
      #expect(plain.errors.contains(note))
      for flags in [["--ordinal"], ["--format", "numbers"]] {
        let told = try shop.run("tokenize", command + flags + ["--output", shop.tokens])
        #expect(!told.errors.contains("only names"))
      }
    }
  }

  @Test func theShareThatIsCutIsReported() throws {
    let long = String(repeating: "warm cold ", count: 6)
    try with("text,label\n" + (0..<10).map { "\($0 < 4 ? long : "warm") \($0),\($0 % 2)\n" }.joined()) {
      shop, command in
      let flags = ["--maximum-length", "8", "--output", shop.tokens]
      let run = try shop.run("tokenize", command + flags + ["--cut", "middle"])
      #expect(run.errors.contains("4 (40.0 %) truncated to 8\n"))
      let pairs = ["--scoring", "pairs", "--cut", "front"]
      try shop.expectFault(64, "tokenize", command + pairs, says: ["--cut front: is for classes"])
    }
  }

  @Test func theSameChoicesInEveryRowGetAWarning() throws {
    let rows = (0..<20).map { "river \($0),yes,no,\($0 % 2)\n" }.joined()
    try with("question,A,B,answer\n" + rows) { shop, command in
      let run = try shop.run("tokenize", command + ["--output", shop.tokens, "--quiet"])
      #expect(
        run.errors
          == "tokenize: warning: all 20 questions have the same 2 choices; as classes they would need one sequence each "
          + "instead of 2: --template sentence (with make: TEMPLATE=sentence)\n")
      let classes = try shop.run("tokenize", command + ["--output", shop.tokens, "--quiet", "--template", "sentence"])
      #expect(try classes.errors.isEmpty && TokenizedSet.read(shop.tokens).classNames == ["yes", "no"])
    }
  }

  @Test func manyUnusedColumnsAreCounted() throws {
    let names = (0..<2000).map { "c\($0)" }.joined(separator: ",")
    let rows = (0..<20).map { "river \($0),\($0 % 2)" + String(repeating: ",1", count: 2000) + "\n" }.joined()
    try with("text,label,\(names)\n" + rows) { shop, command in
      let run = try shop.run("tokenize", command + ["--output", shop.tokens, "--quiet"])
      let names = "c0, c1, c2, c3, c4, c5, c6, c7, c8, c9 and 1990 more"
      #expect(run.errors.hasSuffix(": not used: \(names); used: text, label\n"))
    }
  }

  @Test func hintsNameTheSettingsOfMake() throws {
    try with("remark,label\na,x\n") { shop, command in
      try shop.expectFault(
        65, "tokenize", command + ["--format", "texts"],
        says: ["own.csv:1: no column for the text, found remark, label"],
        hint: "call it text (or sentence, question, comment, ...), or name it with --text-column (with make: TEXT=)")
    }
    try with(table(classes: 2, rows: 20) + "lake,\n") { shop, command in
      try shop.expectFault(
        65, "tokenize", command, says: ["own.csv:22: no label, expected one in every training row"],
        hint: "rows without labels can go in a file of their own, given as --test (with make: TEST=)")
    }
  }
}
