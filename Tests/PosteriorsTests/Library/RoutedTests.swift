// The method `routed` beside the mean of the adapters' products, and the training of its router.
import Adapters
import Artifacts
import Calibration
import Faults
import Posteriors
import TestSupport
import Testing
import Training
import Transformers

@Suite struct RoutedTests {
  /// Halves are exact in binary, so the mean of two adapters has the same bits in both ways.
  @Test(arguments: [2, 3]) func aRouterOfZerosIsTheMixture(top: Int) throws {
    try TinyRun.open { run in
      var library = try run.library(of: 3, top: top)
      library.router = [Float](repeating: 0, count: library.parameters.factors.count)
      let (found, mixture) = try (run.predict("routed", [library]), run.predict("adapter-mixture", [library]))
      let tolerance: Float = top == 2 ? 0 : 1e-6
      let pairs = zip(found.logProbabilities, mixture.logProbabilities)
      #expect(pairs.allSatisfy { $0 == $1 || abs($0 - $1) <= tolerance })
    }
  }

  @Test(arguments: TokenizedSet.Scoring.allCases)
  func aMixedBatchSaysWhatEachRowSaysAlone(scoring: TokenizedSet.Scoring) throws {
    try withTemporaryFolder { folder in
      let experiment = try TinyExperiment(in: folder, scoring: scoring)
      let fit = AdapterSettings.tiny(batchSize: 8, epochs: 2)
      let scorer = try Scorer(
        experiment.architecture, base: experiment.base, data: experiment.tokens.repeated(12), settings: fit, threads: 2)
      let adapters = try (0..<4).map { try fitted(scorer, fit, seed: $0).values }
      // The last one serves as a router, whose vector ends before the head.
      let vectors = adapters[..<3].joined() + adapters[3].prefix(scorer.parameters.factors.count)
      let examples = Array(0..<scorer.data.count)
      let blends = examples.map { Blend(meanOf: [[0, 1], [0, 2], [0, 1, 2], [1]][($0 * 7 + $0 / 5) % 4]) }
      func answers(_ examples: [Int], isRouted: Bool = true) throws -> [Float] {
        try scorer.logProbabilities(
          of: examples, blends: examples.map { blends[$0] },
          vectors: isRouted ? Array(vectors) : Array(adapters[..<3].joined()), isRouted: isRouted)
      }
      let together = try answers(examples)
      #expect(try together == examples.flatMap { try answers([$0]) })
      #expect(try together != answers(examples, isRouted: false))
    }
  }

  @Test func theOrderOfTheAdaptersChangesOnlyTheOrderOfSums() throws {
    try TinyRun.open { run in
      let library = try run.routed(run.library(of: 3))
      let scorer = try run.scorer(library.fit("library"))
      let examples = Array(0..<scorer.data.count)
      func answers(_ order: [Int]) throws -> [Float] {
        let blends = examples.map { example in Blend(meanOf: [0, 1, 2].filter { $0 != order[example % 3] }) }
        return try scorer.logProbabilities(
          of: examples, blends: blends, vectors: order.flatMap(library.vector) + library.router, isRouted: true)
      }
      let (one, other) = try (answers([0, 1, 2]), answers([2, 1, 0]))
      // Both leave out the same adapter of each example.
      #expect(zip(one, other).allSatisfy { $0 == $1 || abs($0 - $1) < 1e-5 })
    }
  }

  /// Adapters before their first step add nothing, so the router gains by giving the trained one all the weight.
  @Test func theRouterLearnsWhichAdapterToFollow() throws {
    try withTemporaryFolder { folder in
      // A task that can be understood, so that the calibration split gains too.
      let experiment = try TinyExperiment(in: folder, scoring: .continuations)
      let run = TinyRun(folder: folder, experiment: experiment, tokens: experiment.tokens, batchSize: 8, threads: 1)
      let entries = try (0..<3).map { seed in
        let adapter = try run.fit(seed: seed, isTrained: seed == 0) { ($0.epochs, $0.targets) = (40, ["all-linear"]) }
        return try LibraryEntry(
          "runs/\(seed)/point-0.h5", adapter, texts: run.tokens, digest: adapter.tokensDigest, textsPath: "tokens.h5")
      }
      let library = try run.library(entries, top: 3)
      let routed = try run.routed(library) { ($0.epochs, $0.learningRate, $0.missing) = (40, 0.05, 0) }
      let (scorer, rows) = (try run.scorer(library.fit("library")), run.tokens.examples(of: .train))
      var gradient: [Float] = []
      func loss(_ router: [Float]) -> Double {
        scorer.routedLossAndGradient(
          of: rows, blends: rows.map { _ in Blend(meanOf: [0, 1, 2]) }, vectors: library.values + router,
          gradient: &gradient)
      }
      let (weighed, mixture) = (loss(routed.router), loss(routed.router.map { _ in 0 }))
      let alone = scorer.lossAndGradient(of: rows, parameters: library.vector(0), gradient: &gradient)
      #expect(mixture - alone > 0.02, "mixture \(mixture), alone \(alone)")
      #expect(mixture - weighed > 0.2 * (mixture - alone), "mixture \(mixture), routed \(weighed), alone \(alone)")
    }
  }

  @Test func theCalibrationSplitChoosesTheEpoch() throws {
    try TinyRun.open { run in
      let library = try run.library(of: 3)
      var settings = RouterSettings()
      (settings.epochs, settings.batchSize, settings.learningRate) = (6, 8, 1)
      var training = try RouterRun(run.scorer(library.fit("library")), library, settings)
      var lines: [String] = []
      while training.completed < training.total {
        let before = training.completed
        try training.advance()
        lines += training.news(since: before)
      }
      let likelihoods = try lines.map { line in
        let word = try #require(line.firstMatch(of: #/NLL ([0-9.]+)/#)).output.1
        return try #require(Double(word))
      }
      #expect(lines.count == 6 && lines[0].hasPrefix("epoch 1: loss "))
      let lowest = try #require(likelihoods.min())
      #expect(lowest < likelihoods[5], "\(likelihoods)")
      let found = try run.predict("routed", [training.routed()])
      #expect(abs(try negativeLogLikelihood(found, of: .calibration) - lowest) < 1e-4)
    }
  }

  @Test func aLibraryWithoutARouterIsRefused() throws {
    try TinyRun.open { run in
      let fault = try #require(throws: Fault.self) { try run.predict("routed", [run.library()]) }
      #expect(fault.description.contains("it has no router, which method routed needs"))
    }
  }

  private func negativeLogLikelihood(_ found: Predictions, of split: TokenizedSet.Split) throws -> Double {
    let rows = found.splits.indices.filter { found.splits[$0] == split }
    let outcomes = Outcomes(Mixture(PosteriorSamples(found).selecting(rows)), labels: rows.map { found.labels[$0] })
    return try #require(outcomes.negativeLogLikelihood.score.value)
  }
}
