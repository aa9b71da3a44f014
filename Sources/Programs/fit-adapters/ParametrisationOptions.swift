// The flags of the parametrisation, and of a Gaussian over a part of it.
import Adapters
import ArgumentParser

private let usualBases = 256
private let usualMasks = (prior: 0.9, temperature: 0.5)

/// What is trained in place of A and B.
struct ParametrisationOptions: ParsableArguments {
  /// The parametrisations' names.
  enum Name: String, CaseIterable, ExpressibleByArgument {
    case lora, olora, nola, full
    case tensorTrain = "tt-lora"
    case frozenCores = "b-lora-xs"
    case rankMasks = "rank-masks"
  }

  @Option(
    help: ArgumentHelp(
      "What is trained.",
      discussion: """
        lora: the factors A and B. olora: the same, from W's QR decomposition on. nola: coefficients of random matrices. \
        tt-lora: cores of tensor trains. b-lora-xs: a core between factors of W's singular value decomposition. full: \
        the whole base. rank-masks: A, B and how likely each rank is kept, for the method of that name.
        """)) var parametrisation = Name.lora
  @Option(help: "NOLA: random matrices for each factor. Default: \(usualBases).") var bases: Int?
  @Option(help: "NOLA: what draws them; the same for all members. Default: 0.") var basesSeed: Int?
  @Option(help: "Rank masks: how likely the prior keeps a rank. Default: \(usualMasks.prior).") var maskPrior: Double?
  @Option(help: "Rank masks: temperature of the relaxed masks in training. Default: \(usualMasks.temperature).")
  var maskTemperature: Double?

  /// The settings that the flags say; nil for LoRA.
  var settings: ParametrisationSettings? {
    switch parametrisation {
    case .lora: nil
    case .olora: .olora
    case .tensorTrain: .tensorTrain
    case .frozenCores: .frozenCores
    case .full: .full
    case .rankMasks:
      .rankMasks(prior: maskPrior ?? usualMasks.prior, temperature: maskTemperature ?? usualMasks.temperature)
    case .nola: .nola(bases: bases ?? usualBases, seed: basesSeed ?? 0)
    }
  }
}

extension VariationalSettings.Method: ExpressibleByArgument {}

private let defaults = VariationalSettings(.blob)

/// For help: a default that rank-1 has of its own.
private func text(_ value: KeyPath<VariationalSettings, Double>) -> String {
  "Default: \(defaults[keyPath: value]); of rank-1 \(VariationalSettings(.rankOne)[keyPath: value])."
}

/// Which of its tensors are random.
struct VariationalOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Learn a Gaussian over a part of each adapter.",
      discussion: """
        blob: over A. me-lora: over the core of B C A. scalabl: over its diagonal. rank-1: over scales of the module's \
        inputs and outputs.
        """))
  var variational: VariationalSettings.Method?
  @Option(help: "Standard deviation of its prior. \(text(\.priorDeviation))") var priorDeviation: Double?
  @Option(help: "Largest initial root of a standard deviation. \(text(\.initialRoot))") var initialRoot: Double?
  @Option(help: "Largest learning rate of the divergence from the prior. Default: \(defaults.divergenceRate).")
  var divergenceRate: Double?
  @Option(
    help: """
      Cycles of the divergence's weights in the fit: each widens the Gaussian near its end. Default: \
      \(defaults.divergenceCycles!).
      """) var divergenceCycles: Int?
  @Option(help: "Cycles of 100 N^(pi / this) / batch size steps instead (BLoB's is 8); 0: of an epoch.")
  var cycleExponent: Double?
  @Option(help: "Me-LoRA's random prior: its deviation grows by this times a uniform number, drawn in every step.")
  var priorNoise: Double?

  /// The settings that the flags say; nil where nothing is random.
  var settings: VariationalSettings? {
    guard let variational else { return nil }
    var settings = VariationalSettings(variational)
    settings.priorDeviation = priorDeviation ?? settings.priorDeviation
    settings.initialRoot = initialRoot ?? settings.initialRoot
    (settings.divergenceRate, settings.priorNoise) = (divergenceRate ?? settings.divergenceRate, priorNoise)
    settings.divergenceCycles = cycleExponent == nil ? divergenceCycles ?? settings.divergenceCycles : nil
    settings.cycleExponent = cycleExponent
    return settings
  }

  /// Rejects two kinds of cycles.
  func validate() throws {
    guard divergenceCycles == nil || cycleExponent == nil else {
      throw ValidationError("--cycle-exponent does not go with --divergence-cycles")
    }
  }
}
