// Probabilities under other class shares than those of training: known ones by Bayes' rule, unknown ones estimated from
// the forecasts for new rows. Both assume that each class looks as it did (label shift); only how frequent it is changes.
import Foundation

extension Mixture {
  /// [class] The mean probability of each class. All rows must have all classes.
  package var meanProbabilities: [Double] {
    var means = [Double](repeating: 0, count: choices)
    for (index, probability) in probabilities.enumerated() { means[index % choices] += probability / Double(count) }
    return means
  }

  /// p(class | x) weight(class), normalised again: [class] `weights`. All rows must have all classes.
  package func weighted(_ weights: [Double]) -> Mixture {
    precondition(weights.count == choices && weights.allSatisfy { $0 >= 0 && $0.isFinite }, "weights \(weights)")
    // A class without a share is impossible, but a logarithm of zero has no place in a softmax.
    let logWeights = weights.map { log(max($0, .leastNormalMagnitude)) }
    return mappingLogits { logit, choice in logit + logWeights[choice] }
  }
}

/// A correction from the class shares of training to those of new rows.
package struct ShareCorrection: Equatable, Sendable {
  /// [class] The shares that the forecasts assume.
  package let source: [Double]
  /// [class] The shares among the new rows.
  package let target: [Double]

  /// A correction between known shares, each above 0 (Elkan 2001, theorem 2; Saerens, Latinne and Decaestecker 2002,
  /// eq. 2.4).
  package init(from source: [Double], to target: [Double]) {
    precondition(source.count == target.count && source.allSatisfy { $0 > 0 }, "shares \(source), \(target)")
    (self.source, self.target) = (source, target)
  }

  /// [class] What the probabilities are multiplied by before they are normalised again.
  package var weights: [Double] { zip(target, source).map { $0 / $1 } }
}

/// Class shares estimated from forecasts without labels.
package struct EstimatedShares: Equatable, Sendable {
  /// [class] The shares; they sum to 1.
  package let shares: [Double]
  /// Whether the iteration came to rest: if not, the shares are not an estimate.
  package let hasConverged: Bool

  /// The largest change of a share at which the iteration ends, and the most steps.
  private static let (tolerance, limit) = (1e-7, 2000)

  /// The shares with the highest likelihood of `new`, by EM (Saerens, Latinne and Decaestecker 2002, eq. 2.9).
  ///
  /// A temperature alone can leave a bias in the mean probability of a class. EM takes such a bias for a shift of the
  /// shares and carries it on, with each step, to a corner (Alexandari, Kundaje and Shrikumar 2020, arXiv:1901.06852).
  /// So the source shares must be what the forecasts themselves say of rows of training's kind:
  ///
  /// - Parameters:
  ///   - new: forecasts for new rows, corrected by `ClassBias` and otherwise as they came.
  ///   - source: `meanProbabilities` of labelled rows of training's kind, under the same correction. On those rows
  ///     themselves EM then returns exactly these shares.
  package init(of new: Mixture, source: [Double]) {
    precondition(source.count == new.choices && source.allSatisfy { $0 > 0 }, "source shares \(source)")
    var shares = source
    var change = Double.infinity
    for _ in 0..<Self.limit where change > Self.tolerance {
      let weights = zip(shares, source).map { $0 / $1 }
      var next = [Double](repeating: 0, count: shares.count)
      for row in 0..<new.count {
        let start = row * new.choices
        let mass = weights.indices.reduce(0) { $0 + weights[$1] * new.probabilities[start + $1] }
        for index in weights.indices { next[index] += weights[index] * new.probabilities[start + index] / mass }
      }
      next = next.map { $0 / Double(max(1, new.count)) }
      change = zip(next, shares).reduce(0) { max($0, abs($1.0 - $1.1)) }
      shares = next
    }
    (self.shares, hasConverged) = (shares, change <= Self.tolerance)
  }
}

/// Weights of the classes under which the mean probability of each is its share among labelled rows.
///
/// With a temperature this is bias-corrected temperature scaling (Alexandari et al. 2020, BCTS): the zero of the
/// likelihood's slope in the biases, found by iterative scaling. The temperature itself is not fitted again.
package struct ClassBias: Equatable, Sendable {
  /// [class] What the probabilities are multiplied by before they are normalised again.
  package let weights: [Double]

  /// The weights for `outcomes`: rows that chose the temperature may choose them too, but test rows may not.
  ///
  /// A class counts half a row more than it has, so that a class without a row keeps a share.
  package init(_ outcomes: Outcomes) {
    let classes = outcomes.mixture.choices
    var shares = [Double](repeating: 0.5, count: classes)
    for label in outcomes.labels { shares[label] += 1 }
    let total = shares.reduce(0, +)
    shares = shares.map { $0 / total }
    var weights = [Double](repeating: 1, count: classes)
    for _ in 0..<(outcomes.count == 0 ? 0 : 200) {
      let means = outcomes.mixture.weighted(weights).meanProbabilities
      weights = weights.indices.map { weights[$0] * shares[$0] / max(means[$0], .leastNormalMagnitude) }
      let gap = zip(means, shares).reduce(0) { max($0, abs($1.0 - $1.1)) }
      if gap < 1e-9 { break }
    }
    self.weights = weights
  }
}
