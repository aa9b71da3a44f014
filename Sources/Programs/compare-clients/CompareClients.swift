// compare-clients: one table of what clients have gained by exchanging their adapters, by each kind of trust.
import ArgumentParser
import Artifacts
import Files
import ReportStages
import Reports
import StageKit

@main struct CompareClients: Stage {
  static let configuration = CommandConfiguration(
    commandName: "compare-clients", abstract: "Compare what clients have gained by exchanging their adapters.",
    discussion: """
      Each adapter says of which client it is and how trust was decided. Its predictions are \
      those of the client's own test rows.
      Example:
        .build/release/compare-clients --rounds 3 \\
          --adapters ann/none/round-3.h5 ann/weights/round-3.h5 \\
          --predictions ann/none/predictions.h5 ann/weights/predictions.h5 \\
          --output collaboration.h5 --trust-csv trust.csv
      """)

  @Option(parsing: .upToNextOption, help: "The adapters after the last round, from exchange-adapters.")
  var adapters: [String]
  @Option(parsing: .upToNextOption, help: "The predictions of each, from sample-posterior, in the same order.")
  var predictions: [String]
  @Option(help: "How many rounds there were.") var rounds: Int
  @OptionGroup var scoring: ScoringOptions
  @Option(help: "The results file to write.") var output: String
  @Option(help: "The results as CSV.") var csv: String?
  @Option(help: "The trust matrices as CSV.") var trustCsv: String?
  @Option(help: "The report, one HTML file.") var html: String?
  @OptionGroup var common: CommonOptions

  func validate() throws {
    guard adapters.count == predictions.count else {
      throw ValidationError(
        "--adapters names \(adapters.count) files, but --predictions \(predictions.count): one for each adapter")
    }
    guard rounds >= 1 else { throw ValidationError("--rounds \(rounds): must be an integer of at least 1") }
  }

  func run(_ context: StageContext) throws {
    let settings = try scoring.settings
    try context.check(outputs: output, csv, trustCsv, html)
    let entries = try zip(adapters, predictions).map { adapter, predictions in
      try ClientComparison.Entry(
        context.read(Adapter.self, adapter), path: adapter, predictions: context.read(Predictions.self, predictions),
        predictionsPath: predictions)
    }
    let comparison = try ClientComparison(entries, rounds: rounds, settings: settings)
    if let csv { try AtomicFile.write(comparison.csv(), to: csv) }
    if let trustCsv { try AtomicFile.write(comparison.trustCSV, to: trustCsv) }
    if let html {
      let run = RunFacts(model: nil, provenance: context.provenance, date: context.date, host: context.host)
      let links = Links(from: html, to: [csv, trustCsv]).targets
      try AtomicFile.write(comparison.page(run: run, links: links), to: html)
    }
    try context.write(try comparison.table(), to: output)
    context.print(comparison.text)
  }
}
