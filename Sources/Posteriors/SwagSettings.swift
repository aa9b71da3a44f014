// What `collect-swag` can be told, and the preset of the SWAG-LoRA paper's code.
import Faults

/// How the collection goes on from an adapter.
public struct SwagSettings: Codable, Equatable, Sendable {
  /// The constant learning rate of the collection; 0 for half of the adapter's largest.
  public var learningRate = 0.0
  /// Passes over the training examples.
  public var epochs = 2
  /// Snapshots, evenly spaced over the collection (n).
  public var collections = 20
  /// Deviations to hold (K).
  public var deviations = 10
  /// Epochs over which the rate moves linearly from the adapter's last to the constant one.
  public var annealEpochs = 0
  /// Keep the moments whose mean has the lowest calibration NLL instead of the last ones.
  public var keepBest = false
  /// With `keepBest`: the collection that is kept whatever its NLL, counted from 1; 0 for none.
  public var forceKeepAt = 0

  /// The defaults: a constant rate, snapshots all along.
  public init() {}

  /// The rule of Onal et al. 2024 (SWAG-LoRA, arXiv:2405.03425): the rate falls to a tenth within five epochs, one
  /// snapshot at each of seven epochs' ends, five deviations; the moments are kept where they improve on the calibration
  /// split, and in any case at the sixth collection.
  public static func swagLoRA(peak: Double) -> SwagSettings {
    var settings = SwagSettings()
    settings.learningRate = peak / 10
    (settings.epochs, settings.collections, settings.deviations, settings.annealEpochs) = (7, 7, 5, 5)
    (settings.keepBest, settings.forceKeepAt) = (true, 6)
    return settings
  }

  /// Refuses what cannot be collected.
  ///
  /// - Throws: `Fault` of kind `.usage` with the flag's name.
  public func validate() throws {
    guard learningRate >= 0, learningRate.isFinite else {
      throw Fault(.usage, "--learning-rate", "found \(learningRate), expected 0 or more")
    }
    for (flag, value) in [("--epochs", epochs), ("--collections", collections), ("--deviations", deviations)] {
      guard value >= 1 else { throw Fault(.usage, flag, "found \(value), expected 1 or more") }
    }
    guard annealEpochs >= 0, annealEpochs <= epochs else {
      throw Fault(.usage, "--anneal-epochs", "found \(annealEpochs), expected 0 to \(epochs)")
    }
  }
}
