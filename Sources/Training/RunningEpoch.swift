// The training loss of the current epoch.
import Artifacts

/// The mean loss of the examples that the current epoch has seen so far.
package struct RunningEpoch: Sendable {
  /// Sum of the losses, in nats.
  private var sum = 0.0
  /// The number of examples.
  private var count = 0

  package init() {}

  /// The mean loss in nats; nil before the first step.
  package var meanLoss: Double? { count == 0 ? nil : sum / Double(count) }
  /// The mean loss for the progress line; empty before the first step.
  package var note: String { meanLoss.map { "loss " + $0.formatted(3) } ?? "" }

  /// Adds a step with the given mean loss and number of examples.
  package mutating func add(_ meanLoss: Double, examples: Int) {
    sum += meanLoss * Double(examples)
    count += examples
  }

  /// Ends the epoch: returns its mean loss and starts over.
  package mutating func finish() -> Double {
    defer { self = RunningEpoch() }
    return sum / Double(count)
  }
}

extension Checkpoint {
  /// Stores the running epoch.
  package mutating func store(_ epoch: RunningEpoch) {
    integers["epochCount"] = epoch.state.count
    reals["epochLoss"] = [epoch.state.sum]
  }

  /// The stored running epoch.
  ///
  /// - Throws: `Fault` of kind `.data` if it is missing.
  package func runningEpoch() throws -> RunningEpoch {
    RunningEpoch(state: (try real("epochLoss"), try integer("epochCount")))
  }
}

extension RunningEpoch {
  fileprivate var state: (sum: Double, count: Int) { (sum, count) }
  fileprivate init(state: (sum: Double, count: Int)) { (sum, count) = state }
}
