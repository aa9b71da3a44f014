// Texts about the embedded questions: how often a listed answer is written, against its probability, which its own words
// give exactly. Writing reads one token a time with a cache, scoring reads whole sequences, so the two share no pass.
import Adapters
import Artifacts
import Calibration
import Foundation
import Generation
import JSON
import Posteriors
import TestSupport
import Testing
import Training

@Suite struct AlmanacLawTests {
  private static let almanac = projectRoot + "/data/almanac"
  private static let texts = 2000

  /// The embedded base with an adapter that has seen the questions without choices once, and each of the four choices of
  /// some test questions as a written answer.
  private struct Fitted {
    let scorer: Scorer
    let values: [Float]
    let choices = 4
  }

  private static func run(_ stage: String, _ arguments: [String]) throws {
    let run = try RunningProgram(stage, arguments)
    try #require(run.exitCode() == 0, "\(run.errors)")
  }

  private static func lines(_ file: String) throws -> [JSON] {
    try String(contentsOfFile: "\(almanac)/\(file).jsonl", encoding: .utf8).split(separator: "\n").map {
      try JSON.parse(String($0), subject: file)
    }
  }

  private static func fit(in folder: String) throws -> Fitted {
    let open = Set(try lines("open/test").map { try $0.string("id", in: "open") })
    let asked = try lines("test").filter { open.contains(try $0.string("id", in: "test")) }.prefix(150)
    var rows = ""
    for question in asked {
      let (id, text) = (try question.string("id", in: "test"), try question.string("question", in: "test"))
      for (place, choice) in try question.array("choices", in: "test").enumerated() {
        let row: JSON = ["id": .string("\(id)-\(place)"), "prompt": .string(text), "answer": choice.value]
        rows += try row.encode() + "\n"
      }
    }
    try rows.write(toFile: "\(folder)/choices.jsonl", atomically: true, encoding: .utf8)
    try run("pretrain-load", ["--model", "\(almanac)/base", "--output", "\(folder)/base.h5"])
    for (name, files) in [
      ("train", ["--train", "\(almanac)/open/train.jsonl", "--calibration-size", "1"]),
      ("choices", ["--test", "\(folder)/choices.jsonl"]),
    ] {
      try run(
        "tokenize",
        ["--model", "\(almanac)/base", "--dataset", name, "--template", "open", "--output", "\(folder)/\(name).h5"]
          + files)
    }
    try run(
      "fit-adapters",
      [
        "--base", "\(folder)/base.h5", "--tokens", "\(folder)/train.h5", "--method", "point", "--epochs", "1",
        "--learning-rate", "3e-3", "--seed", "0", "--output", "\(folder)/adapter.h5",
      ])
    let base = try BaseModel(mapping: "\(folder)/base.h5")
    let architecture = try base.checkedArchitecture("base.h5")
    let adapter = try Adapter.read("\(folder)/adapter.h5")
    let set = try TokenizedSet.read("\(folder)/choices.h5")
    let scorer = try Scorer(
      architecture, base: base, data: set, settings: AdapterSettings(ofOneIn: adapter, path: "adapter.h5"), threads: 2,
      positions: set.positions(writing: 12, on: architecture))
    return Fitted(scorer: scorer, values: adapter.values)
  }

  @Test func listedAnswersAreWrittenAsOftenAsTheirWordsAreProbable() throws {
    try withTemporaryFolder { folder in
      let fitted = try Self.fit(in: folder)
      let set = fitted.scorer.data
      let logs = try fitted.scorer.logProbabilities(of: Array(0..<set.count), parameters: fitted.values)
      let laws = stride(from: 0, to: set.count, by: fitted.choices).map { first in
        (first: first, law: (first..<first + fitted.choices).map { exp(Double(logs[$0])) })
      }
      // Questions that the adapter answers by one of the choices, and is not sure by which.
      let doubted = laws.filter { $0.law.reduce(0, +) > 0.3 && $0.law.sorted()[2] > 0.04 }.prefix(12)
      try #require(doubted.count == 12)
      let prompts = try Scorer(fitted.scorer, on: set.selecting(doubted.map(\.first)))
      var law = Answers.Law()
      (law.maximumNewTokens, law.seed) = (12, 5)
      var run = try WritingRun(
        prompts, ToyDecoder.Members(vectors: [fitted.values]), WritingRun.Settings(texts: Self.texts, mixes: false),
        law,
        TextDecoder(endToken: set.endToken) { _ in "" })
      try run.finish()
      let answers = try run.answers()
      for (place, question) in doubted.enumerated() {
        let listed = (question.first..<question.first + fitted.choices).map { Array(set.answer(of: $0)) }
        let written = (0..<Self.texts).map { text -> Int? in
          let tokens = Array(answers.tokens[answers.tokenRange(answers.index(place, text: text))])
          return listed.firstIndex(of: tokens)
        }
        check(written, question.law, set.rowIDs[question.first])
      }
    }
  }

  /// Compares the listed answers that were written, nil for others, with their probabilities.
  private func check(_ written: [Int?], _ law: [Double], _ question: String) {
    let number = Double(written.count)
    let counts = law.indices.map { choice in written.count { $0 == choice } }
    let (all, expected) = (counts + [written.count - counts.reduce(0, +)], law + [1 - law.reduce(0, +)])
    #expect(!areUnlikely(all, expected.map { $0 * number }), "\(question): \(all), \(expected)")
    #expect(areUnlikely(all, expected.map { _ in number / 5 }), "\(question): the test sees no difference")
    for (count, probability) in zip(counts, law) {
      let deviation = (number * probability * (1 - probability)).squareRoot()
      #expect(abs(Double(count) - number * probability) < 4 * max(1, deviation), "\(question): \(all), \(expected)")
    }
    // Cut to the listed answers, the texts' discrete semantic entropy is that of the law.
    let cut = written.compactMap(\.self).map { SampledText("\($0)", answer: "\($0)", logLikelihood: 0, tokens: 1) }
    let own = law.map { $0 / law.reduce(0, +) }
    let exact = entropyOfMasses(own)
    let variance = own.reduce(0) { $0 + $1 * log($1) * log($1) } - exact * exact
    let (deviation, bias) = ((variance / Double(cut.count)).squareRoot(), 3 / (2 * Double(cut.count)))
    let found = SampledAnswers(cut).semanticEntropy
    #expect(abs(found - exact) < 4 * deviation + bias, "\(question): \(found), \(exact)")
  }
}
