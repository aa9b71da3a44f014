// Class weights in the network: they enter the loss, and are undone in the probabilities. A network that minimizes
// -Σ_c w_c t_c log q_c gives q_c ∝ w_c p_c, where p_c is the probability of the class, so q_c / w_c, normalised, is
// calibrated again (Saerens et al. 2002, Neural Computation 14).
import Adapters
import Artifacts
import Faults
import Foundation

extension Scorer {
  /// Subtracts log w from an example's logits (count), whose softmax is then calibrated.
  func undoClassWeights(_ logits: UnsafeMutablePointer<Float>, count: Int) {
    guard !classWeights.isEmpty else { return }
    for index in 0..<count { logits[index] -= Float(log(classWeights[index])) }
  }

  /// The same for an array of logits.
  package func undoingClassWeights(_ logits: [Float]) -> [Float] {
    var logits = logits
    logits.withUnsafeMutableBufferPointer { undoClassWeights($0.baseAddress!, count: $0.count) }
    return logits
  }

  /// The network's vector with the class weights undone in the bias of its head, for programs that know no weights.
  package func undoingClassWeights(inHeadOf vector: [Float]) -> [Float] {
    guard !classWeights.isEmpty, let bias = layout.parameters[LowRankLayout.headBias] else { return vector }
    var vector = vector
    let range = bias.offset..<bias.offset + bias.count
    vector.replaceSubrange(range, with: undoingClassWeights(Array(vector[range])))
    return vector
  }
}

extension AdapterSettings {
  /// [class] The weights of the classes of `set`; empty if all are 1.
  ///
  /// - Throws: `Fault` of kind `.configuration` if a class has no weight.
  func weights(ofClassesIn set: TokenizedSet) throws -> [Double] {
    guard let classWeights else { return [] }
    return try set.classNames.map { name in
      if let weight = classWeights[name] { return weight }
      throw Fault(
        .configuration, set.dataset, "the adapter was fitted with class weights, but none for the class \(name)",
        hint: "use data sets with the classes of the fit")
    }
  }
}
