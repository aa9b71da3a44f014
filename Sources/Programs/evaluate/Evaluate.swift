// evaluate: all methods on one data set in one table, with a report.
import ArgumentParser
import Artifacts
import Files
import Reports
import StageKit

@main struct Evaluate: Stage {
  static let configuration = CommandConfiguration(
    commandName: "evaluate",
    abstract: "Score every method's predictions on one data set, and print one table with all of them.",
    discussion: """
      The first three scores stand in the table, all others in the files. Methods
      are compared with the one called point.
      Example:
        .build/release/evaluate \\
          --predictions runs/almanac/predictions/*/almanac.h5 \\
          --histories runs/almanac/adapters/*.h5 \\
          --output evaluation.h5 --csv evaluation.csv --html report.html
      """)

  @Option(parsing: .upToNextOption, help: "Predictions of one data set, one file for each method.")
  var predictions: [String]
  @Option(parsing: .upToNextOption, help: "Files of fit-adapters or collect-swag, for the curves over the epochs.")
  var histories: [String] = []
  @OptionGroup var scoring: ScoringOptions
  @Option(help: "The results file to write.") var output: String
  @Option(help: "The results as CSV.") var csv: String?
  @Option(help: "The results in the shape of lm-evaluation-harness.") var json: String?
  @Option(help: "Every single prediction as CSV.") var predictionsCsv: String?
  @Option(help: "The scores of the first members and samples of every method as CSV.") var growthCsv: String?
  @Option(help: "The report, one HTML file.") var html: String?
  @OptionGroup var common: CommonOptions

  func run(_ context: StageContext) throws {
    let settings = try ScoringSettings(bins: scoring.bins, draws: scoring.bootstrap, seed: scoring.seed)
    try context.check(outputs: output, csv, json, predictionsCsv, growthCsv, html)
    let files = try predictions.map { try PredictionsFile(path: $0, context.read(Predictions.self, $0)) }
    let runs = try histories.map { try TrainingHistory(context.open($0)) }
    let evaluation = try Evaluation(files, settings: settings)
    let table = try evaluation.table()
    if let csv { try AtomicFile.write(table.csv(evaluation.remarks), to: csv) }
    if let json { try AtomicFile.write(try evaluation.harnessJSON(), to: json) }
    if let predictionsCsv { try AtomicFile.write(evaluation.predictionsCSV, to: predictionsCsv) }
    let growth = growthCsv == nil && html == nil ? [] : evaluation.growth
    if let growthCsv { try AtomicFile.write(Evaluation.csv(of: growth), to: growthCsv) }
    if let html {
      try AtomicFile.write(evaluation.page(histories: runs, growth: growth, provenance: context.provenance), to: html)
    }
    try context.write(table, to: output)
    context.print(evaluation.text)
  }
}
