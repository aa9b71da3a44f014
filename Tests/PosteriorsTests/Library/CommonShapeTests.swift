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
