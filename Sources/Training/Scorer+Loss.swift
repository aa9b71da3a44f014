// The loss of one example. With one right choice it is -Σ_c q_c log p_c: the target q_c is the class's share of the
// example's votes, or 1 for its label, times the weight of the class. With labels that apply or not, it is the sum of the
// labels' binary cross-entropies, which is the negative logarithm of their joint probability. With an answer that is
// written, it is the negative log-probability of all its tokens. A fit may have another loss (`TrainingLoss`).
import Adapters
import Arrays
import Artifacts

extension Scorer {
  /// [choice] The targets q of a labelled example.
  package func lossTargets(of example: Int) -> [Double] {
    var targets = [Double](repeating: 0, count: data.choiceCount(example))
    if data.targets.isEmpty {
      targets[Int(data.labels[example])] = 1
    } else {
      for (index, share) in data.targets(of: example).enumerated() { targets[index] = Double(share) }
    }
    guard !classWeights.isEmpty else { return targets }
    return zip(targets, classWeights).map { $0 * $1 }
  }

  /// The loss of an example. Overwrites its logits (count) with `weight` times the loss's gradient.
  func lossGradient(
    _ logits: UnsafeMutablePointer<Float>, count: Int, of example: Int, weight: Float
  ) -> Double {
    if data.scoring == .answers {
      let loss = -Double(logits[0])
      logits[0] = -weight
      return loss
    }
    if data.scoring == .labels {
      return sigmoidCrossEntropyGradient(logits, targets: data.targets(of: example), weight: weight)
    }
    if case .smoothed(let share) = loss {
      return crossEntropyGradient(logits, targets: smoothed(lossTargets(of: example), share), weight: weight)
    }
    guard data.targets.isEmpty else {
      return crossEntropyGradient(logits, targets: lossTargets(of: example), weight: weight)
    }
    let label = Int(data.labels[example])
    let own = classWeights.isEmpty ? 1 : classWeights[label]
    if case .focal(let focus) = loss {
      return own * focalGradient(logits, count: count, label: label, focus: focus, weight: weight * Float(own))
    }
    return own * crossEntropyGradient(logits, count: count, label: label, weight: weight * Float(own))
  }
}

/// Targets whose share ε is divided among the other choices; their sum stays as it is.
private func smoothed(_ targets: [Double], _ share: Double) -> [Double] {
  let sum = targets.reduce(0, +)
  guard targets.count > 1 else { return targets }
  return targets.map { (1 - share) * $0 + share * (sum - $0) / Double(targets.count - 1) }
}
