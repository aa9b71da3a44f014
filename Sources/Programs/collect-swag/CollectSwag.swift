// collect-swag: goes on training from an adapter and collects the moments of its weights.
import Adapters
import ArgumentParser
import Artifacts
import JSON
import Posteriors
import StageKit
import Training

@main struct CollectSwag: Stage {
  static let configuration = CommandConfiguration(
    commandName: "collect-swag", abstract: "Collect SWAG's moments, going on from an adapter.",
    discussion: """
      Example:
        .build/release/collect-swag \\
          --base runs/almanac/base.h5 --tokens runs/almanac/tokens/almanac.h5 \\
          --adapter runs/almanac/adapters/point-0.h5 --output swag.h5
      """)

  @OptionGroup var inputs: ContinuationOptions
  @OptionGroup var swag: SwagOptions
  @OptionGroup var checkpoints: CheckpointOptions
  @OptionGroup var common: CommonOptions

  func run(_ context: StageContext) throws {
    let (base, set, adapter, prefix) = try inputs.open(context)
    let fit = try AdapterSettings(ofOneIn: adapter, path: inputs.adapter)
    let scorer = try Scorer(
      base, path: inputs.base, data: set, settings: fit, threads: context.threads, prefix: prefix)
    let settings = try swag.settings(fit)
    var collection = try SwagRun(scorer, from: adapter, fit: fit, settings)
    collection.remark.map(context.say)
    let identity = [context.name, context.digest(of: inputs.adapter), try settings.canonicalJSON]
    let seconds = try context.complete(
      &collection, output: inputs.output, identity: identity.joined(separator: " "), options: checkpoints)
    var result = try collection.moments()
    (result.baseDigest, result.tokensDigest) = (base.digest, context.digest(of: inputs.tokens))
    result.cost.goOn(from: adapter.cost, seconds: seconds, peakMemory: context.peakMemory)
    try context.write(result, to: inputs.output)
    context.say("\(result.snapshots) snapshots, \(result.rank) deviations of \(result.mean.count) numbers")
  }
}
