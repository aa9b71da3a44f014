// The loss by which the sub-models of one adapter are extracted from it. The idea that a large model is implicitly an
// ensemble, whose members can be extracted, is that of Kirsch 2024 (arXiv:2409.02628); this loss is our own.
//
// Letters: p_k is the distribution of sub-model k of K, m their mean, f that of the whole adapter, q the label's.
// CE = -1/K Σ_k Σ_c q_c log p_kc, KL = Σ_c f_c log(f_c / m_c), MI = H(m) - 1/K Σ_k H(p_k) = 1/K Σ_k Σ_c p_kc log(p_kc / m_c).
import Calibration
import Foundation

/// CE + γ KL of a labelled question, and -β MI of an unlabelled one.
package struct SubmodelLoss: Equatable, Sendable {
  /// What is known of a labelled question.
  package struct Label: Sendable {
    /// The weight of its CE + γ KL.
    package var weight: Double
    /// [choice] q
    package var shares: [Double]
    /// [choice] log f
    package var whole: [Double]

    package init(weight: Double, shares: [Double], whole: [Double]) {
      (self.weight, self.shares, self.whole) = (weight, shares, whole)
    }
  }

  /// γ
  package var fidelity: Double
  /// β
  package var diversity: Double

  package init(fidelity: Double, diversity: Double) { (self.fidelity, self.diversity) = (fidelity, diversity) }

  /// The loss, and its derivatives by the logits of all sub-models.
  ///
  /// - Parameters:
  ///   - logarithms: [member][choice] log p.
  ///   - label: nil without CE and KL.
  ///   - unlabelledWeight: the weight of -β MI.
  package func callAsFunction(
    _ logarithms: [[Double]], label: Label?, unlabelledWeight: Double
  ) -> (value: Double, gradients: [[Double]]) {
    let (members, mean) = (Double(logarithms.count), logMeanExp(logarithms))
    let reward = unlabelledWeight * diversity
    var value = -reward * Self.mutualInformation(logarithms)
    if let label { value += label.weight * self.value(logarithms, mean, label) }
    let gradients = logarithms.map { own -> [Double] in
      let probabilities = own.map { exp($0) }
      // d loss / d p, where the terms of MI and KL that are the same for all choices cancel in the logits' gradient.
      let slopes = own.indices.map { choice -> Double in
        let diversity = probabilities[choice] > 0 ? own[choice] - mean[choice] : 0
        let kept = label.map { $0.weight * fidelity * exp($0.whole[choice] - mean[choice]) } ?? 0
        return -(reward * diversity + kept) / members
      }
      let center = zip(probabilities, slopes).reduce(0) { $0 + $1.0 * $1.1 }
      let total = label?.shares.reduce(0, +) ?? 0
      return own.indices.map { choice in
        let error = label.map { $0.weight / members * (probabilities[choice] * total - $0.shares[choice]) } ?? 0
        return error + probabilities[choice] * (slopes[choice] - center)
      }
    }
    return (value, gradients)
  }

  /// CE + γ KL
  private func value(_ logarithms: [[Double]], _ mean: [Double], _ label: Label) -> Double {
    let entropies = logarithms.map { own in zip(label.shares, own).reduce(0) { $1.0 > 0 ? $0 - $1.0 * $1.1 : $0 } }
    let divergence = zip(label.whole, mean).reduce(0) { $0 + exp($1.0) * ($1.0 - $1.1) }
    return entropies.reduce(0, +) / Double(logarithms.count) + fidelity * divergence
  }

  /// MI of sub-models with these log-probabilities [member][choice], in nats.
  package static func mutualInformation(_ logarithms: [[Double]]) -> Double {
    let mean = logMeanExp(logarithms)
    return logarithms.reduce(0) { sum, own in
      sum + zip(own, mean).reduce(0) { $1.0 > -.infinity ? $0 + exp($1.0) * ($1.0 - $1.1) : $0 }
    } / Double(logarithms.count)
  }
}
