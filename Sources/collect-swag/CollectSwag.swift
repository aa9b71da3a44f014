// collect-swag: goes on training from an adapter and collects the moments of its weights.
import Adapters
import ArgumentParser
import Artifacts
import Posteriors
import StageKit
import Transformers

@main struct CollectSwag: Stage {
  static let configuration = CommandConfiguration(
    commandName: "collect-swag", abstract: "Collect SWAG's moments, going on from an adapter.",
    discussion: """
      Example:
        collect-swag --base runs/almanac/base.h5 --tokens runs/almanac/tokens/almanac.h5 \\
          --adapter runs/almanac/adapters/point-0.h5 --output runs/almanac/swag/0.h5
      """)

  @Option(help: "The base, from pretrain-load.") var base: String
  @Option(help: "The tokenized set that the adapter was fitted on.") var tokens: String
  @Option(help: "The adapter, from fit-adapters.") var adapter: String
  @Option(help: "The file to write.") var output: String
  @OptionGroup var swag: SwagOptions
  @OptionGroup var checkpoints: CheckpointOptions
  @OptionGroup var common: CommonOptions

  func run(_ context: StageContext) throws {
    try context.check(outputs: output)
    let base = try context.open(base: base)
    let set = try context.read(TokenizedSet.self, tokens)
    let adapter = try context.read(Adapter.self, self.adapter)
    try adapter.check(self.adapter, base: base, tokensDigest: context.digest(of: tokens))
    let fit = try AdapterSettings(ofOneIn: adapter, path: self.adapter)
    let architecture = try Architecture(canonicalJSON: base.architecture, subject: self.base)
    let scorer = try Scorer(architecture, base: base, data: set, settings: fit, threads: context.threads)
    let settings = try swag.settings(fit)
    var collection = try SwagRun(scorer, from: adapter, fit: fit, settings)
    collection.remark.map(context.say)
    let identity = [context.name, context.digest(of: self.adapter), try settings.canonicalJSON]
    let seconds = try context.complete(
      &collection, output: output, identity: identity.joined(separator: " "), options: checkpoints)
    var result = try collection.moments()
    (result.baseDigest, result.tokensDigest) = (base.digest, context.digest(of: tokens))
    result.cost.goOn(from: adapter.cost, seconds: seconds, peakMemory: context.peakMemory)
    try context.write(result, to: output)
    context.say("\(result.snapshots) snapshots, \(result.rank) deviations of \(result.mean.count) numbers")
  }
}
