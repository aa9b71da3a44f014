// compare-predictions: how far the predictions of methods are from those of a reference.
import ArgumentParser
import Artifacts
import Files
import Reports
import StageKit

@main struct ComparePredictions: Stage {
  static let configuration = CommandConfiguration(
    commandName: "compare-predictions", abstract: "Tell how far methods' predictions are from a reference's.",
    discussion: """
      The table has the mean total variation distance of the predictive distributions, and how often
      the most probable answer is the same. If the reference's members are chains, the last line says
      whether they have converged.
      Example:
        .build/release/compare-predictions \\
          --reference runs/almanac/predictions/hmc/almanac.h5 \\
          --predictions runs/almanac/predictions/point/almanac.h5 \\
          runs/almanac/predictions/swag/almanac.h5
      """)

  @Option(help: "The predictions of the reference, from sample-posterior.") var reference: String
  @Option(parsing: .upToNextOption, help: "The predictions of the methods, on the same questions.")
  var predictions: [String]
  @Option(help: "The distances as CSV.") var csv: String?
  @OptionGroup var scoring: ScoringOptions
  @OptionGroup var common: CommonOptions

  func run(_ context: StageContext) throws {
    let settings = try ScoringSettings(bins: scoring.bins, draws: scoring.bootstrap, seed: scoring.seed)
    try context.check(outputs: csv)
    func read(_ path: String) throws -> PredictionsFile {
      try PredictionsFile(path: path, context.read(Predictions.self, path))
    }
    let comparison = try ReferenceComparison(predictions.map(read), with: read(reference), settings)
    if let csv { try AtomicFile.write(comparison.csv, to: csv) }
    context.print(comparison.text)
  }
}
