// What the numbers depend on besides the predictions.
import Calibration
import Faults
import JSON

/// The settings of both stages.
package struct ScoringSettings: Equatable, Sendable {
  /// The bins of the calibration errors.
  package let bins: Int
  /// The resamples of the intervals.
  package let bootstrap: Bootstrap

  /// 15 bins and 1000 draws from seed 0 unless told otherwise.
  package init(bins: Int = 15, bootstrap: Bootstrap = Bootstrap()) { (self.bins, self.bootstrap) = (bins, bootstrap) }

  /// The settings of the command line. Throws `.usage` for less than one bin or two draws, or too many.
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

  /// What an interval is, in a few words.
  var intervals: String { "95 % intervals from \(bootstrap.draws) resamples (seed \(bootstrap.seed))" }
}
