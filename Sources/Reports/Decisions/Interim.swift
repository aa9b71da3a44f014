import Calibration
import Foundation

func binomialUpper(_ errors: Int, _ n: Int, _ delta: Double) -> Double {
  if errors >= n { return 1 }
  var (low, high) = (0.0, 1.0)
  for _ in 0..<60 {
    let p = (low + high) / 2
    var term = pow(1 - p, Double(n)), sum = 0.0
    for k in 0...errors {
      sum += term
      term *= Double(n - k) / Double(k + 1) * p / (1 - p)
    }
    if sum > delta { low = p } else { high = p }
  }
  return high
}

func riskThreshold(confidences: [Double], correct: [Double], risk: Double, delta: Double) -> Double? {
  let order = confidences.indices.sorted { confidences[$0] > confidences[$1] }
  var best: Double?
  var errors = 0
  for (rank, index) in order.enumerated() {
    errors += correct[index] == 1 ? 0 : 1
    if rank + 1 < order.count, confidences[order[rank + 1]] == confidences[index] { continue }
    if binomialUpper(errors, rank + 1, delta) <= risk { best = confidences[index] }
  }
  return best
}

func lacThreshold(_ test: Outcomes, coverage: Double) -> Double? {
  let scores = test.labels.enumerated().map {
    test.mixture.probabilities[$0.offset * test.mixture.choices + $0.element]
  }
  .sorted(by: >)
  let rank = Int((Double(scores.count + 1) * coverage).rounded(.up))
  return rank <= scores.count ? scores[rank - 1] : nil
}

extension Mixture {
  func weighted(_ weights: [Double]) -> Mixture {
    Mixture(
      logits: logProbabilities.enumerated().map { Float($1 + log(weights[$0 % choices])) }, choices: choices,
      choiceCounts: choiceCounts)
  }
}

func estimatedShares(_ mixture: Mixture, source: [Double]) -> [Double] {
  var shares = source
  for _ in 0..<1000 {
    var next = [Double](repeating: 0, count: source.count)
    for row in 0..<mixture.count {
      let weighted = mixture.row(row).enumerated().map { mixture.probabilities[$1] * shares[$0] / source[$0] }
      let sum = weighted.reduce(0, +)
      for index in weighted.indices { next[index] += weighted[index] / sum / Double(mixture.count) }
    }
    let change = zip(next, shares).reduce(0) { max($0, abs($1.0 - $1.1)) }
    shares = next
    if change < 1e-9 { break }
  }
  return shares
}
