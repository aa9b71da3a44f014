// When and where a stage runs and what is there, for the reports that people read. A reproducible output must not depend
// on any of it.
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

  /// `path` if there is such a file, or if the output is to be reproducible; otherwise nil.
  package func existing(_ path: String?) -> String? {
    path.flatMap { provenance.reproducible || FileManager.default.fileExists(atPath: $0) ? $0 : nil }
  }

  /// The name of the machine; nil if the output is to be reproducible.
  package var host: String? { provenance.reproducible ? nil : ProcessInfo.processInfo.hostName }
}
