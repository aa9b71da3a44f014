// collect-curvature: passes once over the training examples and collects the curvature of the loss around an adapter.
import ArgumentParser
import Artifacts
import Faults
import NetworkStages
import Posteriors
import StageKit

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
  @Option(help: "MiB that the factors may take; 0 for all free memory.") var memory = 0
  @OptionGroup var curvature: CurvatureOptions
  @OptionGroup var checkpoints: CheckpointOptions
  @OptionGroup var common: CommonOptions

  func run(_ context: StageContext) throws {
    let settings = try curvature.settings()
    try Fault.check(count: memory, of: "memory", atLeast: 0)
    let start = try inputs.open(context)
    let available = memory > 0 ? memory << 20 : nil
    if settings.parameters == .exact {
      var run = try ExactCurvatureRun(
        start.scorer, from: start.adapter, fit: start.fit, settings, availableMemory: available)
      context.warnOfSlowLibrary()
      try start.announce(run.memory)
      return report(try start.finish(&run, settings: settings, checkpoints) { try $0.curvature() }, 1, context)
    }
    var run = try CurvatureRun(
      start.scorer, from: start.adapter, fit: start.fit, settings, availableMemory: available)
    context.warnOfSlowLibrary()
    try start.announce(run.memory)
    var leastShare = 1.0
    let result = try start.finish(&run, settings: settings, checkpoints) { run in
      let curvature = try run.curvature()
      leastShare = curvature.leastShare
      return curvature.file
    }
    report(result, leastShare, context)
  }

  private func report(_ result: Curvature, _ leastShare: Double, _ context: StageContext) {
    context.say(
      "\(result.count) parameters vary in \(result.blocks.count) matrices, \(result.examples) examples, prior precision "
        + "\(result.priorPrecision.formatted(3)), log marginal likelihood \(result.logMarginalLikelihood.formatted(1))")
    if leastShare < 0.5 {
      context.warn(
        "the directions kept of a factor have \((100 * leastShare).formatted(0)) % of its trace; "
          + "a larger --rank keeps more of them")
    }
    if let warning = priorWarning(result) { context.warn(warning) }
  }
}
