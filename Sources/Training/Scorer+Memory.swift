// What a fit will take, before it takes it.
import Adapters
import Faults

extension Scorer {
  /// Refuses a fit whose vectors do not fit into memory.
  ///
  /// - Parameter batch: the examples of a step.
  /// - Throws: `Fault` of kind `.configuration` that names the setting which asks for the most.
  func checkMemory(_ settings: AdapterSettings, batch: [Int]) throws {
    let members = settings.members ?? 1
    // The trained vector with its gradient and AdamW's moments, and the best epoch's; of the network's vector itself, the
    // gradient of each part of a step and their sum.
    let trained = Double(parameters.count) * (settings.keepBest ? 7 : 4)
    let network = Double(layout.networkCount) * Double(parts(of: batch, members: members).count + 2)
    let isOfCoefficients = if case .nola = settings.parametrisation { true } else { false }
    try Memory.require(
      (trained + network) * Double(members * MemoryLayout<Float>.stride),
      for: isOfCoefficients ? "bases" : members > 1 ? "members" : "batch-size",
      "\(members * parameters.count) trained numbers and the gradients of \(batch.count) examples",
      hint: "use fewer, a lower `rank`, or fewer `targets`")
  }
}
