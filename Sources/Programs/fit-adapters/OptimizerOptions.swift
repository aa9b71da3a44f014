// The flags of the optimizer, of cycles of its learning rate, and of masks on what it trains.
import Adapters
import ArgumentParser

private let (ivon, sghmc, cycle) = (IVONSettings(), SGHMCSettings(), CycleSettings(count: 1))
private let sparse = SparsitySettings(density: 1)

/// What takes the steps of the fit.
struct OptimizerOptions: ParsableArguments {
  /// The optimizers' names.
  enum Name: String, CaseIterable, ExpressibleByArgument {
    case adamW = "adamw"
    case ivon, sghmc
  }

  @Option(
    help: ArgumentHelp(
      "What takes the steps.",
      discussion: """
        adamw. ivon: learns a Gaussian over all trained parameters, with --weight-decay as its prior's precision over N; \
        its first step is that of gradient descent, so it needs a far larger learning rate. sghmc: gradient descent with \
        momentum and the noise that makes it sample, with the same prior.
        """)) var optimizer = Name.adamW
  @Option(help: "IVON: how many examples the posterior counts the data as. Default: N, the training examples.")
  var sampleSize: Double?
  @Option(help: "IVON: curvature of the mean loss at the start. Default: \(ivon.curvature).") var curvature: Double?
  @Option(help: "IVON: the share of the curvature that a step keeps. Default: \(ivon.curvatureDecay).")
  var curvatureDecay: Double?
  @Option(help: "IVON: largest entry of the Newton step, before the learning rate. Default: no limit.")
  var newtonClip: Double?
  @Option(help: "SGHMC: the share of the velocity that a step takes away. Default: \(sghmc.friction).")
  var friction: Double?
  @Option(help: "SGHMC: temperature of the posterior; 0: no noise. Default: \(sghmc.temperature).")
  var temperature: Double?
  @Option(
    help: ArgumentHelp(
      "Let the rate fall to zero by a cosine in each of this many cycles, and keep a snapshot at the end of each.",
      discussion: "The snapshots are for method snapshots, sghmc or tickets. --warmup and --decay do not apply."))
  var cycles: Int?
  @Option(help: "Snapshots to keep from each cycle. Default: \(cycle.snapshots).") var cycleSnapshots: Int?
  @Option(
    help: """
      The share at the end of a cycle that they are from, and in which SGHMC adds its noise. Default: \
      \(cycle.samplingShare).
      """) var samplingShare: Double?
  @Option(help: "The share of the steps before the first cycle, at the largest rate. Default: none.")
  var exploration: Double?
  @Option(
    help: ArgumentHelp(
      "Train under masks that keep this share of each of the adapter's tensors, and all of a head.",
      discussion: """
        With --cycles, for method tickets: a change of a mask drops the entries of smallest magnitude and adds as many, \
        those of the largest gradient, which begin at 0.
        """)) var density: Double?
  @Option(help: "Steps from one change of the masks to the next. Default: \(sparse.interval).") var dropInterval: Int?
  @Option(
    help: """
      The share of the trained entries that a change drops; it falls with the learning rate. Default: \(sparse.dropShare).
      """) var dropShare: Double?
  @Option(help: "The share that is dropped before each cycle. Default: \(sparse.ticketDropShare).")
  var ticketDropShare: Double?

  /// The settings that the flags say; nil for AdamW.
  var settings: OptimizerSettings? {
    switch optimizer {
    case .adamW: return nil
    case .ivon:
      var settings = IVONSettings()
      (settings.givenSampleSize, settings.curvature) = (sampleSize, curvature ?? ivon.curvature)
      (settings.curvatureDecay, settings.clip) = (curvatureDecay ?? ivon.curvatureDecay, newtonClip)
      return .ivon(settings: settings)
    case .sghmc:
      var settings = SGHMCSettings()
      (settings.friction, settings.temperature) = (friction ?? sghmc.friction, temperature ?? sghmc.temperature)
      return .sghmc(settings: settings)
    }
  }

  /// The cycles that the flags say; nil for none.
  var cycleSettings: CycleSettings? {
    cycles.map {
      CycleSettings(
        count: $0, snapshots: cycleSnapshots ?? cycle.snapshots, samplingShare: samplingShare ?? cycle.samplingShare,
        exploration: exploration)
    }
  }

  /// The masks that the flags say; nil for none.
  var sparsity: SparsitySettings? {
    density.map {
      var settings = SparsitySettings(density: $0)
      settings.interval = dropInterval ?? settings.interval
      settings.dropShare = dropShare ?? settings.dropShare
      settings.ticketDropShare = ticketDropShare ?? settings.ticketDropShare
      return settings
    }
  }
}
