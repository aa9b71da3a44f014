// collect-curvature: goes once over the training examples and collects the curvature of the loss around an adapter.
import Adapters
import ArgumentParser
import Artifacts
import Faults
import JSON
import Posteriors
import StageKit
import Training

@main struct CollectCurvature: Stage {
  static let configuration = CommandConfiguration(
    commandName: "collect-curvature", abstract: "Collect the curvature around an adapter, for Laplace's approximation.",
    discussion: """
      Example:
        .build/release/collect-curvature \\
          --base runs/almanac/base.h5 --tokens runs/almanac/tokens/almanac.h5 \\
          --adapter runs/almanac/adapters/point-0.h5 --output curvature.h5
      """)

  @OptionGroup var inputs: ContinuationOptions
  @Option(help: "MiB that the factors may take; 0 for what the machine has free.") var memory = 0
  @OptionGroup var curvature: CurvatureOptions
  @OptionGroup var checkpoints: CheckpointOptions
  @OptionGroup var common: CommonOptions

  func run(_ context: StageContext) throws {
    let settings = try curvature.settings()
    guard (0...1 << 40).contains(memory) else { throw Fault(.usage, "--memory", "found \(memory), expected 0 or more") }
    let (base, set, adapter, prefix) = try inputs.open(context)
    let fit = try AdapterSettings(ofOneIn: adapter, path: inputs.adapter)
    let scorer = try Scorer(
      base, path: inputs.base, data: set, settings: fit, threads: context.threads, prefix: prefix)
    var run = try CurvatureRun(
      scorer, from: adapter, fit: fit, settings, availableMemory: memory > 0 ? memory << 20 : Memory.available)
    let identity = [context.name, context.digest(of: inputs.adapter), try settings.canonicalJSON]
    let seconds = try context.complete(
      &run, output: inputs.output, identity: identity.joined(separator: " "), options: checkpoints)
    var (result, leastShare) = try run.curvature()
    (result.baseDigest, result.tokensDigest) = (base.digest, context.digest(of: inputs.tokens))
    result.cost.goOn(from: adapter.cost, seconds: seconds, peakMemory: context.peakMemory)
    try context.write(result, to: inputs.output)
    report(result, leastShare, context)
  }

  private func report(_ result: Curvature, _ leastShare: Double, _ context: StageContext) {
    context.say(
      "\(result.count) parameters vary in \(result.blocks.count) matrices, \(result.examples) examples, prior precision "
        + "\(result.priorPrecision.formatted(3)), log marginal likelihood \(result.logMarginalLikelihood.formatted(1))")
    if leastShare < 0.5 {
      context.warn(
        "a factor's held directions have \((100 * leastShare).formatted(0)) % of its trace; --rank holds more of them")
    }
    if let warning = priorWarning(result) { context.warn(warning) }
  }
}
