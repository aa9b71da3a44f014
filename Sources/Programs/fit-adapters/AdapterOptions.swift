// The flags of an adapter's settings, one for each.
import Adapters
import ArgumentParser
import Foundation
import NetworkStages
import Transformers

extension AdapterSettings.Decay: ExpressibleByArgument {}

/// How the adapter is shaped and trained.
struct AdapterOptions: ParsableArguments {
  @OptionGroup var form: ParametrisationOptions
  @OptionGroup var gaussian: VariationalOptions
  @OptionGroup var optimizer: OptimizerOptions
  @Option(help: "Rank of every adapter.") var rank = AdapterSettings().rank
  @Option(help: "Numerator of the scale alpha / rank.") var alpha = AdapterSettings().alpha
  @Flag(help: "Scale by alpha / sqrt(rank).") var rsLora = false
  @Option(
    help: "Linear modules by the ends of their names, separated by commas; or all-linear. Default: query and value.")
  var targets = ""
  @Option(
    help: ArgumentHelp(
      "Indices of the blocks to adapt, from 0 in ascending order, such as 4,5 or 2-5. Default: all.",
      discussion: "The blocks below the lowest can be computed once: compute-prefix with its index as --blocks."),
    transform: blocks) var layers: [Int]?
  @Option(help: "Dropout on the adapters' inputs, in training.") var dropout = AdapterSettings().dropout
  @OptionGroup var products: PrecisionOption
  @OptionGroup var head: HeadOptions
  @Option(help: "Largest learning rate.") var learningRate = AdapterSettings().learningRate
  @Option(help: "Fraction of the steps in which the rate rises.") var warmup = AdapterSettings().warmup
  @Option(help: "How the rate falls: linear, cosine or constant.") var decay = AdapterSettings().decay
  @Option(help: "Examples in a step.") var batchSize = AdapterSettings().batchSize
  @Option(help: "Passes over the training examples.") var epochs = AdapterSettings().epochs
  @Option(help: "Steps in all; 0 for whole epochs.") var steps = AdapterSettings().steps
  @Option(help: "Weight decay on all trained parameters; decoupled with AdamW.")
  var weightDecay = AdapterSettings().weightDecayA
  @Option(help: "Weight decay on A alone.") var weightDecayA: Double?
  @Option(help: "Weight decay on B alone.") var weightDecayB: Double?
  @Option(help: "Weight decay on all but A and B: the head, cores, a whole base.") var weightDecayHead: Double?
  @Option(help: "Penalty on the squared Frobenius norm of each B A.")
  var productPenalty = AdapterSettings().productPenalty
  @Option(
    help: ArgumentHelp(
      "Factor of the divergence from the base's answers, KL(p || p_base), in the loss.",
      discussion: "Of an encoder, p_base is what the head of the moment makes of the base without the adapters."))
  var baseDivergence: Double?
  @Option(
    help: "Weights of classes in the loss, undone in the probabilities: balanced, or name:weight,... (scoring classes)."
  )
  var classWeights: String?
  @Option(help: "Minimise the cross-entropy with this share of the label spread over the other choices.")
  var labelSmoothing: Double?
  @Option(help: "Minimise the focal loss, (1 - p) to this power times the cross-entropy.") var focal: Double?
  @Option(
    help: ArgumentHelp(
      "Minimise DNA's loss, with this weight of the variance over draws of the dropout (the authors': 0.1).",
      discussion: "With --accept swad, for method dna.")) var diversity: Double?
  @Option(help: "DNA: draws of the dropout for each example of a step. Default: 5.") var dropoutDraws: Int?
  @Option(help: "AdamW: largest norm of a gradient; 0 for no limit.") var gradientClip = AdapterSettings().gradientClip
  @Flag(help: "Keep the epoch with the lowest calibration NLL; with --collect-from, the moments whose mean has it.")
  var keepBest = false
  @Option(help: "Training examples to use; 0 for all.") var trainingExamples = AdapterSettings().trainingExamples
  @Option(help: "Seed of their choice.") var subsampleSeed = AdapterSettings().subsampleSeed
  @Option(help: "Seed of the initialisation, where adapters are to share it. Default: --seed.")
  var initializationSeed: Int?
  @Option(help: "Draw A from Xavier's uniform distribution with this gain (LoRA-Ensemble's is 10). Default: PEFT's.")
  var initializationGain: Double?
  @Option(
    help: "Train this many members in one vector, for method lora-ensemble. Member m has the seed --seed + m.")
  var members: Int?
  @Flag(help: "With --members: they share A and B, and each has a diagonal between them (BatchEnsemble).")
  var batchEnsemble = false
  @Option(help: "With --members: strength of the force that keeps their products B A apart; 1: that of the posterior.")
  var repulsion: Double?

  /// Rejects two losses, and two kinds of coupled members.
  func validate() throws {
    if labelSmoothing != nil, focal != nil { throw ValidationError("--focal does not go with --label-smoothing") }
    if diversity != nil, labelSmoothing != nil || focal != nil {
      throw ValidationError("--diversity does not go with another loss")
    }
    if batchEnsemble, repulsion != nil {
      throw ValidationError("--repulsion does not go with --batch-ensemble, whose members share their products")
    }
  }

  /// The settings that the flags give.
  var settings: AdapterSettings {
    var settings = AdapterSettings()
    (settings.rank, settings.alpha, settings.rankStabilized, settings.dropout) = (rank, alpha, rsLora, dropout)
    settings.targets = targets.isEmpty ? [] : targets.components(separatedBy: ",")
    settings.layers = layers
    settings.loss =
      labelSmoothing.map { .smoothed(share: $0) } ?? focal.map { .focal(focus: $0) }
      ?? diversity.map { .dna(weight: $0, draws: dropoutDraws ?? 5) }
    settings.precision = products.precision
    settings.variational = gaussian.settings
    (settings.optimizer, settings.cycles) = (optimizer.settings, optimizer.cycleSettings)
    settings.sparsity = optimizer.sparsity
    let implied = batchEnsemble ? ParametrisationSettings.diagonalCores : settings.variational?.parametrisation
    settings.parametrisation = form.settings ?? implied
    settings.coupling = batchEnsemble ? .sharedFactors : repulsion.map { .repulsion(strength: $0) }
    settings.pooling = head.pooling ?? settings.pooling
    (settings.learningRate, settings.warmup, settings.decay) = (learningRate, warmup, decay)
    (settings.batchSize, settings.epochs, settings.steps) = (batchSize, epochs, steps)
    settings.weightDecayA = weightDecayA ?? weightDecay
    settings.weightDecayB = weightDecayB ?? weightDecay
    settings.weightDecayHead = weightDecayHead ?? weightDecay
    (settings.productPenalty, settings.gradientClip, settings.keepBest) = (productPenalty, gradientClip, keepBest)
    (settings.trainingExamples, settings.subsampleSeed) = (trainingExamples, subsampleSeed)
    (settings.initializationSeed, settings.baseDivergence) = (initializationSeed, baseDivergence)
    (settings.initializationGain, settings.members) = (initializationGain, members)
    return settings
  }
}
