// When and where a stage runs, for the reports that people read.
import Foundation

extension StageContext {
  /// The time, such as `2026-11-29 08:53 UTC`; nil if the output is to be reproducible.
  package var date: String? {
    provenance.reproducible
      ? nil
      : Date.now.formatted(
        .iso8601.year().month().day().dateTimeSeparator(.space).time(includingFractionalSeconds: false))
        + " UTC"
  }

  /// The name of the machine; nil if the output is to be reproducible.
  package var host: String? { provenance.reproducible ? nil : ProcessInfo.processInfo.hostName }
}
