// The flags of snapshots of a trained vector, the same within a fit and while training goes on from an adapter.
import ArgumentParser
import Faults
import Posteriors

extension SwagSettings.Acceptance: ExpressibleByArgument {}

private let defaults = SwagSettings()

/// Which snapshots are taken, and what is kept of them.
package struct SnapshotOptions: ParsableArguments {
  /// The name of a published rule.
  @Option(help: "swag-lora: the rule of that paper's code. The other flags of snapshots then override it.")
  package var preset: String?
  @Option(
    help: """
      Snapshots, evenly spaced. Default: \(SwagSettings.usualCollections), or one per step where steps are fewer. With \
      --accept swad, how often the calibration split is scored; default: ten times an epoch.
      """)
  package var collections: Int?
  @Option(help: "Deviations to keep (K). Default \(defaults.deviations).") package var deviations: Int?
  @Option(help: "Epochs in which the rate changes to the constant one. Default \(defaults.annealEpochs).")
  package var annealEpochs: Int?
  @Option(
    help: """
      Which snapshots enter the mean: all; those with which it gets no worse on the calibration split, by nll or \
      accuracy (ASWA); or every step from where the loss on that split has converged until it rises (swad). Default: all.
      """) package var accept: SwagSettings.Acceptance?

  package init() {}

  /// The settings that the flags give.
  ///
  /// - Parameters:
  ///   - peak: the largest learning rate of the fit.
  ///   - isWithinFit: whether they are taken within the fit.
  /// - Throws: `Fault` of kind `.usage` for an unknown preset.
  package func settings(peak: Double, isWithinFit: Bool) throws -> SwagSettings {
    var settings = SwagSettings()
    if let preset {
      guard preset == "swag-lora" else { throw Fault(.usage, "--preset", "found \"\(preset)\", expected swag-lora") }
      settings = .swagLoRA(peak: peak, isWithinFit: isWithinFit)
    }
    settings.collections = collections ?? settings.collections
    settings.deviations = deviations ?? settings.deviations
    settings.annealEpochs = annealEpochs ?? settings.annealEpochs
    settings.accept = accept ?? settings.accept
    return settings
  }
}
