// What `collect-swag` can be told, and the preset of the SWAG-LoRA paper's code.
import Faults

/// How the collection goes on from an adapter.
package struct SwagSettings: Codable, Equatable, Sendable {
  /// Which snapshots enter the average.
  package enum Acceptance: String, Codable, Sendable, CaseIterable {
    /// Every one: SWA and SWAG.
    case all
    /// Those with which the average is no worse on the calibration split, by its NLL or by its accuracy: ASWA.
    case nll, accuracy
  }

  /// The constant learning rate of the collection; 0 for half of the adapter's largest.
  package var learningRate = 0.0
  /// Passes over the training examples.
  package var epochs = 2
  /// Snapshots, evenly spaced over the collection (n); nil for 20, or one after each step where there are fewer steps.
  package var collections: Int?
  /// Deviations to hold (K).
  package var deviations = 10
  /// Epochs over which the rate moves linearly from the adapter's last to the constant one.
  package var annealEpochs = 0
  /// Keep the moments whose mean has the lowest calibration NLL instead of the last ones.
  package var keepBest = false
  /// With `keepBest`: the collection that is kept whatever its NLL, counted from 1; 0 for none.
  package var forceKeepAt = 0
  /// Which snapshots enter the average.
  package var accept = Acceptance.all

  /// The defaults: a constant rate, snapshots all along.
  package init() {}

  /// The rule of Onal et al. 2024 (SWAG-LoRA, arXiv:2405.03425): within five epochs the rate goes from the adapter's last
  /// to a tenth of its largest, one snapshot at each of seven epochs' ends, five deviations; the moments are kept where
  /// they improve on the calibration split, and in any case at the sixth collection.
  ///
  /// The authors branch off in the middle of a decay, from where the rate falls; from an adapter whose rate has decayed to
  /// zero it rises.
  package static func swagLoRA(peak: Double) -> SwagSettings {
    var settings = SwagSettings()
    settings.learningRate = peak / 10
    (settings.epochs, settings.collections, settings.deviations, settings.annealEpochs) = (7, 7, 5, 5)
    (settings.keepBest, settings.forceKeepAt) = (true, 6)
    return settings
  }

  /// These settings with a number of snapshots that `steps` steps can give.
  ///
  /// - Throws: `Fault` of kind `.usage` where more snapshots are asked for than there are steps, or where there are none
  ///   asked for and less than two steps: one snapshot has no spread.
  func fitting(_ steps: Int) throws -> SwagSettings {
    if let collections, collections > steps {
      throw Fault(
        .usage, setting: "collections", "found \(collections), but there are only \(steps) steps",
        hint: "use fewer `collections` or more `epochs`")
    }
    guard collections != nil || steps >= 2 else {
      throw Fault(
        .usage, setting: "epochs",
        "found \(epochs), which is one step, expected two at least: one snapshot has no spread",
        hint: "use more `epochs`")
    }
    var settings = self
    settings.collections = collections ?? min(Self.usualCollections, steps)
    return settings
  }

  /// Snapshots where nobody says and there are steps enough.
  package static let usualCollections = 20

  /// Refuses what cannot be collected.
  ///
  /// - Throws: `Fault` of kind `.usage` with the setting's name.
  package func validate() throws {
    guard learningRate >= 0, learningRate.isFinite else {
      throw Fault(.usage, setting: "learning-rate", "found \(learningRate), expected 0 or more")
    }
    for (setting, value) in [("epochs", epochs), ("collections", collections ?? 1), ("deviations", deviations)] {
      try Fault.check(count: value, of: setting)
    }
    guard annealEpochs >= 0, annealEpochs <= epochs else {
      throw Fault(.usage, setting: "anneal-epochs", "found \(annealEpochs), expected 0 to \(epochs)")
    }
    guard accept == .all || !keepBest else {
      throw Fault(
        .usage, setting: "accept",
        "found \(accept.rawValue) together with keeping the best moments, expected one of the two",
        hint: "an average that accepts by its score never gets worse: the last one is the best")
    }
  }
}
