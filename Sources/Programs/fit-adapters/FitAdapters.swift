// fit-adapters: trains one set of low-rank adapters on a tokenized set, or the sets of several members together, and
// writes them as an adapter file.
import ArgumentParser
import Artifacts
import NetworkStages
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
  @Option(help: "The adapter file to write.") var output: String
  @OptionGroup var start: StartOptions
  @OptionGroup var adapter: AdapterOptions
  @OptionGroup var checkpoints: CheckpointOptions
  @OptionGroup var common: CommonOptions

  func run(_ context: StageContext) throws {
    try adapter.settings.validate()
    let weighting = try adapter.classWeights.map(ClassWeighting.init)
    try context.check(outputs: output)
    let network = try inputs.open(context, verifyingDigest: true)
    var settings = try adapter.head.settings(adapter.settings, on: network.base, network.architecture())
    settings.classWeights = try weighting?.weights(of: network.set, settings)
    let start = try start.open(context, network, adapter.settings)
    if let start {
      settings = try start.settings(settings)
      settings.moments = self.start.moments ?? .keep
    }
    var training = try TrainingRun(network.scorer(settings), settings, seed: seed, from: start)
    announce(training, context)
    try network.announce(training.memory)
    try network.finish(
      &training, settings: method, seed, settings, startingFrom: start?.adapter.cost ?? Cost(), to: output, checkpoints
    ) {
      try $0.adapter(method: method)
    }
  }

  private func announce(_ training: TrainingRun, _ context: StageContext) {
    let scorer = training.scorer
    context.say(
      (training.settings.members.map { "\($0) members, each with " } ?? "")
        + "\(scorer.layout.modules.count) modules, \(scorer.parameters.count) trained parameters, "
        + "\(training.total) steps")
    training.remark.map(context.say)
  }
}
