// Estimates the memory of a fit before it starts, so that a fit that is too large fails at once and names the setting.
import Adapters
import Faults

extension Scorer {
  /// Rejects a fit whose vectors do not fit into memory.
  ///
  /// - Parameter batch: the examples of a step.
  /// - Throws: `Fault` of kind `.configuration` that names the setting which needs the most memory.
  func checkMemory(_ settings: AdapterSettings, batch: [Int]) throws {
    let members = settings.members ?? 1
    // Of the trained vector's size: itself, its gradient and AdamW's two moments; with `keepBest` also the values and
    // moments of the best epoch. Of the network's vector's size: itself, the gradient of each part of a step, their sum.
    let trained = Double(parameters.count) * (settings.keepBest ? 7 : 4)
    let network = Double(layout.networkCount) * Double(parts(of: batch, members: members).count + 2)
    let hasBases = if case .nola = settings.parametrisation { true } else { false }
    try Memory.require(
      (trained + network) * Double(members * MemoryLayout<Float>.stride),
      for: hasBases ? "bases" : members > 1 ? "members" : "batch-size",
      "\(members * parameters.count) trained parameters and the gradients of \(batch.count) examples",
      hint: "use fewer, a lower `rank`, or fewer `targets`")
  }
}
