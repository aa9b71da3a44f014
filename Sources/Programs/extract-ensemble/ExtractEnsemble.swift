// extract-ensemble: trains gates on the components of an adapter, so that it becomes an ensemble of sub-models.
import ArgumentParser
import Faults
import NetworkStages
import Posteriors
import StageKit

@main struct ExtractEnsemble: Stage {
  static let configuration = CommandConfiguration(
    commandName: "extract-ensemble", abstract: "Extract an ensemble of sub-models from one LoRA adapter.",
    discussion: """
      Every component of the adapter's products has a gate in every sub-model. Only the gates are trained, on the training \
      questions and on the calibration questions without their labels, and the mean of the sub-models' changes is the \
      adapter's own.
      Example:
        .build/release/extract-ensemble \\
          --base runs/almanac/base.h5 --tokens runs/almanac/tokens/almanac.h5 \\
          --adapter runs/almanac/adapters/point-0.h5 --output extracted.h5
      """)

  @OptionGroup var inputs: ContinuationOptions
  @Option(help: "Sub-models.") var members = ExtractionSettings().members
  @Option(
    parsing: .upToNextOption,
    help: ArgumentHelp(
      "Weights of the mutual information in the loss; the calibration NLL chooses one. Default: 0.3 1 3.",
      valueName: "weight"))
  var mutualInformation: [Double] = []
  @Option(help: "Weight of the divergence of the sub-models' mean from the adapter.")
  var fidelity = ExtractionSettings().fidelity
  @Option(help: "The largest learning rate of the gates.") var learningRate = ExtractionSettings().learningRate
  @Option(help: "Passes over the training questions for each weight.") var epochs = ExtractionSettings().epochs
  @Option(help: "Steps for each weight; 0 for --epochs.") var steps = ExtractionSettings().steps
  @Option(help: "Standard deviation of the gates' logits at the start.") var spread = ExtractionSettings().spread
  @Flag(help: "Exchange the trained gates of every sub-model at random within each module: the control.")
  var randomGates = false
  @Option(help: "Seed of the first gates, the order of the questions and the exchange.")
  var seed = ExtractionSettings().seed
  @OptionGroup var checkpoints: CheckpointOptions
  @OptionGroup var common: CommonOptions

  func run(_ context: StageContext) throws {
    try settings.validate()
    let start = try inputs.open(context)
    var run = try ExtractionRun(start.scorer, start.adapter, fit: start.fit, settings, path: inputs.adapter)
    try start.announce(run.memory)
    try start.finish(&run, settings: settings, checkpoints) { try $0.extracted() }
    context.say("\(members) sub-models, mutual information times \(run.outcome.diversity.shortest)")
  }

  private var settings: ExtractionSettings {
    var settings = ExtractionSettings()
    (settings.members, settings.fidelity, settings.learningRate) = (members, fidelity, learningRate)
    (settings.epochs, settings.steps, settings.spread) = (epochs, steps, spread)
    (settings.isRandom, settings.seed) = (randomGates, seed)
    if !mutualInformation.isEmpty { settings.diversities = mutualInformation }
    return settings
  }
}
