// shift-test: scores the predictions of all methods on shifted and corrupted questions, and writes a table and a report.
import ArgumentParser
import Artifacts
import Files
import ReportStages
import Reports
import StageKit

@main struct ShiftTestStage: Stage {
  static let configuration = CommandConfiguration(
    commandName: "shift-test",
    abstract: "Score every method under shift: on other data sets and on corrupted text.",
    discussion: """
      Every method needs a file for every set. Nothing is fitted on a shifted set.
      Example:
        .build/release/shift-test \\
          --in-distribution runs/almanac/predictions/*/almanac.h5 \\
          --shifted runs/almanac/predictions/*/far.h5 \\
          --output shift.h5 --html shift.html
      """)

  @Option(parsing: .upToNextOption, help: "Predictions of the data set used in training, one file for each method.")
  var inDistribution: [String]
  @Option(parsing: .upToNextOption, help: "Predictions of other data sets.") var shifted: [String] = []
  @Option(parsing: .upToNextOption, help: "Predictions of that data set with corrupted texts.")
  var corrupted: [String] = []
  @Option(
    parsing: .upToNextOption,
    help: "Predictions of other programs, as CSV or HDF5, with the name of the data set of each row.")
  var foreign: [String] = []
  @Option(
    parsing: .upToNextOption,
    help: "The tokens of the shifted sets: copies of a text are then resampled together, as with --tokens.")
  var shiftedTokens: [String] = []
  @OptionGroup var inputs: ReportInputs
  @OptionGroup var scoring: ScoringOptions
  @OptionGroup var results: ResultFiles
  @Option(help: "Another report of the run, to which the report has a link if it exists.") var see: String?
  @Option(help: "A folder for the report's pictures, each as SVG and as PDF.") var figures: String?
  @OptionGroup var common: CommonOptions

  func run(_ context: StageContext) throws {
    let settings = try scoring.settings
    try results.check(context)
    try context.check(folder: figures)
    func read(_ paths: [String]) throws -> [PredictionsFile] {
      try paths.map { try PredictionsFile(path: $0, context.read(Predictions.self, $0)) }
    }
    let input = try ShiftInput(
      inDistribution: read(inDistribution), shifted: read(shifted),
      foreign: foreign.flatMap { try ForeignFile.read($0, context) })
    let test = try ShiftTest(
      inDistribution: input.inDistribution, shifted: input.shifted, corrupted: read(corrupted), settings: settings,
      texts: inputs.texts(context), shiftedTexts: shiftedTokens.map { try ReportInputs.texts($0, context) },
      leftOut: input.leftOut)
    let table = try test.table()
    try results.write(table, test.remarks, harness: test.harnessJSON)
    let html = results.html
    if html != nil || figures != nil {
      let links = html.map { Links(from: $0, to: [context.existing(see), results.csv, results.json]).targets }
      let page = test.page(run: inputs.facts(context), links: links ?? [])
      if let html { try AtomicFile.write(page, to: html) }
      if let figures { try context.write(Figure.files(of: page), into: figures) }
    }
    try context.write(table, to: results.output)
    context.print(test.text)
  }
}
