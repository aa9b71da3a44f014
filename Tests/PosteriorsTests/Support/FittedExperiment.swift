// An adapter that was fitted on a tiny experiment, for tests of what is made from one.
import Adapters
import Artifacts
import TestSupport
import Training

/// A fitted adapter on a tiny data set.
struct FittedExperiment {
  let folder: String
  let experiment: TinyExperiment
  let fit: AdapterSettings
  let adapter: Adapter
  let scorer: Scorer

  /// The settings of the fit, but for its targets.
  static let fit = AdapterSettings.tiny(batchSize: 8, epochs: 3)

  /// Fits the adapter and hands the fixture to `body`.
  static func open(
    _ scoring: TokenizedSet.Scoring, targets: [String] = [], threads: Int = 2, _ body: (FittedExperiment) throws -> Void
  ) throws {
    var fit = Self.fit
    fit.targets = targets
    try withTemporaryFolder { folder in
      let experiment = try TinyExperiment(in: folder, scoring: scoring)
      let scorer = try Scorer(
        experiment.architecture, base: experiment.base, data: experiment.tokens, settings: fit, threads: threads)
      let adapter = try fitted(scorer, fit, seed: 4)
      try body(FittedExperiment(folder: folder, experiment: experiment, fit: fit, adapter: adapter, scorer: scorer))
    }
  }

  /// A scorer of the same data on another number of threads.
  func scorer(threads: Int) throws -> Scorer {
    try Scorer(
      experiment.architecture, base: experiment.base, data: experiment.tokens, settings: fit, threads: threads)
  }
}
