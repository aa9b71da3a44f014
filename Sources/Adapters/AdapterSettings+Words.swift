// What of a fit decides the shape of its vector, in the words of the flags of fit-adapters, for messages.
import Faults

/// A flag, and the value that a fit has of it.
struct FlagValue {
  /// The flag's name.
  let name: String
  /// Its value, or what takes its place; `none` where there is none.
  let text: String

  init(_ name: String, _ value: some CustomStringConvertible) { (self.name, text) = (name, value.description) }

  /// The first flag whose value differs between two lists, with both values; nil if none does. Lists of other lengths begin
  /// with other values.
  static func difference(
    _ first: [FlagValue], _ second: [FlagValue]
  ) -> (name: String, first: String, second: String)? {
    zip(first, second).first { $0.text != $1.text }.map { ($0.name, $0.text, $1.text) }
  }
}

extension AdapterSettings {
  /// What takes the steps.
  var optimizerFlags: [FlagValue] {
    switch optimizer {
    case nil: [FlagValue("optimizer", "adamw")]
    case .ivon(let settings):
      [
        FlagValue("optimizer", "ivon"), FlagValue("sample-size", settings.givenSampleSize?.shortest ?? "none"),
        FlagValue("curvature", settings.curvature), FlagValue("curvature-decay", settings.curvatureDecay),
        FlagValue("newton-clip", settings.clip?.shortest ?? "none"),
      ]
    case .sghmc(let settings):
      [
        FlagValue("optimizer", "sghmc"), FlagValue("friction", settings.friction),
        FlagValue("temperature", settings.temperature),
      ]
    }
  }

  /// The cycles of its learning rate.
  var cycleFlags: [FlagValue] {
    guard let cycles else { return [FlagValue("cycles", "none")] }
    return [
      FlagValue("cycles", cycles.count), FlagValue("cycle-snapshots", cycles.snapshots),
      FlagValue("sampling-share", cycles.samplingShare),
      FlagValue("exploration", cycles.exploration?.shortest ?? "none"),
    ]
  }

  /// The masks under which it is trained.
  var sparsityFlags: [FlagValue] {
    guard let sparsity else { return [FlagValue("density", "none")] }
    return [
      FlagValue("density", sparsity.density), FlagValue("drop-interval", sparsity.interval),
      FlagValue("drop-share", sparsity.dropShare), FlagValue("ticket-drop-share", sparsity.ticketDropShare),
    ]
  }

  /// What is trained in place of A and B.
  var parametrisationFlags: [FlagValue] {
    func named(_ name: String) -> FlagValue { FlagValue("parametrisation", name) }
    switch parametrisation {
    case nil: return [named("lora")]
    case .olora: return [named("olora")]
    case .tensorTrain: return [named("tt-lora")]
    case .frozenCores: return [named("b-lora-xs")]
    case .full: return [named("full")]
    case .cores: return [named("that of me-lora")]
    case .diagonalCores: return [named("that of scalabl and batch-ensemble")]
    case .axisScales: return [named("that of rank-1")]
    case .nola(let bases, let seed):
      return [named("nola"), FlagValue("bases", bases), FlagValue("bases-seed", seed)]
    case .rankMasks(let prior, let temperature, _):
      return [named("rank-masks"), FlagValue("mask-prior", prior), FlagValue("mask-temperature", temperature)]
    }
  }

  /// Which of it is random.
  var variationalFlags: [FlagValue] {
    guard let variational else { return [FlagValue("variational", "none")] }
    return [
      FlagValue("variational", variational.method.rawValue), FlagValue("prior-deviation", variational.priorDeviation),
      FlagValue("initial-root", variational.initialRoot), FlagValue("divergence-rate", variational.divergenceRate),
      FlagValue("divergence-cycles", variational.divergenceCycles.map(String.init) ?? "none"),
      FlagValue("cycle-exponent", variational.cycleExponent?.shortest ?? "none"),
      FlagValue("prior-noise", variational.priorNoise?.shortest ?? "none"),
    ]
  }

  /// What its members have to do with each other.
  var couplingFlags: [FlagValue] {
    let strength = if case .repulsion(let strength, _) = coupling { strength.description } else { "none" }
    return [
      FlagValue("batch-ensemble", coupling == .sharedFactors ? "it" : "none"), FlagValue("repulsion", strength),
    ]
  }

  /// The head of an encoder.
  var headFlags: [FlagValue] {
    guard let dense else { return [FlagValue("head", "linear")] }
    let kept = dense.isTrained ? "" : " that is not trained"
    return [FlagValue("head", "classifier"), FlagValue("head", "classifier with \(dense.activation.rawValue)\(kept)")]
  }
}
