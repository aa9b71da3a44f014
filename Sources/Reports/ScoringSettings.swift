// The settings that the results depend on besides the predictions.
import Calibration
import Faults
import JSON

/// The settings of both stages.
package struct ScoringSettings: Equatable, Sendable {
  /// Number of bins of the calibration errors.
  package let bins: Int
  /// The resamples of the intervals.
  package let bootstrap: Bootstrap

  /// By default 15 bins and 1000 resamples from seed 0.
  package init(bins: Int = 15, bootstrap: Bootstrap = Bootstrap()) { (self.bins, self.bootstrap) = (bins, bootstrap) }

  /// The settings of the command line. Throws `.usage` for fewer than one bin or two resamples, or too many.
  package init(bins: Int, draws: Int, seed: UInt64) throws {
    try Fault.check(bins, of: "bins", in: 1...10_000)
    try Fault.check(draws, of: "bootstrap", in: 2...1_000_000)
    self.init(bins: bins, bootstrap: Bootstrap(draws: draws, seed: seed))
  }

  /// The settings as canonical JSON, for the result file.
  var canonicalJSON: String {
    get throws {
      try JSON.object(
        .init([
          ("bins", .integer(bins)), ("bootstrap", .integer(bootstrap.draws)),
          ("seed", .integer(Int(clamping: bootstrap.seed))),
        ])
      ).encode()
    }
  }

  /// A short description of the intervals.
  var intervals: String { "95 % intervals from \(bootstrap.draws) resamples (seed \(bootstrap.seed))" }
}
