// The files that the stages with a table of methods write.
import ArgumentParser
import Artifacts
import Files
import Reports
import StageKit

/// The table in its forms, and the report.
package struct ResultFiles: ParsableArguments {
  @Option(help: "The results file to write.") package var output: String
  @Option(help: "The results as CSV.") package var csv: String?
  @Option(help: "The results in the shape of lm-evaluation-harness.") package var json: String?
  @Option(help: "The report, one HTML file.") package var html: String?

  package init() {}

  /// Checks that they can be written; see `StageContext.check(outputs:)`.
  ///
  /// - Throws: `Fault` of kind `.cannotCreate` or `.usage`.
  package func check(_ context: StageContext) throws { try context.check(outputs: output, csv, json, html) }

  /// Writes the table as CSV and in the harness's format, where these are asked for.
  ///
  /// - Throws: `Fault` where a file cannot be written; what `harness` throws.
  package func write(_ table: ResultTable, _ remarks: Remarks, harness: () throws -> String) throws {
    if let csv { try AtomicFile.write(table.csv(remarks), to: csv) }
    if let json { try AtomicFile.write(try harness(), to: json) }
  }
}

extension ScoringOptions {
  /// The settings of the flags.
  ///
  /// - Throws: `Fault` of kind `.usage`.
  package var settings: ScoringSettings {
    get throws { try ScoringSettings(bins: bins, draws: bootstrap, seed: seed) }
  }
}
