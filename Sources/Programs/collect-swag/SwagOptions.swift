// The flags of a collection that goes on from an adapter.
import Adapters
import ArgumentParser
import NetworkStages
import Posteriors

private let defaults = SwagSettings()

/// How the moments are collected.
struct SwagOptions: ParsableArguments {
  @OptionGroup var snapshots: SnapshotOptions
  @Option(help: "Constant learning rate; 0 for half of the adapter's largest.") var learningRate: Double?
  @Option(help: "Passes over the training examples. Default \(defaults.epochs).") var epochs: Int?
  @Flag(help: "Keep the moments whose mean has the lowest calibration NLL.") var keepBest = false

  /// The settings that the flags give, for an adapter that was fitted with `fit`.
  ///
  /// - Throws: `Fault` of kind `.usage` for an unknown preset.
  func settings(_ fit: AdapterSettings) throws -> SwagSettings {
    var settings = try snapshots.settings(peak: fit.learningRate, isWithinFit: false)
    settings.learningRate = learningRate ?? settings.learningRate
    settings.epochs = epochs ?? settings.epochs
    settings.keepBest = keepBest || settings.keepBest
    return settings
  }
}
