// The settings and the result of `extract-ensemble`.
import Adapters
import Faults

/// How sub-models are extracted from an adapter.
package struct ExtractionSettings: Codable, Equatable, Sendable {
  /// Number of sub-models (K).
  package var members = 5
  /// The weights of the mutual information (β) to choose from.
  package var diversities = [0.3, 1, 3]
  /// The weight of the divergence of the mean from the whole adapter (γ).
  package var fidelity = 1.0
  /// The largest learning rate of the gates' logits.
  package var learningRate = 0.1
  /// Passes over the training questions for each weight.
  package var epochs = 3
  /// The number of steps for each weight; 0 for `epochs` whole epochs.
  package var steps = 0
  /// The standard deviation of the logits before the first step.
  package var spread = 1.0
  /// Whether the trained gates of every sub-model are exchanged at random within each module: the control.
  package var isRandom = false
  /// The seed of the first logits, the order of the questions and the exchange.
  package var seed = 0

  package init() {}

  private static let largestSpread = 100.0

  /// The method that predicts with the file.
  var method: String { isRandom ? "extracted-random" : "extracted" }

  /// The schedule of the steps, as the settings of a fit whose batches are those of `fit`.
  func schedule(_ fit: AdapterSettings) -> AdapterSettings {
    var schedule = AdapterSettings()
    (schedule.learningRate, schedule.epochs, schedule.steps) = (learningRate, epochs, steps)
    schedule.batchSize = fit.batchSize
    (schedule.weightDecayA, schedule.weightDecayB, schedule.weightDecayHead) = (0, 0, 0)
    return schedule
  }

  /// Rejects invalid settings.
  ///
  /// - Throws: `Fault` of kind `.usage` with the setting's name.
  package func validate() throws {
    func require(_ condition: Bool, _ setting: String, _ message: String) throws {
      if !condition { throw Fault(.usage, setting: setting, message) }
    }
    try Fault.check(members, of: "members", in: 1...1024)
    try Fault.check(count: steps, of: "steps", atLeast: 0)
    try Fault.check(count: epochs, of: "epochs", atLeast: steps > 0 ? 0 : 1)
    try Fault.check(positive: learningRate, of: "learning-rate")
    try require(!diversities.isEmpty, "mutual-information", "found no weight, expected one or more")
    for (place, weight) in diversities.enumerated() {
      try require(weight >= 0 && weight.isFinite, "mutual-information", "found \(weight), expected 0 or more")
      try require(!diversities[..<place].contains(weight), "mutual-information", "found \(weight) twice")
    }
    try require(fidelity >= 0 && fidelity.isFinite, "fidelity", "found \(fidelity), expected 0 or more")
    try require(
      (0...Self.largestSpread).contains(spread), "spread", "found \(spread), expected 0 to \(Self.largestSpread)")
  }
}

/// The result of an extraction, as stored in the settings of its file.
package struct ExtractionOutcome: Codable, Equatable, Sendable, StoredOutcome {
  static let key = "extraction"
  /// The settings of the extraction.
  package var search: ExtractionSettings
  /// The weight of the mutual information that was chosen.
  package var diversity: Double
  /// [weight] The NLL of the trained sub-models' mixture on the calibration split, in nats; empty without a split.
  package var calibrationNLL: [Double]
}
