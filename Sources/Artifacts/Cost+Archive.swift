// The file layout of a result's cost and of a training history.

extension Cost {
  mutating func exchange(with archive: some Archive) throws {
    try archive.integer("trainable_parameters", &trainableParameters)
    try archive.integer("forward_passes", &forwardPasses)
    // Files of versions that did not count them lack both.
    if try archive.has("training_steps", trainingSteps > 0) {
      try archive.integer("training_steps", &trainingSteps)
      try archive.integer("training_tokens", &trainingTokens)
    }
    try archive.measurement("training_seconds", &trainingSeconds)
    try archive.measurement("prediction_seconds", &predictionSeconds)
    try archive.measurement("peak_memory_bytes", &peakMemory)
  }
}

/// Columns that a history may lack: their names, and whether a history without epochs has them.
private let optionalColumns: [(name: String, longName: String, units: String, isUsual: Bool)] = [
  ("calibration_accuracy", "accuracy on the calibration split", "1", true),
  ("calibration_ece", "expected calibration error on the calibration split, 15 right-closed bins", "1", true),
  ("training_loss_per_byte", "the training loss per byte of the answers", "nats", false),
  ("calibration_nll_per_byte", "the calibration NLL per byte of the answers", "nats", false),
]

extension Adapter.Epoch {
  /// [column] The values of `optionalColumns`.
  fileprivate var optionalValues: [Double?] {
    get { [calibrationAccuracy, calibrationECE, trainingLossPerByte, calibrationNLLPerByte] }
    set {
      (calibrationAccuracy, calibrationECE) = (newValue[0], newValue[1])
      (trainingLossPerByte, calibrationNLLPerByte) = (newValue[2], newValue[3])
    }
  }
}

extension [Adapter.Epoch] {
  mutating func exchange(with archive: some Archive) throws {
    try archive.group("history")
    var (epochs, steps) = (map(\.epoch), map(\.step))
    let axis = [Axis("epoch")]
    try archive.numbers("history/epoch", &epochs, axis, "number of the epoch, from 1")
    try archive.numbers("history/step", &steps, [Axis("epoch", epochs.count)], "optimizer steps taken so far")
    var columns = [map(\.learningRate), map(\.trainingLoss), map(\.calibrationNLL)]
    let names = [
      ("learning_rate", "learning rate of the epoch's last step", ""),
      ("training_loss", "mean cross-entropy over the epoch's training examples", "nats"),
      ("calibration_nll", "mean negative log-likelihood on the calibration split", "nats"),
    ]
    for (index, (name, longName, units)) in names.enumerated() {
      try archive.numbers(
        "history/\(name)", &columns[index], [Axis("epoch", epochs.count)], longName, units: units)
    }
    let optional = map(\.optionalValues)
    self = epochs.indices.map {
      Adapter.Epoch(
        epoch: epochs[$0], step: steps[$0], learningRate: columns[0][$0], trainingLoss: columns[1][$0],
        calibrationNLL: columns[2][$0])
    }
    for (index, column) in optionalColumns.enumerated() {
      var values = optional.compactMap { $0[index] }
      let isPresent = values.count == count && (column.isUsual || !isEmpty)
      guard try archive.has("history/\(column.name)", isPresent) else { continue }
      try archive.numbers(
        "history/\(column.name)", &values, [Axis("epoch", count)], column.longName, units: column.units)
      for epoch in indices { self[epoch].optionalValues[index] = values[epoch] }
    }
  }

  func validate() throws {
    for line in self {
      let perByte = [line.trainingLossPerByte, line.calibrationNLLPerByte].compactMap(\.self)
      let numbers = [line.learningRate, line.trainingLoss, line.calibrationNLL] + perByte
      try require(numbers.allSatisfy(\.isFinite), "epoch \(line.epoch) of the history has values that are not finite")
      let shares = [line.calibrationAccuracy, line.calibrationECE].compactMap(\.self)
      try require(
        shares.allSatisfy { (0...1).contains($0) },
        "epoch \(line.epoch) of the history has an accuracy or an ECE outside 0 to 1")
    }
  }
}
