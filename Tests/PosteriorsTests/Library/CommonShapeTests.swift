// A library of adapters of several ranks, scales and modules: each computes what it computes alone. And the steps in which
// a library is made.
import Adapters
import Artifacts
import Faults
import Posteriors
import TestSupport
import Testing

@Suite struct CommonShapeTests {
  /// The shape of each of four adapters: the second has twice the scale of the first, the third no power of two of it and
  /// one module less, the fourth a scale by the root of its rank, and other modules.
  private func change(_ number: Int, _ settings: inout AdapterSettings) {
    settings.targets = ["q_proj", "v_proj"]
    switch number {
    case 0: (settings.rank, settings.alpha) = (2, 4)
    case 1: (settings.rank, settings.alpha) = (4, 16)
    case 2: (settings.rank, settings.alpha, settings.targets) = (3, 2, ["v_proj"])
    default: (settings.rank, settings.rankStabilized, settings.targets) = (1, true, ["down_proj", "q_proj"])
    }
  }

  @Test func eachAdapterComputesWhatItComputesAlone() throws {
    try TinyRun.open { run in
      let entries = try run.libraryEntries(4, change)
      let library = try run.library(entries, top: 4)
      let fit = try library.fit("library")
      #expect(fit.rank == 4 && fit.targets.count == 6)
      let together = try run.predict("uniform", [library])
      for number in 0..<4 {
        let alone = try run.predict("point", [run.fit(seed: number) { change(number, &$0) }])
        let inLibrary = try run.predict("point", [library.adapter(number)])
        // The scales of the first two differ by a power of two; those of the others round B.
        let tolerance: Float = number < 2 ? 0 : 2e-6
        for (row, pair) in zip(inLibrary.logProbabilities, alone.logProbabilities).enumerated() {
          #expect(pair.0 == pair.1 || abs(pair.0 - pair.1) <= tolerance, "adapter \(number), value \(row)")
        }
        let choices = together.choices
        for row in 0..<together.count {
          let own = (row * 4 + number) * choices
          #expect(
            Array(together.logProbabilities[own..<own + choices])
              == Array(inLibrary.logProbabilities[row * choices..<(row + 1) * choices]))
        }
      }
    }
  }

  /// Ranks 1 and 3 with the scales 2 and 1.5, all from one seed of the initial values.
  private func changeRank(_ number: Int, _ settings: inout AdapterSettings) {
    (settings.targets, settings.initializationSeed) = (["q_proj", "v_proj"], 0)
    (settings.rank, settings.alpha) = number == 0 ? (1, 2) : (3, 4.5)
  }

  /// The product of the means is (1/4) Σᵢⱼ sᵢ Bᵢ Aⱼ, where a column of Bᵢ meets the row of Aⱼ with its number if there is
  /// one. As one adapter of the scale 1 and the rank 1 + 1 + 1 + 3, it is made from adapters that nothing was added to.
  @Test func theFusionOfSeveralRanksIsTheProductOfMeans() throws {
    try TinyRun.open { run in
      let adapters = try (0..<2).map { number in try run.fit(seed: number) { changeRank(number, &$0) } }
      let pairs = try adapters.map { try #require(LowRankPair.all(in: $0.parameters)) }
      var wide = try run.fit(isTrained: false) { ($0.targets, $0.rank, $0.alpha) = (["q_proj", "v_proj"], 6, 6) }
      for (place, target) in try #require(LowRankPair.all(in: wide.parameters)).enumerated() {
        let terms = [(0, 0, 0), (0, 1, 0), (1, 0, 0), (1, 1, 0), (1, 1, 1), (1, 1, 2)]
        for (column, (i, j, shared)) in terms.enumerated() {
          let (b, a) = (pairs[i][place].b(of: adapters[i].values), pairs[j][place].a(of: adapters[j].values))
          for input in 0..<target.inputs {
            wide.values[target.a.offset + column * target.inputs + input] = Float(a[shared * target.inputs + input])
          }
          for output in 0..<target.outputs {
            let value = [2, 1.5][i] / 4 * b[output * pairs[i][place].rank + shared]
            wide.values[target.b.offset + output * 6 + column] = Float(value)
          }
        }
      }
      let library = try run.library(run.libraryEntries(2, changeRank), top: 2)
      let found = try run.predict("adapter-fusion", [library]).logProbabilities
      let expected = try run.predict("point", [wide]).logProbabilities
      #expect(zip(found, expected).allSatisfy { $0 == $1 || abs($0 - $1) < 1e-5 })
      let mixture = try run.predict("adapter-mixture", [library]).logProbabilities
      #expect(zip(found, mixture).contains { abs($0 - $1) > 1e-4 })
    }
  }

  /// No adapters of several shapes begin at the same values, even from one seed.
  @Test func theSoupOfSeveralRanksIsOfProducts() throws {
    try TinyRun.open { run in
      let library = try run.library(run.libraryEntries(2, changeRank), top: 2)
      let found = try run.predict("adapter-soup", [library])
      #expect(found.warnings.contains { $0.hasPrefix("mean of 2 products cut to rank 3") }, "\(found.warnings)")
      var mean = library.adapter(0)
      let pairs = try #require(LowRankPair.all(in: mean.parameters))
      let fit = try library.fit("library")
      let vectors = (0..<2).map(library.vector)
      mean.values = AdapterMean(products: vectors, weights: [1, 1], fits: [fit, fit], pairs: pairs).values
      #expect(try found.logProbabilities == run.predict("point", [mean]).logProbabilities)
    }
  }

  @Test func theOrderOfSeveralShapesChangesNothing() throws {
    try TinyRun.open { run in
      let entries = try run.libraryEntries(4, change)
      #expect(try run.library([2, 0, 3, 1].map { entries[$0] }) == run.library(entries))
    }
  }

  @Test func adaptersOfOneShapeStayAsTheyAre() throws {
    try TinyRun.open { run in
      let library = try run.library(of: 2)
      for number in 0..<2 {
        let alone = try run.fit(seed: number)
        #expect(library.vector(number) == alone.values && library.fits[number] == alone.settings)
      }
    }
  }

  /// Stopped after any step, while texts are embedded or calibration rows predicted, it ends as if it had not been.
  @Test func anIndexGoesOnWhereItWasStopped() throws {
    try TinyRun.open(copies: 30) { run in
      let entries = try LibraryEntries(run.libraryEntries(3), run.experiment.architecture)
      let scorer = try run.scorer(PosteriorFiles(entries.files, on: run.experiment.base).fit)
      func begin() throws -> LibraryIndex {
        try LibraryIndex(entries, base: run.experiment.base, blocks: nil, top: 2, scorer: scorer, path: "library.h5")
      }
      var unbroken = try begin()
      try unbroken.finish()
      #expect(unbroken.total == 5 && unbroken.likelihood != nil)
      for stop in 1..<unbroken.total {
        var index = try stopped(begin, after: stop, in: run.folder)
        #expect(index.completed == stop)
        try index.finish()
        #expect(index.library == unbroken.library && index.likelihood == unbroken.likelihood)
      }
    }
  }
}
