// bayesianize-adapter: searches the largest noise on an adapter that leaves its answers nearly as they are.
import Adapters
import ArgumentParser
import Artifacts
import Faults
import JSON
import Posteriors
import StageKit
import Training

extension TFBSettings.Measure: ExpressibleByArgument {}
extension TFBSettings.ToleranceRule: ExpressibleByArgument {}

@main struct BayesianizeAdapter: Stage {
  static let configuration = CommandConfiguration(
    commandName: "bayesianize-adapter", abstract: "Give a trained adapter the noise of TFB, without training.",
    discussion: """
      Example:
        .build/release/bayesianize-adapter \\
          --base runs/almanac/base.h5 --tokens runs/almanac/tokens/almanac.h5 \\
          --adapter runs/almanac/adapters/point-0.h5 --output tfb.h5
      """)

  @OptionGroup var inputs: ContinuationOptions
  @Option(help: "Training examples to search on; 0 for all.") var anchors = TFBSettings().anchors
  @Option(help: "Draws whose mean is judged at each scale.") var samples = TFBSettings().samples
  @Option(help: "Bisections.") var iterations = TFBSettings().iterations
  @Option(help: "The smallest scale.") var smallest = TFBSettings().smallest
  @Option(help: "The largest scale.") var largest = TFBSettings().largest
  @Option(help: "What must hardly change: nll or flips.") var measure = TFBSettings().measure
  @Option(help: "By how much it may change. Default: 0.003 of the NLL, 0.01 of the answers.") var tolerance: Double?
  @Option(
    help: ArgumentHelp(
      "paper: the change itself, and the largest accepted scale. authors: as their program, the change divided by the "
        + "number of anchors, and the smallest rejected scale.", valueName: "rule"))
  var toleranceRule = TFBSettings.ToleranceRule.paper
  @Option(help: "Seed of the anchors and the draws.") var seed = TFBSettings().seed
  @OptionGroup var checkpoints: CheckpointOptions
  @OptionGroup var common: CommonOptions

  func run(_ context: StageContext) throws {
    try settings.validate()
    let (base, set, adapter, prefix) = try inputs.open(context, anyTokens: true)
    let fit = try AdapterSettings(ofOneIn: adapter, path: inputs.adapter)
    let scorer = try Scorer(
      base, path: inputs.base, data: set, settings: fit, threads: context.threads, prefix: prefix)
    guard scorer.parameters == adapter.parameters else {
      throw Fault(.configuration, inputs.tokens, "the adapter has another head than this data set needs")
    }
    var search = try TFBSearch(scorer, adapter, fit: fit, settings, path: inputs.adapter)
    let identity = [
      context.name, context.digest(of: inputs.adapter), context.digest(of: inputs.tokens), try settings.canonicalJSON,
    ]
    let seconds = try context.complete(
      &search, output: inputs.output, identity: identity.joined(separator: " "), options: checkpoints)
    var result = try search.bayesianized()
    result.cost.goOn(from: adapter.cost, seconds: seconds, peakMemory: context.peakMemory)
    try context.write(result, to: inputs.output)
    context.say("beta \(search.outcome.beta.formatted(5)), \(search.outcome.accepted) of \(iterations) scales accepted")
  }

  private var settings: TFBSettings {
    var settings = TFBSettings()
    (settings.anchors, settings.samples, settings.iterations) = (anchors, samples, iterations)
    (settings.smallest, settings.largest, settings.seed) = (smallest, largest, seed)
    (settings.measure, settings.tolerance) = (measure, tolerance ?? measure.defaultTolerance)
    // Left out where it is the paper's, so that the same search has the same file as before there was a choice.
    settings.rule = toleranceRule == .paper ? nil : toleranceRule
    return settings
  }
}
