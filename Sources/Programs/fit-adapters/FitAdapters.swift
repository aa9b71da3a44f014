// fit-adapters: trains one set of low-rank adapters on a tokenized set, or the sets of several members together, and
// writes them as an adapter file.
import ArgumentParser
import Artifacts
import JSON
import StageKit
import Training

@main struct FitAdapters: Stage {
  static let configuration = CommandConfiguration(
    commandName: "fit-adapters", abstract: "Train low-rank adapters on a tokenized set.",
    discussion: """
      Example:
        .build/release/fit-adapters \\
          --base runs/almanac/base.h5 --tokens runs/almanac/tokens/almanac.h5 \\
          --seed 0 --output adapter.h5
      """)

  @Option(help: "The base, from pretrain-load.") var base: String
  @Option(help: "The tokenized set, from tokenize.") var tokens: String
  @OptionGroup var below: PrefixOptions
  @Option(help: "The adapter's name in later tables, such as point or dropout.") var method = "point"
  @Option(help: "Seed of initialisation, data order and dropout.") var seed = 0
  @Option(help: "The adapter file to write.") var output: String
  @OptionGroup var adapter: AdapterOptions
  @OptionGroup var checkpoints: CheckpointOptions
  @OptionGroup var common: CommonOptions

  func run(_ context: StageContext) throws {
    let settings = adapter.settings
    try settings.validate()
    try context.check(outputs: output)
    let base = try context.open(base: base, verifyingDigest: true)
    let set = try context.read(TokenizedSet.self, tokens)
    let scorer = try Scorer(
      base, path: self.base, data: set, settings: settings, threads: context.threads,
      prefix: below.open(context, base: base, tokens: tokens))
    var training = try TrainingRun(scorer, settings, seed: seed)
    context.say(
      (settings.members.map { "\($0) members, each with " } ?? "")
        + "\(scorer.layout.modules.count) modules, \(scorer.parameters.count) trained numbers, \(training.total) steps"
    )
    training.remark.map(context.say)
    let identity = [
      context.name, method, "\(seed)", base.digest, context.digest(of: tokens), try settings.canonicalJSON,
    ]
    let seconds = try context.complete(
      &training, output: output, identity: identity.joined(separator: " "), options: checkpoints)
    var result = try training.adapter(method: method)
    (result.baseDigest, result.tokensDigest) = (base.digest, context.digest(of: tokens))
    (result.cost.trainingSeconds, result.cost.peakMemory) = (seconds, context.peakMemory)
    try context.write(result, to: output)
    for epoch in result.history {
      context.say(
        "epoch \(epoch.epoch): loss \(epoch.trainingLoss.formatted(4)), calibration NLL \(epoch.calibrationNLL.formatted(4)), "
          + "accuracy \(epoch.calibrationAccuracy.formatted(4)), ECE \(epoch.calibrationECE.formatted(4))")
    }
  }
}
