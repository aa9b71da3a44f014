// The parts of a training run in a checkpoint. All readers throw `Fault` of kind `.data` if a part is missing, or
// has another number of values.
import Artifacts
import Faults

extension Checkpoint {
  /// Stores the trained vector, its mask and AdamW's state.
  package mutating func store(_ optimization: Optimization) {
    integers["step"] = optimization.state.step
    vectors["values"] = optimization.values
    vectors["firstMoment"] = optimization.state.firstMoment
    vectors["secondMoment"] = optimization.state.secondMoment
    vectors["births"] = optimization.mask?.births
  }

  /// Restores the trained vector, its mask and AdamW's state.
  package func load(into optimization: inout Optimization) throws {
    optimization.values = try vector("values")
    optimization.state = .init(
      step: try integer("step"), firstMoment: try vector("firstMoment"), secondMoment: try vector("secondMoment"))
    if optimization.mask != nil {
      optimization.mask?.births = try vector("births", count: optimization.values.count)
    }
  }

  /// Stores the epochs so far, nine numbers each; those that an epoch lacks as NaN.
  package mutating func store(_ history: [Adapter.Epoch]) {
    reals["history"] = history.flatMap {
      [Double($0.epoch), Double($0.step), $0.learningRate, $0.trainingLoss, $0.calibrationNLL]
        + [$0.calibrationAccuracy, $0.calibrationECE, $0.trainingLossPerByte, $0.calibrationNLLPerByte]
        .map { $0 ?? .nan }
    }
  }

  /// The stored epochs.
  package func history() throws -> [Adapter.Epoch] {
    let numbers = try reals("history")
    return stride(from: 0, to: numbers.count, by: 9).map { row in
      let optional = numbers[row + 5..<row + 9].map { $0.isNaN ? nil : $0 }
      var epoch = Adapter.Epoch(
        epoch: Int(numbers[row]), step: Int(numbers[row + 1]), learningRate: numbers[row + 2],
        trainingLoss: numbers[row + 3], calibrationNLL: numbers[row + 4], calibrationAccuracy: optional[0],
        calibrationECE: optional[1])
      (epoch.trainingLossPerByte, epoch.calibrationNLLPerByte) = (optional[2], optional[3])
      return epoch
    }
  }

  /// The integer called `name`, which must exist.
  package func integer(_ name: String) throws -> Int { try present(integers[name], name) }
  /// The first of the reals called `name`, which must exist.
  package func real(_ name: String) throws -> Double { try present(reals(name).first, name) }
  /// The reals called `name`, which must exist.
  package func reals(_ name: String) throws -> [Double] { try present(reals[name], name) }
  /// The `count` reals called `name`.
  package func reals(_ name: String, count: Int) throws -> [Double] { try counted(reals(name), name, count) }
  /// The vector called `name`, which must exist.
  package func vector(_ name: String) throws -> [Float] { try present(vectors[name], name) }

  /// The vector called `name`, of `count` numbers.
  package func vector(_ name: String, count: Int) throws -> [Float] { try counted(vector(name), name, count) }

  private func counted<Number>(_ numbers: [Number], _ name: String, _ count: Int) throws -> [Number] {
    guard numbers.count == count else {
      throw Fault(
        .data, "checkpoint", "its \(name) has \(numbers.count) numbers, expected \(count)",
        hint: "remove the checkpoint to start over")
    }
    return numbers
  }

  private func present<Value>(_ value: Value?, _ name: String) throws -> Value {
    guard let value else {
      throw Fault(.data, "checkpoint", "it lacks \(name)", hint: "remove the checkpoint to start over")
    }
    return value
  }
}
