// evaluate: scores the predictions of all methods on one data set, and writes a table and a report.
import ArgumentParser
import Calibration
import Files
import ReportStages
import Reports
import StageKit

extension Calibrator: ExpressibleByArgument {}

@main struct Evaluate: Stage {
  static let configuration = CommandConfiguration(
    commandName: "evaluate",
    abstract: "Score every method's predictions on one data set, and print one table with all of them.",
    discussion: """
      The table shows the first three scores, the files contain all of them. Every \
      method is compared with the one called point. A CSV file of another program needs \
      the columns id and p_0, p_1, ... of predictions.csv; label, split, method and dataset \
      are optional.
      Example:
        .build/release/evaluate \\
          --predictions runs/almanac/predictions/*/almanac.h5 \\
          --histories runs/almanac/adapters/*.h5 \\
          --output evaluation.h5 --csv evaluation.csv --html report.html
      """)

  @Option(
    parsing: .upToNextOption,
    help: "Predictions of one data set, one file for each method; of other programs too, as CSV or HDF5.")
  var predictions: [String]
  @Option(parsing: .upToNextOption, help: "Files of fit-adapters or collect-swag, for the report's training curves.")
  var histories: [String] = []
  @OptionGroup var inputs: ReportInputs
  @OptionGroup var scoring: ScoringOptions
  @Option(
    parsing: .upToNextOption,
    help: ArgumentHelp(
      "Calibrators with a row for each method beside the temperature, fitted on the calibration split: ts-mix, ts-inside, "
        + "platt, vector, matrix, isotonic; or chosen, the best of them by cross-validation.", valueName: "names"))
  var calibrators: [Calibrator] = []
  @OptionGroup var results: ResultFiles
  @Option(help: "The name of the recommended method, alone on a line.") var recommended: String?
  @Option(help: "All predictions, one a line, as CSV.") var predictionsCsv: String?
  @Option(help: "Scores by the number of members and samples, as CSV.") var growthCsv: String?
  @Option(help: "Mutual information between groups of draws, by their size, as CSV.") var collapseCsv: String?
  @Option(help: "The bins of every method's reliability diagram, as CSV.") var binsCsv: String?
  @Option(help: "The table for LaTeX, with the package booktabs.") var latex: String?
  @Option(help: "Another report of the run, to which the report has a link if it exists.") var see: String?
  @Option(help: "A folder for the report's pictures, each as SVG and as PDF.") var figures: String?
  @OptionGroup var common: CommonOptions

  func run(_ context: StageContext) throws {
    let settings = try scoring.settings
    try results.check(context)
    try context.check(outputs: recommended, predictionsCsv, growthCsv, collapseCsv, binsCsv, latex)
    try context.check(folder: figures)
    let files = try PredictionsInput.files(predictions, context)
    let runs = try histories.map { try TrainingHistory(context.open($0)) }
    let evaluation = try Evaluation(
      files, settings: settings, calibrators: calibrators, texts: inputs.texts(context))
    let table = try evaluation.table()
    try results.write(table, evaluation.remarks, harness: evaluation.harnessJSON)
    if let recommended { try AtomicFile.write("\(evaluation.finding.recommended)\n", to: recommended) }
    if let predictionsCsv { try AtomicFile.write(evaluation.predictionsCSV, to: predictionsCsv) }
    if let binsCsv { try AtomicFile.write(evaluation.binsCSV, to: binsCsv) }
    if let latex { try AtomicFile.write(evaluation.latex, to: latex) }
    let html = results.html
    let growth = growthCsv == nil && collapseCsv == nil && html == nil && figures == nil ? [] : evaluation.growth
    if let growthCsv { try AtomicFile.write(Evaluation.csv(of: growth), to: growthCsv) }
    if let collapseCsv { try AtomicFile.write(Evaluation.collapseCSV(of: growth), to: collapseCsv) }
    if html != nil || figures != nil {
      let others = [context.existing(see), results.csv, results.json, predictionsCsv, growthCsv, collapseCsv]
      let links = html.map { Links(from: $0, to: others).targets } ?? []
      let page = evaluation.page(histories: runs, growth: growth, run: inputs.facts(context), links: links)
      if let html { try AtomicFile.write(page, to: html) }
      if let figures { try context.write(Figure.files(of: page), into: figures) }
    }
    try context.write(table, to: results.output)
    context.print(evaluation.text)
  }
}
