// fit-adapters: trains one set of low-rank adapters on a tokenized set, or the sets of several members together, and
// writes them as an adapter file; or the moments of its weights over the second part of the fit.
import Adapters
import ArgumentParser
import Artifacts
import NetworkStages
import Posteriors
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

  @OptionGroup var inputs: NetworkInputs
  @Option(help: "The adapter's name in later tables, such as point or dropout.") var method = "point"
  @Option(help: "Seed of initialisation, data order and dropout.") var seed = 0
  @Option(help: "The file to write: an adapter, or moments with --collect-from.") var output: String
  @OptionGroup var start: StartOptions
  @OptionGroup var adapter: AdapterOptions
  @OptionGroup var collection: CollectionOptions
  @OptionGroup var checkpoints: CheckpointOptions
  @OptionGroup var common: CommonOptions

  func run(_ context: StageContext) throws {
    try checkFlags()
    try adapter.settings.validate()
    let snapshots = try collection.settings(adapter.settings, hasStart: start.from != nil)
    let weighting = try adapter.classWeights.map(ClassWeighting.init)
    try context.check(outputs: output)
    let network = try inputs.open(context, verifyingDigest: true)
    var settings = try adapter.head.settings(adapter.settings, on: network.base, network.architecture())
    settings.classWeights = try weighting?.weights(of: network.set, settings)
    if let snapshots { return try collect(snapshots, settings, network, context) }
    let start = try start.open(context, network, adapter.settings)
    if let start {
      settings = try start.settings(settings)
      settings.moments = self.start.moments ?? .keep
    }
    var training = try TrainingRun(network.scorer(settings), settings, seed: seed, from: start)
    announce(training.scorer, settings, steps: training.total, context)
    training.remark.map(context.say)
    try network.announce(training.memory)
    try network.finish(
      &training, settings: method, seed, settings, startingFrom: start?.adapter.cost ?? Cost(), to: output, checkpoints
    ) {
      try $0.adapter(method: method)
    }
  }

  private func announce(_ scorer: Scorer, _ settings: AdapterSettings, steps: Int, _ context: StageContext) {
    context.say(
      (settings.members.map { "\($0) members, each with " } ?? "")
        + "\(scorer.layout.modules.count) modules, \(scorer.parameters.count) trained parameters, \(steps) steps")
  }

  /// Fits, and writes the moments of its weights.
  private func collect(
    _ snapshots: SwagSettings, _ fit: AdapterSettings, _ network: NetworkData, _ context: StageContext
  ) throws {
    var fit = fit
    fit.keepBest = false
    let scorer = try network.scorer(fit)
    var run = try SwagRun(scorer, fit: fit, seed: seed, snapshots)
    announce(scorer, fit, steps: run.total, context)
    run.remark.map(context.say)
    try network.announce(run.memory)
    let moments = try network.finish(&run, settings: method, seed, fit, snapshots, to: output, checkpoints) {
      try $0.moments()
    }
    context.say(moments.summary)
  }
}
