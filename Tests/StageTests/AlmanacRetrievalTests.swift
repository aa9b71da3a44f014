// Retrieval on the embedded questions: adapters of single topics, and the questions of the test split in other words.
import Adapters
import Artifacts
import Foundation
import JSON
import Posteriors
import TestSupport
import Testing
import Training

@Suite struct AlmanacRetrievalTests {
  private static let folder = projectRoot + "/data/almanac"

  /// The lines of a question file, with their topics.
  private static func lines(_ name: String) throws -> [(line: Substring, topic: String)] {
    try String(contentsOfFile: "\(folder)/\(name).jsonl", encoding: .utf8).split(separator: "\n").map { line in
      let start = try #require(line.range(of: #""topic":""#)).upperBound
      return (line, String(line[start...].prefix { $0 != "\"" }))
    }
  }

  private func run(_ stage: String, _ arguments: [String]) throws {
    let run = try RunningProgram(stage, arguments)
    try #require(run.exitCode() == 0, "\(run.errors)")
  }

  @Test func theNearestAdapterIsThatOfTheTopic() throws {
    try withTemporaryFolder { folder in
      try run("pretrain-load", ["--model", "\(Self.folder)/base", "--output", "\(folder)/base.h5"])
      let base = try BaseModel(mapping: "\(folder)/base.h5")
      let architecture = try base.checkedArchitecture("base.h5")
      func tokens(_ name: String, training: [String] = []) throws -> TokenizedSet {
        try run(
          "tokenize",
          [
            "--model", "\(Self.folder)/base", "--dataset", "almanac", "--template", "answer",
            "--test", "\(Self.folder)/test.jsonl", "--output", "\(folder)/\(name).h5",
          ] + training)
        return try TokenizedSet.read("\(folder)/\(name).h5")
      }
      let training = Dictionary(grouping: try Self.lines("train"), by: \.topic).sorted { $0.key < $1.key }
      #expect(training.count == 14)
      let entries = try training.enumerated().map { seed, topic in
        let file = "\(folder)/\(seed).jsonl"
        try topic.value.map { String($0.line) + "\n" }.joined().write(toFile: file, atomically: true, encoding: .utf8)
        var adapter = Adapter()
        (adapter.seed, adapter.values) = (seed, [Float(seed)])
        adapter.settings = try AdapterSettings().canonicalJSON
        adapter.parameters.append("base_model.model.x.lora_A.weight", shape: [1, 1])
        let set = try tokens("\(seed)", training: ["--train", file, "--calibration-size", "1"])
        return try LibraryEntry("runs/\(topic.key).h5", adapter, texts: set, digest: "", textsPath: file)
      }
      let test = try tokens("test")
      // Nothing is predicted, since the test questions have no calibration split.
      let scorer = try Scorer(architecture, base: base, data: test, settings: AdapterSettings(), threads: 2)
      var index = try LibraryIndex(
        LibraryEntries(entries, architecture), base: base, blocks: nil, top: 1, scorer: scorer, path: "library.h5")
      try index.finish()
      let library = index.library
      let embedder = try TextEmbedder(
        base, architecture, blocks: library.blocks, positions: test.longestSequence, threads: 2)
      let found = try embedder.embeddings(of: Array(0..<test.count), in: test).map {
        library.names[library.route(library.cosines(to: $0)).adapters[0]]
      }
      let topics = try Self.lines("test").map(\.topic)
      let share = Double(zip(found, topics).count { $0 == $1 }) / Double(topics.count)
      #expect(share >= 0.9, "\(share)")
    }
  }
}
