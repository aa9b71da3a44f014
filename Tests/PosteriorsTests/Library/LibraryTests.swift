// Predictions by the adapters of a library beside those of each adapter alone, of a stacked adapter, and of means.
import Adapters
import Artifacts
import Calibration
import Faults
import Foundation
import Posteriors
import TestSupport
import Testing
import Training
import Transformers

@Suite struct LibraryTests {
  /// Three adapters of other seeds on one scorer, after a few steps.
  private func withAdapters(
    _ scoring: TokenizedSet.Scoring, copies: Int = 12, _ body: (TinyExperiment, Scorer, [Adapter]) throws -> Void
  ) throws {
    try withTemporaryFolder { folder in
      let experiment = try TinyExperiment(in: folder, scoring: scoring)
      let fit = AdapterSettings.tiny(batchSize: 8, epochs: 2)
      let scorer = try Scorer(
        experiment.architecture, base: experiment.base, data: experiment.tokens.repeated(copies), settings: fit,
        threads: 2)
      try body(experiment, scorer, (0..<3).map { try fitted(scorer, fit, seed: $0) })
    }
  }

  @Test(arguments: TokenizedSet.Scoring.allCases)
  func aMapToOneAdapterIsThatAdapterBitForBit(scoring: TokenizedSet.Scoring) throws {
    try withAdapters(scoring) { _, scorer, adapters in
      let examples = Array(0..<scorer.data.count)
      let vectors = adapters.flatMap(\.values)
      for (index, adapter) in adapters.enumerated() {
        let alone = try scorer.logProbabilities(of: examples, parameters: adapter.values)
        let blends = [Blend](repeating: Blend(index), count: examples.count)
        #expect(try scorer.logProbabilities(of: examples, blends: blends, vectors: vectors) == alone)
      }
    }
  }

  @Test(arguments: TokenizedSet.Scoring.allCases)
  func aMixedBatchSaysWhatEachRowSaysAlone(scoring: TokenizedSet.Scoring) throws {
    try withAdapters(scoring) { _, scorer, adapters in
      let examples = Array(0..<scorer.data.count)
      let map = examples.map { ($0 * 7 + $0 / 5) % 3 }
      let together = try scorer.logProbabilities(
        of: examples, blends: map.map(Blend.init), vectors: adapters.flatMap(\.values))
      let alone = try examples.flatMap {
        try scorer.logProbabilities(of: [$0], parameters: adapters[map[$0]].values)
      }
      let other = try scorer.logProbabilities(of: examples, parameters: adapters[0].values)
      #expect(together != other)
      #expect(together == alone)
    }
  }

  /// Σ (1/k) s B_j A_j x is the adapter of k times the rank whose A's lie above each other, and whose B's, divided by k,
  /// beside each other.
  @Test(arguments: [TokenizedSet.Scoring.letters, .pairs, .classes])
  func theMeanOfProductsIsTheStackedAdapter(scoring: TokenizedSet.Scoring) throws {
    try withAdapters(scoring) { experiment, scorer, adapters in
      var wide = AdapterSettings.tiny(batchSize: 8, epochs: 2)
      (wide.rank, wide.alpha) = (3 * wide.rank, 3 * wide.alpha)
      let stackedScorer = try Scorer(
        experiment.architecture, base: experiment.base, data: scorer.data, settings: wide, threads: 2)
      let stacked = stackedVector(adapters, stackedScorer.parameters)
      let examples = Array(0..<scorer.data.count)
      let expected = try stackedScorer.logProbabilities(of: examples, parameters: stacked)
      let found = try scorer.logProbabilities(
        of: examples, blends: examples.map { _ in Blend(meanOf: [0, 1, 2]) }, vectors: adapters.flatMap(\.values))
      #expect(zip(found, expected).allSatisfy { $0 == $1 || abs($0 - $1) < 1e-5 })
    }
  }

  private func stackedVector(_ adapters: [Adapter], _ table: ParameterTable) -> [Float] {
    var result: [Float] = []
    for entry in table.entries {
      let parts = adapters.map { adapter -> [Float] in
        let own = adapter.parameters[entry.name]!
        return Array(adapter.values[own.offset..<own.offset + own.count])
      }
      switch entry.role {
      case .factor(.a): result += parts.joined()
      case .factor(.b):
        let rank = entry.shape[1] / 3
        for row in 0..<entry.shape[0] { result += parts.flatMap { $0[row * rank..<(row + 1) * rank].map { $0 / 3 } } }
      default: result += parts[0].indices.map { place in parts.reduce(0) { $0 + $1[place] } / 3 }
      }
    }
    return result
  }

  @Test func aPermutedLibraryIsTheSame() throws {
    try TinyRun.open { run in
      let library = try run.library(of: 3)
      let entries = try [2, 0, 1].map { seed in
        var texts = run.tokens
        for (row, example) in run.tokens.examples(of: .train).enumerated() where row % 3 != seed {
          texts.splits[example] = .test
        }
        let adapter = try run.fit(seed: seed)
        return try LibraryEntry(
          "runs/\(seed)/point-0.h5", adapter, texts: texts, digest: adapter.tokensDigest, textsPath: "tokens.h5")
      }
      #expect(library.names == ["0", "1", "2"])
      #expect(try run.library(entries) == library)
    }
  }

  @Test func probabilitiesAreMixedByTheWeights() throws {
    try TinyRun.open { run in
      var library = try run.library(of: 3, top: 2)
      // Small enough that the weights of a text's two adapters differ.
      library.temperature = 0.001
      let found = try run.predict("library-mixture", [library])
      #expect((found.groups, found.weights.count) == (2, 2 * found.count))
      #expect(found.weights.contains { $0 > 0.6 })
      let alone = try (0..<3).map { try run.predict("point", [library.adapter($0)]).logProbabilities }
      let scorer = try run.scorer(library.fit("library"))
      let examples = scorer.data.splits.indices.filter { scorer.data.splits[$0] != .train }
      let embedder = try scorer.embedder(blocks: library.blocks)
      let mixture = Mixture(PosteriorSamples(found))
      for (row, embedding) in try embedder.embeddings(of: examples, in: scorer.data).enumerated() {
        let route = library.route(library.cosines(to: embedding))
        let weights = route.weights(temperature: library.temperature)
        for choice in 0..<Int(found.choiceCounts[row]) {
          let place = row * found.choices + choice
          let expected = zip(route.adapters, weights).reduce(0) { $0 + $1.1 * exp(Double(alone[$1.0][place])) }
          #expect(abs(mixture.probabilities[place] - expected) < 1e-5)
        }
      }
    }
  }

  /// With several labels, all rows of a text have the weights of its adapters.
  @Test func everyLabelOfATextHasItsWeights() throws {
    try withTemporaryFolder { folder in
      let experiment = try TinyExperiment(in: folder, scoring: .labels)
      let run = TinyRun(folder: folder, experiment: experiment, tokens: experiment.tokens, batchSize: 8, threads: 1)
      let library = try run.library(of: 3, top: 2)
      let found = try run.predict("library-mixture", [library])
      #expect(found.weights.count == 2 * found.count && found.count == 4 * 16)
      for row in 0..<found.count { #expect(found.weights[2 * row] == found.weights[2 * (row / 4 * 4)]) }
    }
  }

  @Test func theFusionOfAllIsTheMeanVector() throws {
    try TinyRun.open { run in
      let library = try run.library(of: 3, top: 3)
      var mean = library.adapter(0)
      let vectors = (0..<3).map(library.vector)
      mean.values = vectors[0].indices.map { place in
        let sum: Double = vectors.reduce(0) { $0 + Double($1[place]) }
        return Float(sum / 3)
      }
      let found = try run.predict("adapter-fusion", [library])
      #expect(try found.logProbabilities == run.predict("point", [mean]).logProbabilities)
    }
  }

  @Test func theSoupIsOfTheAdaptersNearestToTheTexts() throws {
    try TinyRun.open { run in
      var library = try run.library(of: 3, top: 1)
      let scorer = try run.scorer(library.fit("library"))
      let texts = try scorer.embedder(blocks: library.blocks).embeddings(
        of: scorer.data.splits.indices.filter { scorer.data.splits[$0] != .train }, in: scorer.data)
      // The third adapter's texts are the predicted ones, and the others' point the other way.
      let mean = ofLengthOne(texts[0].indices.map { column in texts.reduce(0) { $0 + $1[column] } })!
      library.embeddings = mean.map { -$0 } + mean.map { -$0 } + mean
      let found = try run.predict("adapter-soup", [library])
      let third = try run.predict("point", [library.adapter(2)])
      #expect(found.logProbabilities == third.logProbabilities && found.groups == 1)
    }
  }

  @Test func theControlsDoNotLookAtTheText() throws {
    try TinyRun.open { run in
      let library = try run.library(of: 3, top: 2)
      let uniform = try run.predict("uniform", [library])
      #expect(uniform.groups == 3 && uniform.weights.isEmpty)
      let points = try (0..<3).map { try run.predict("point", [library.adapter($0)]) }
      let choices = uniform.choices
      let second = (0..<uniform.count).flatMap { row -> ArraySlice<Float> in
        let start = (row * 3 + 1) * choices
        return uniform.logProbabilities[start..<start + choices]
      }
      #expect(second == points[1].logProbabilities)
      let (gate, mixture) = try (run.predict("random-gate", [library]), run.predict("library-mixture", [library]))
      #expect(gate.weights == mixture.weights && gate.logProbabilities != mixture.logProbabilities)
      // Each row has a draw of its own.
      let drawn = (0..<gate.count).map { row in
        points.firstIndex { point in
          (0..<choices).allSatisfy {
            point.logProbabilities[row * choices + $0] == gate.logProbabilities[2 * row * choices + $0]
          }
        }
      }
      #expect(Set(drawn) == [0, 1, 2])
      // Other embeddings of the same cosines would give the same draw: it depends on the row's id.
      #expect(try run.predict("random-gate", [library]) == gate)
    }
  }

  @Test func adaptersThatABatchCannotMixAreRefused() throws {
    try TinyRun.open { run in
      let one = try run.fit()
      func entry(_ adapter: Adapter, _ path: String) throws -> LibraryEntry {
        try LibraryEntry(path, adapter, texts: run.tokens, digest: adapter.tokensDigest, textsPath: "tokens.h5")
      }
      let others = try [
        ("once more", one), ("precision", run.fit(seed: 1) { $0.precision = .int8 }),
        ("factors", run.fit(seed: 1) { $0.parametrisation = .olora }), ("members", run.fit(seed: 1) { $0.members = 2 }),
      ]
      for (word, other) in others {
        let fault = #expect(throws: Fault.self) { try run.library([entry(one, "one.h5"), entry(other, "other.h5")]) }
        #expect(fault?.description.contains(word) == true && fault?.description.contains("other.h5") == true)
      }
      let fault = #expect(throws: Fault.self) {
        try LibraryEntry("one.h5", one, texts: run.tokens, digest: "other", textsPath: "other-tokens.h5")
      }
      #expect(fault?.description.contains("not fitted on other-tokens.h5") == true)
      var architecture = run.experiment.architecture
      architecture.positionBias = .disentangled(
        span: 4, maximumDistance: 8, contentToPosition: true, positionToContent: true)
      let table = #expect(throws: Fault.self) {
        try LibraryEntries([entry(one, "one.h5")], architecture)
      }
      #expect(table?.description.contains("its base has a table of distances") == true)
    }
  }
}
