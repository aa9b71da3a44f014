// The flags of a fit that collects moments of its weights and writes these in place of the adapter.
import Adapters
import ArgumentParser
import Faults
import NetworkStages
import Posteriors

/// Whether and how a fit collects.
struct CollectionOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Collect the moments for SWA and SWAG within the fit, after this share of its steps, and write them.",
      discussion: """
        From there the rate is constant, and --output is a file as that of collect-swag. The fit has as many steps as \
        without. --accept swad watches all of them. Needed for any flag of snapshots but --preset, which has 8/15.
        """)) var collectFrom: Double?
  @Option(help: "Constant learning rate while it collects. Default: half of the largest.") var collectRate: Double?
  @OptionGroup var snapshots: SnapshotOptions

  /// The settings that the flags give for a fit with `fit`, whose best moments are kept where it would keep its best
  /// epoch; nil if it does not collect.
  ///
  /// - Parameter hasStart: whether the fit goes on from an adapter.
  /// - Throws: `Fault` of kind `.usage` for flags that do not go together.
  func settings(_ fit: AdapterSettings, hasStart: Bool) throws -> SwagSettings? {
    guard collectFrom != nil || snapshots.preset != nil else { return nil }
    guard !hasStart else {
      throw Fault(
        .usage, "--collect-from", "found it together with --from", hint: "collect-swag goes on from an adapter")
    }
    var settings = try snapshots.settings(peak: fit.learningRate, isWithinFit: true)
    settings.from = collectFrom ?? settings.from
    settings.learningRate = collectRate ?? settings.learningRate
    settings.keepBest = fit.keepBest || settings.keepBest
    try settings.validate()
    return settings
  }
}
