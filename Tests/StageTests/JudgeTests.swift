// judge-entailment as a user runs it, and what evaluate-answers makes of its decisions.
import Artifacts
import Files
import Foundation
import TestSupport
import Testing

@Suite struct JudgeTests {
  private func withJudge(_ body: (Workshop, _ judge: [String]) throws -> Void) throws {
    try withTemporaryFolder { folder in
      let shop = Workshop(folder: folder, base: folder + "/base.h5", tokens: folder + "/tokens.h5")
      let adapter = try shop.fitPairs()
      try body(
        shop, shop.inputs + ["--model", shop.path("model"), "--method", "point", "--posterior", adapter])
    }
  }

  private let texts = [
    ["river warm", "warm", "River, warm!", "cold"], ["north", "the north", "north", "north"],
    ["bird fish", "bird", "town", "fish bird"],
  ]

  /// The relations are those of `predict` for the same pairs of texts.
  @Test func theDecisionsAreThePredictionsForThePairs() throws {
    try withJudge { shop, judge in
      try Answers.written(texts, accepted: [["warm"], ["north"], ["town"]]).write(
        to: shop.path("answers.h5"), provenance: TinyExperiment.provenance)
      func decisions(_ name: String, _ flags: String...) throws -> Entailments {
        try shop.run(
          "judge-entailment", judge + ["--generated", shop.path("answers.h5"), "--output", shop.path(name)] + flags)
        return try Entailments.read(shop.path(name))
      }
      let found = try decisions("one.h5", "--threads", "1")
      _ = try decisions("three.h5", "--threads", "3")
      #expect(bytes(shop.path("one.h5")) == bytes(shop.path("three.h5")))
      #expect(found.method == "point" && found.dataset == "pairs" && found.rowIDs == ["q0", "q1", "q2"])
      #expect(found.hasContradiction)
      #expect(found.texts == ["river warm", "warm", "cold", "north", "bird fish", "bird", "town", "fish bird"])
      #expect(found.textOffsets == [0, 3, 4, 8] && found.relations.count == 9 + 1 + 16)

      // Each ordered pair of texts of a question, with the question before each.
      var rows = ["text_a,text_b"]
      for question in 0..<3 {
        for one in found.textRange(question) {
          for other in found.textRange(question) {
            rows.append([one, other].map { "Question \(question)? Answer: \(found.texts[$0])" }.joined(separator: ","))
          }
        }
      }
      try AtomicFile.write(rows.joined(separator: "\n"), to: shop.path("new.csv"))
      try shop.run("predict", judge + ["--new", shop.path("new.csv"), "--output", shop.path("new.h5")])
      let forecasts = try Forecasts(mapping: shop.path("new.h5"))
      #expect(forecasts.header.classNames == ["contradiction", "entailment", "neutral"])
      let values = try forecasts.rows(ofOwnBlock: 0).logProbabilities
      let relationOfClass: [UInt8] = [0, 2, 1]
      let diagonal: Set = [0, 4, 8, 9, 10, 15, 20, 25]
      for row in found.relations.indices {
        let own = values[row * 3..<row * 3 + 3]
        let best = own.firstIndex(of: own.max()!)! - row * 3
        #expect(found.relations[row] == (diagonal.contains(row) ? 2 : relationOfClass[best]), "row \(row)")
      }
      #expect(Set(found.relations.indices.filter { !diagonal.contains($0) }.map { found.relations[$0] }).count > 1)
    }
  }

  @Test func meaningsAreThoseThatItDecides() throws {
    try withJudge { shop, judge in
      let answers = shop.path("answers.h5")
      try Answers.written(texts, accepted: [["warm"], ["north"], ["town"]]).write(
        to: answers, provenance: TinyExperiment.provenance)
      try shop.run("judge-entailment", judge + ["--generated", answers, "--output", shop.path("judged.h5")])
      // Whatever it decides: here all texts of the first question entail each other, and none of the third do.
      var decided = try Entailments.read(shop.path("judged.h5"))
      decided.relations = [UInt8](repeating: 2, count: 10) + (0..<16).map { $0 % 5 == 0 ? 2 : 1 }
      try decided.write(to: shop.path("decided.h5"), provenance: TinyExperiment.provenance)
      func table(_ flags: String...) throws -> [String: String] {
        let run = try shop.run(
          "evaluate-answers",
          ["--generated", answers, "--bootstrap", "20", "--output", shop.path("table.h5")] + flags
            + ["--csv", shop.path("table.csv"), "--answers-csv", shop.path("answers.csv")])
        let said = run.output.split(whereSeparator: \.isWhitespace).joined(separator: " ")
        #expect(said.contains("they entail each other, as point on pairs judges") == !flags.isEmpty, "\(run.output)")
        let rows = try Table(shop.path("table.csv")).rows
        return Dictionary(rows.map { ($0[2], $0[3]) }) { first, _ in first }
      }
      // Of q0, three meanings become one, and its first text, "river warm", is the answer.
      let (plain, judged) = (try table(), try table("--entailment", shop.path("decided.h5")))
      let (none, all) = (0.0, log(4.0))
      let q0 = -(0.5 * log(0.5) + 2 * 0.25 * log(0.25))
      let plainEntropy = try #require(Double(plain["semantic_entropy"] ?? ""))
      let judgedEntropy = try #require(Double(judged["semantic_entropy"] ?? ""))
      #expect(abs(plainEntropy - (q0 + none + all) / 3) < 1e-6)
      #expect(abs(judgedEntropy - (none + none + all) / 3) < 1e-6)
      let lines = try Table(shop.path("answers.csv"))
      let column = try #require(lines.header.split(separator: ",").firstIndex(of: "wording_entropy"))
      let wordings = try #require(Double(lines.rows[0][column]))
      #expect(abs(wordings - q0) < 1e-6)
    }
  }

  /// As the one of RTE and CB: a text entails the other, or it does not.
  @Test func aJudgeOfTwoClassesIsNoneForTheLenientRule() throws {
    try withJudge { shop, _ in
      let two = try String(contentsOfFile: shop.path("pairs.csv"), encoding: .utf8)
        .replacing(",contradiction", with: ",no").replacing(",neutral", with: ",no")
      try AtomicFile.write(two, to: shop.path("two.csv"))
      try shop.run(
        "tokenize",
        ["--model", shop.path("model"), "--dataset", "two", "--train", shop.path("two.csv")]
          + ["--output", shop.path("two.h5")])
      let there = Workshop(folder: shop.folder, base: shop.base, tokens: shop.path("two.h5"))
      let adapter = try there.fit("two-judge.h5", "--epochs", "1")
      let answers = shop.path("answers.h5")
      try Answers.written(texts, accepted: [["warm"], ["north"], ["town"]]).write(
        to: answers, provenance: TinyExperiment.provenance)
      try shop.run(
        "judge-entailment",
        there.inputs + ["--model", shop.path("model"), "--method", "point", "--posterior", adapter]
          + ["--generated", answers, "--output", shop.path("judged.h5")])
      let command = ["--generated", answers, "--entailment", shop.path("judged.h5"), "--bootstrap", "20"]
      try shop.run("evaluate-answers", command + ["--output", shop.path("table.h5")])
      try shop.expectFault(
        64, "evaluate-answers", command + ["--equivalence", "lenient"],
        says: ["--equivalence: found lenient", "judged.h5 has no class contradiction"], hint: "--equivalence strict")
      try shop.expectFault(
        64, "evaluate-answers", ["--generated", answers, "--equivalence", "lenient", "--output", shop.path("x.h5")],
        says: ["--equivalence: found lenient without --entailment"])
      try shop.expectFault(
        64, "evaluate-answers",
        ["--generated", answers, "--entailment", shop.path("judged.h5"), shop.path("judged.h5")]
          + ["--output", shop.path("x.h5")],
        says: ["--entailment: found 2, expected at most 1: one for each of --generated"])
    }
  }

  @Test func wrongInputIsNamed() throws {
    try withJudge { shop, judge in
      let answers = shop.path("answers.h5")
      try Answers.written(texts, accepted: [["warm"], ["north"], ["town"]]).write(
        to: answers, provenance: TinyExperiment.provenance)
      let whole = judge + ["--generated", answers]
      try shop.expectFault(
        64, "judge-entailment", whole + ["--entails", "yes"],
        says: ["tokens.h5 has no class yes, found contradiction, entailment, neutral"], hint: "name the class")
      try shop.expectFault(
        65, "judge-entailment", judge + ["--generated", shop.tokens], says: ["tokens.h5", "tokenized-set"])
      let versions = ["--model", shop.path("model"), "--generated", answers, "--method", "point-consistent"]
      try shop.expectFault(
        64, "judge-entailment", shop.inputs + versions,
        says: ["new texts are not prepared for prompt consistency"], hint: "use --method point")
      let single = try shop.tokens("single.h5") {
        $0.textsPerExample = 1
        $0.segments = $0.segments.map { _ in 0 }
      }
      let there = Workshop(folder: shop.folder, base: shop.base, tokens: single)
      try there.expectFault(
        78, "judge-entailment",
        there.inputs + ["--model", shop.path("model"), "--method", "point", "--generated", answers],
        says: ["its examples are not pairs of texts with classes"], hint: "fit it on RTE and CB")

      try shop.run("judge-entailment", whole + ["--output", shop.path("judged.h5")])
      let judged = try Entailments.read(shop.path("judged.h5"))
      try Answers.written(by: "swag", texts, accepted: [["warm"], ["north"], ["town"]]).write(
        to: shop.path("swag.h5"), provenance: TinyExperiment.provenance)
      try shop.expectFault(
        65, "evaluate-answers", ["--generated", answers, shop.path("swag.h5"), "--entailment", shop.path("judged.h5")],
        says: ["swag.h5: none of the files of --entailment is about these texts"], hint: "judge-entailment --generated")
      for (name, says) in [("lost", "lacks a text of question q0"), ("twice", "has equal texts of question q0")] {
        var damaged = judged
        damaged.texts[0] = name == "lost" ? "another" : "WARM"
        try damaged.write(to: shop.path("damaged.h5"), provenance: TinyExperiment.provenance)
        try shop.expectFault(
          65, "evaluate-answers", ["--generated", answers, "--entailment", shop.path("damaged.h5")], says: [says])
      }
    }
  }
}
