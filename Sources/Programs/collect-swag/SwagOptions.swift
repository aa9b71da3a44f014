// The flags of the collection, one for each setting.
import Adapters
import ArgumentParser
import Faults
import Posteriors

extension SwagSettings.Acceptance: ExpressibleByArgument {}

private let defaults = SwagSettings()

/// How the moments are collected.
struct SwagOptions: ParsableArguments {
  @Option(help: "swag-lora: the rule of that paper's code. The other flags then override it.") var preset: String?
  @Option(help: "Constant learning rate; 0 for half of the adapter's largest.") var learningRate: Double?
  @Option(help: "Passes over the training examples. Default \(defaults.epochs).") var epochs: Int?
  @Option(
    help: "Snapshots, evenly spaced. Default: \(SwagSettings.usualCollections), or one per step where steps are fewer.")
  var collections: Int?
  @Option(help: "Deviations to keep (K). Default \(defaults.deviations).") var deviations: Int?
  @Option(help: "Epochs in which the rate changes to the constant one. Default \(defaults.annealEpochs).")
  var annealEpochs: Int?
  @Flag(help: "Keep the moments whose mean has the lowest calibration NLL.") var keepBest = false
  @Option(
    help:
      "Take a snapshot only where the mean gets no worse on the calibration split, by nll or accuracy (ASWA); or all."
  ) var accept: SwagSettings.Acceptance?

  /// The settings that the flags give, for an adapter that was fitted with `fit`.
  ///
  /// - Throws: `Fault` of kind `.usage` for an unknown preset.
  func settings(_ fit: AdapterSettings) throws -> SwagSettings {
    var settings = SwagSettings()
    if let preset {
      guard preset == "swag-lora" else { throw Fault(.usage, "--preset", "found \"\(preset)\", expected swag-lora") }
      settings = .swagLoRA(peak: fit.learningRate)
    }
    settings.learningRate = learningRate ?? settings.learningRate
    settings.epochs = epochs ?? settings.epochs
    settings.collections = collections ?? settings.collections
    settings.deviations = deviations ?? settings.deviations
    settings.annealEpochs = annealEpochs ?? settings.annealEpochs
    settings.keepBest = keepBest || settings.keepBest
    settings.accept = accept ?? settings.accept
    return settings
  }
}
