// The options of the stages that score predictions: `evaluate` and `shift-test` compute the same metrics and intervals.
import ArgumentParser

/// How metrics and their intervals are computed.
package struct ScoringOptions: ParsableArguments {
  /// The number of bins.
  @Option(help: "Bins of the calibration errors.") package var bins = 15
  /// The number of resamples; 2 or more.
  @Option(help: "Resamples of the intervals.") package var bootstrap = 1000
  /// What the resamples are drawn by.
  @Option(help: "Seed of the resamples.") package var seed: UInt64 = 0

  package init() {}
}
