// Probabilities of one example's logits, in Double.
import Foundation

/// softmax in Double.
func probabilities(_ logits: [Float]) -> [Double] {
  let top = Double(logits.max() ?? 0)
  let shares = logits.map { exp(Double($0) - top) }
  let sum = shares.reduce(0, +)
  return shares.map { $0 / sum }
}

/// log p(label) of logits: a softmax is taken once, and not of what is one already.
func logProbability(_ logits: [Float], of label: Int) -> Double {
  let top = Double(logits.max() ?? 0)
  return Double(logits[label]) - top - log(logits.reduce(0) { $0 + exp(Double($1) - top) })
}
