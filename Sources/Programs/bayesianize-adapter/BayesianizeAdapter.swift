// bayesianize-adapter: searches for the largest noise on an adapter that hardly changes its answers.
import ArgumentParser
import Faults
import NetworkStages
import Posteriors
import StageKit

extension TFBSettings.Measure: ExpressibleByArgument {}
extension TFBSettings.ToleranceRule: ExpressibleByArgument {}

@main struct BayesianizeAdapter: Stage {
  static let configuration = CommandConfiguration(
    commandName: "bayesianize-adapter", abstract: "Add TFB's noise to a trained adapter, without training.",
    discussion: """
      Example:
        .build/release/bayesianize-adapter \\
          --base runs/almanac/base.h5 --tokens runs/almanac/tokens/almanac.h5 \\
          --adapter runs/almanac/adapters/point-0.h5 --output tfb.h5
      """)

  @OptionGroup var inputs: ContinuationOptions
  @Option(help: "Training examples to search on; 0 for all.") var anchors = TFBSettings().anchors
  @Option(help: "Draws averaged at each scale.") var samples = TFBSettings().samples
  @Option(help: "Bisections.") var iterations = TFBSettings().iterations
  @Option(help: "The smallest scale.") var smallest = TFBSettings().smallest
  @Option(help: "The largest scale.") var largest = TFBSettings().largest
  @Option(help: "What must hardly change: nll, or flips (changed answers).") var measure = TFBSettings().measure
  @Option(help: "By how much it may change. Default: 0.003 of the NLL, 0.01 of the answers.") var tolerance: Double?
  @Option(
    help: ArgumentHelp(
      "paper: compares the change itself and takes the largest accepted scale. authors: like their program, divides the "
        + "change by the number of anchors and takes the smallest rejected scale.", valueName: "rule"))
  var toleranceRule = TFBSettings.ToleranceRule.paper
  @Option(help: "Seed of the anchors and the draws.") var seed = TFBSettings().seed
  @OptionGroup var checkpoints: CheckpointOptions
  @OptionGroup var common: CommonOptions

  func run(_ context: StageContext) throws {
    try settings.validate()
    let start = try inputs.open(context, anyTokens: true)
    guard start.scorer.parameters == start.adapter.parameters else {
      throw Fault(.configuration, inputs.tokens, "the adapter has another head than this data set needs")
    }
    try start.announce(start.scorer.memoryOfPrediction)
    var search = try TFBSearch(start.scorer, start.adapter, fit: start.fit, settings, path: inputs.adapter)
    try start.finish(&search, settings: settings, checkpoints) { try $0.bayesianized() }
    context.say("beta \(search.outcome.beta.formatted(5)), \(search.outcome.accepted) of \(iterations) scales accepted")
  }

  private var settings: TFBSettings {
    var settings = TFBSettings()
    (settings.anchors, settings.samples, settings.iterations) = (anchors, samples, iterations)
    (settings.smallest, settings.largest, settings.seed) = (smallest, largest, seed)
    (settings.measure, settings.tolerance) = (measure, tolerance ?? measure.defaultTolerance)
    // Absent for the paper's rule, so that files stay as they were before there was a choice.
    settings.rule = toleranceRule == .paper ? nil : toleranceRule
    return settings
  }
}
