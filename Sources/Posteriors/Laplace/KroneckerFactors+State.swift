// Kronecker factors in a checkpoint.

extension KroneckerFactors {
  /// The complete state, exactly, by name.
  var state: [String: [Double]] {
    var state = ["total": [logLikelihood, Double(examples)]]
    for index in blocks.indices {
      state["outputs\(index)"] = outputs[index].state
      state["inputs\(index)"] = inputs[index].state
    }
    return state
  }

  /// Resumes from a state.
  mutating func restore(_ state: (String) throws -> [Double]) throws {
    let total = try state("total")
    (logLikelihood, examples) = (total[0], Int(total[1]))
    for index in blocks.indices {
      try outputs[index].restore(state("outputs\(index)"))
      try inputs[index].restore(state("inputs\(index)"))
    }
  }
}
