// One distribution over the choices of a question, in Double: from logits, and the mean of several.
import Foundation

/// The softmax of logits and its logarithm, with the maximum subtracted first, so that no logit overflows.
package func softmax(_ logits: [Double]) -> (probabilities: [Double], logarithms: [Double]) {
  let maximum = logits.max() ?? 0
  let shares = logits.map { exp($0 - maximum) }
  let sum = shares.reduce(0, +)
  let logSum = log(sum)
  // A quotient, not exp(log p): equal logits give exactly 1/C, which may be the edge of a bin.
  return (shares.map { $0 / sum }, logits.map { $0 - maximum - logSum })
}

/// The log softmax. Kept separate so that a softmax is taken exactly once.
package func logSoftmax(_ logits: [Double]) -> [Double] { softmax(logits).logarithms }

/// The logarithm of the mean of distributions given as logarithms: [leaf][choice] to [choice].
///
/// - Parameter shares: [leaf] What the leaves count, relative to each other; nil for the same.
package func logMeanExp(_ leaves: [[Double]], shares: [Double]? = nil) -> [Double] {
  leaves[0].indices.map { choice in
    let maximum = leaves.reduce(-Double.infinity) { max($0, $1[choice]) }
    guard maximum > -.infinity else { return maximum }
    if let shares {
      let sum = zip(leaves, shares).reduce(0) { $0 + $1.1 * exp($1.0[choice] - maximum) }
      return maximum + log(sum / shares.reduce(0, +))
    }
    let sum = leaves.reduce(0) { $0 + exp($1[choice] - maximum) }
    return maximum + log(sum / Double(leaves.count))
  }
}

/// The mean of the logarithms of distributions, normalised (their logarithmic pool): [leaf][choice] to [choice].
package func logGeometricMean(_ leaves: [[Double]]) -> [Double] {
  logSoftmax(leaves[0].indices.map { choice in leaves.reduce(0) { $0 + $1[choice] } / Double(leaves.count) })
}

/// -sum p log p in nats of normalised log-probabilities; 0 log 0 is 0.
package func entropy(_ logProbabilities: [Double]) -> Double {
  max(0, logProbabilities.reduce(0) { $1 == -.infinity ? $0 : $0 - exp($1) * $1 })
}

/// The index of the largest value; the lowest index wins ties.
package func firstMaximum(_ values: some RandomAccessCollection<Double>) -> Int {
  let best = values.indices.dropFirst().reduce(values.startIndex) { values[$1] > values[$0] ? $1 : $0 }
  return values.distance(from: values.startIndex, to: best)
}
