// Libraries of adapters of a tiny run, with and without a router.
import Adapters
import Artifacts
import Posteriors
import Training

extension TinyRun {
  /// A library of `count` adapters, each of which names every third row as its own.
  func library(of count: Int = 3, top: Int = 2) throws -> AdapterLibrary {
    try library(libraryEntries(count), top: top)
  }

  /// Its adapters and their rows; `change` gives each adapter settings of its own.
  func libraryEntries(
    _ count: Int, _ change: (Int, inout AdapterSettings) -> Void = { _, _ in }
  ) throws -> [LibraryEntry] {
    try (0..<count).map { seed in
      var texts = tokens
      for (row, example) in tokens.examples(of: .train).enumerated() where row % count != seed {
        texts.splits[example] = .test
      }
      let adapter = try fit(seed: seed) { change(seed, &$0) }
      return try LibraryEntry(
        "runs/\(seed)/point-0.h5", adapter, texts: texts, digest: adapter.tokensDigest, textsPath: "tokens.h5")
    }
  }

  /// A library with a router after two epochs on the run's training rows.
  func routed(
    _ library: AdapterLibrary, _ change: (inout RouterSettings) -> Void = { _ in }
  ) throws -> AdapterLibrary {
    var settings = RouterSettings()
    (settings.epochs, settings.batchSize) = (2, batchSize)
    change(&settings)
    var run = try RouterRun(scorer(library.fit("library")), library, settings)
    try run.finish()
    return try run.routed()
  }

  /// The library of these entries, with the temperature that the calibration split chooses.
  func library(_ entries: [LibraryEntry], top: Int = 2) throws -> AdapterLibrary {
    try libraryIndex(entries, top: top).library
  }

  /// The finished computation of that library.
  func libraryIndex(_ entries: [LibraryEntry], top: Int = 2) throws -> LibraryIndex {
    let entries = try LibraryEntries(entries, experiment.architecture)
    let fit = try PosteriorFiles(entries.files, on: experiment.base).fit
    var index = try LibraryIndex(
      entries, base: experiment.base, blocks: nil, top: top, scorer: scorer(fit), path: "library")
    try index.finish()
    return index
  }
}
