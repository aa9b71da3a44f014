// The settings of a router's training.
import Adapters
import Faults

/// How a router is trained.
package struct RouterSettings: Codable, Equatable, Sendable {
  /// The seed of its initial values, of the order of the examples and of the missing adapters.
  package var seed = 0
  /// The probability that an adapter is missing from the library when a training example is answered, so that the router
  /// also learns to answer by adapters of other tasks.
  package var missing = 0.5
  /// The largest learning rate. Scores begin at zero and grow slowly, so it is larger than that of an adapter's fit.
  package var learningRate = 1e-2
  /// Passes over the training examples.
  package var epochs = 6
  /// Examples in a step.
  package var batchSize = 8

  package init() {}

  /// These settings as those of an adapter's fit, with the same schedule and weight decay.
  var fit: AdapterSettings {
    var fit = AdapterSettings()
    (fit.learningRate, fit.epochs, fit.batchSize) = (learningRate, epochs, batchSize)
    return fit
  }

  /// Rejects settings that cannot be trained.
  ///
  /// - Throws: `Fault` of kind `.usage` with the setting's name.
  func validate() throws {
    try fit.validate()
    guard (0..<1).contains(missing) else {
      throw Fault(.usage, setting: "missing", "found \(missing), expected a number from 0 to below 1")
    }
  }
}
