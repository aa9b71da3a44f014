// The settings of `collect-swag`, and the preset of the SWAG-LoRA paper's code.
import Faults

/// When and at what rate snapshots are collected: within a fit, or while training goes on from a fitted adapter.
package struct SwagSettings: Codable, Equatable, Sendable {
  /// Which snapshots enter the average.
  package enum Acceptance: String, Codable, Sendable, CaseIterable {
    /// All: SWA and SWAG.
    case all
    /// Those with which the average does not get worse on the calibration split, by NLL or by accuracy: ASWA.
    case nll, accuracy
    /// Those of every step in the valley of the loss on the calibration split: SWAD.
    case swad
  }

  /// The share of a fit's steps after which the rate is constant and collecting begins; nil to go on from a fitted adapter.
  package var from: Double?

  /// The constant learning rate of the collection; 0 for half of the adapter's largest.
  package var learningRate = 0.0
  /// Passes over the training examples that go on from a fitted adapter; without meaning within a fit.
  package var epochs = 2
  /// Number of snapshots (n), evenly spaced; nil for 20, or for one after each step if there are fewer steps. With SWAD, how
  /// often the calibration split is scored; nil for ten times an epoch.
  package var collections: Int?
  /// Maximum number of stored deviations (K).
  package var deviations = 10
  /// Number of epochs over which the rate changes linearly to the constant one.
  package var annealEpochs = 0
  /// Whether to keep the moments whose mean has the lowest calibration NLL instead of the last ones.
  package var keepBest = false
  /// With `keepBest`: the snapshot, from 1, after which the moments are kept regardless of their NLL; 0 for none.
  package var forceKeepAt = 0
  /// Which snapshots enter the average.
  package var accept = Acceptance.all

  /// The defaults: a constant rate, with snapshots from the start.
  package init() {}

  /// The rule of Onal et al. 2024 (SWAG-LoRA, arXiv:2405.03425): over five epochs the rate changes from the adapter's
  /// last to a tenth of its largest; one snapshot at the end of each of seven epochs; five deviations; the moments are
  /// kept if they improve on the calibration split, and in any case at the sixth snapshot.
  ///
  /// The authors branch off after 8 of 15 epochs, in the middle of a decay, so that their rate falls; from an adapter whose
  /// rate has decayed to zero it rises.
  ///
  /// - Parameter isWithinFit: whether it is the second part of a fit, which must then have 15 epochs to be theirs.
  package static func swagLoRA(peak: Double, isWithinFit: Bool) -> SwagSettings {
    var settings = SwagSettings()
    settings.learningRate = peak / 10
    settings.from = isWithinFit ? 8.0 / 15 : nil
    (settings.epochs, settings.collections, settings.deviations, settings.annealEpochs) = (7, 7, 5, 5)
    (settings.keepBest, settings.forceKeepAt) = (true, 6)
    return settings
  }

  /// These settings with the number of snapshots for `steps` steps, of which an epoch has `stepsPerEpoch`.
  ///
  /// - Throws: `Fault` of kind `.usage` if more snapshots are requested than there are steps, or if their number is not
  ///   given and there are fewer than two steps: one snapshot has no spread.
  func fitting(_ steps: Int, stepsPerEpoch: Int) throws -> SwagSettings {
    if let collections, collections > steps {
      throw Fault(
        .usage, setting: "collections", "found \(collections), but there are only \(steps) steps",
        hint: "use fewer `collections` or more `epochs`")
    }
    guard collections != nil || steps >= 2 else {
      throw Fault(
        .usage, setting: "epochs",
        "found \(steps) steps to collect from, expected at least two: one snapshot has no spread",
        hint: "use more `epochs`")
    }
    var settings = self
    settings.collections =
      collections ?? (accept == .swad ? steps / max(1, stepsPerEpoch / 10) : min(Self.usualCollections, steps))
    return settings
  }

  /// The default number of snapshots, if there are enough steps.
  package static let usualCollections = 20

  /// Rejects invalid settings.
  ///
  /// - Throws: `Fault` of kind `.usage` with the setting's name.
  package func validate() throws {
    guard learningRate >= 0, learningRate.isFinite else {
      throw Fault(
        .usage, setting: from == nil ? "learning-rate" : "collect-rate", "found \(learningRate), expected 0 or more")
    }
    for (setting, value) in [("epochs", epochs), ("collections", collections ?? 1), ("deviations", deviations)] {
      try Fault.check(count: value, of: setting)
    }
    let most = from == nil ? epochs : 1 << 20
    guard annealEpochs >= 0, annealEpochs <= most else {
      throw Fault(.usage, setting: "anneal-epochs", "found \(annealEpochs), expected 0 to \(most)")
    }
    if let from, !(0..<1).contains(from) {
      throw Fault(.usage, setting: "collect-from", "found \(from), expected a share from 0 to below 1")
    }
    guard accept == .all || !keepBest else {
      throw Fault(
        .usage, setting: "accept",
        "found \(accept.rawValue) together with keeping the best moments, expected only one of them",
        hint: "an average that accepts snapshots by score never gets worse: its last state is the best")
    }
  }
}
