// The training loss of the current epoch.
import Artifacts

/// The mean loss of what the current epoch has seen so far: its examples, or the tokens of their answers.
package struct RunningEpoch: Sendable {
  /// Sum of the losses, in nats.
  private var sum = 0.0
  /// The number of examples or tokens.
  private var count = 0
  /// The bytes of the answers, where they are written; otherwise 0.
  private var bytes = 0

  package init() {}

  /// The mean loss in nats; nil before the first step.
  package var meanLoss: Double? { count == 0 ? nil : sum / Double(count) }
  /// The loss for the progress line; empty before the first step.
  package var note: String {
    guard let meanLoss else { return "" }
    return "loss " + meanLoss.formatted(3) + (lossPerByte.map { " per token, \($0.formatted(3)) per byte" } ?? "")
  }

  private var lossPerByte: Double? { bytes == 0 ? nil : sum / Double(bytes) }

  /// Adds a step on `examples` with the given mean loss.
  package mutating func add(_ meanLoss: Double, _ scorer: Scorer, examples: [Int]) {
    let units = scorer.data.lossUnits(of: examples)
    sum += meanLoss * Double(units)
    count += units
    bytes += examples.reduce(0) { $0 + scorer.data.answerBytes(of: $1) }
  }

  /// Ends the epoch: returns its loss and starts over.
  package mutating func finish() -> (mean: Double, perByte: Double?) {
    defer { self = RunningEpoch() }
    return (sum / Double(count), lossPerByte)
  }
}

extension Checkpoint {
  /// Stores the running epoch.
  package mutating func store(_ epoch: RunningEpoch) {
    integers["epochCount"] = epoch.state.count
    if epoch.state.bytes > 0 { integers["epochBytes"] = epoch.state.bytes }
    reals["epochLoss"] = [epoch.state.sum]
  }

  /// The stored running epoch.
  ///
  /// - Throws: `Fault` of kind `.data` if it is missing.
  package func runningEpoch() throws -> RunningEpoch {
    RunningEpoch(state: (try real("epochLoss"), try integer("epochCount"), integers["epochBytes"] ?? 0))
  }
}

extension RunningEpoch {
  fileprivate var state: (sum: Double, count: Int, bytes: Int) { (sum, count, bytes) }
  fileprivate init(state: (sum: Double, count: Int, bytes: Int)) { (sum, count, bytes) = state }
}
