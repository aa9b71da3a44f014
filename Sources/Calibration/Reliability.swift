// CORP: reliability without bins (Dimitriadis et al. 2021, arXiv:2008.03033). The accuracy at each confidence is an
// isotonic regression, and a score S is split exactly: S = miscalibration - discrimination + uncertainty.
import Arrays

/// A part of the squared error of the confidence, mean (correct - confidence)².
package struct ReliabilityPart: Statistic {
  package enum Part: Sendable {
    /// S - S(isotonic): what a perfect recalibration of the same examples would take away.
    case miscalibration
    /// S(accuracy) - S(isotonic): what the confidence knows beyond the overall accuracy.
    case discrimination
  }

  private let part: Part
  private let confidences: [Double]
  private let correct: [Double]
  private let ranks: RankOrder

  /// From the confidences of `outcomes`.
  package init(_ outcomes: Outcomes, _ part: Part) {
    self.init(confidences: outcomes.confidences, correct: outcomes.correct, part)
  }

  /// From confidences; `correct` is 1 for a right answer and 0 for a wrong one.
  package init(confidences: [Double], correct: [Double], _ part: Part) {
    precondition(confidences.count == correct.count, "\(confidences.count) confidences, \(correct.count) outcomes")
    (self.confidences, self.correct, self.part) = (confidences, correct, part)
    ranks = RankOrder(descending: confidences)
  }

  /// The number of examples.
  package var count: Int { confidences.count }
  /// None: the regression follows the noise, so that both parts are too large, and more so on resamples.
  package var intervalRule: IntervalRule { .none }

  /// The part of the weighted examples; complexity O(count).
  package func score(weights: [Double]) -> Score {
    let fit = IsotonicFit(ranks, confidences, correct, weights: weights)
    let total = weights.reduce(0, +)
    // The mean of (correct - v)² within a step is v (1 - v).
    let isotonic = fit.steps.reduce(0) { $0 + $1.mass * $1.value * (1 - $1.value) } / total
    switch part {
    case .miscalibration:
      let own = correct.indices.reduce(0) { sum, example in
        let residual = correct[example] - confidences[example]
        return sum + weights[example] * residual * residual
      }
      return .value(own / total - isotonic)
    case .discrimination:
      let accuracy = fit.steps.reduce(0) { $0 + $1.mass * $1.value } / total
      return .value(accuracy * (1 - accuracy) - isotonic)
    }
  }
}

/// The CORP reliability curve, and where it would be by chance.
package struct ReliabilityCurve: Sendable {
  /// What curves of perfectly calibrated methods show at one confidence.
  package struct Band: Equatable, Sendable {
    package let confidence: Double
    /// The 2.5 % and the 97.5 % quantile over labels that are drawn with the confidences (Bröcker and Smith 2007).
    package let interval: ClosedRange<Double>
  }

  /// The accuracy at each confidence.
  package let fit: IsotonicFit
  /// At some of the confidences, in ascending order.
  package let band: [Band]

  /// The curve of `outcomes`, with a band from `draws` sets of labels.
  package init(_ outcomes: Outcomes, draws: Int, seed: UInt64) {
    let confidences = outcomes.confidences
    let ranks = RankOrder(descending: confidences)
    let weights = [Double](repeating: 1, count: confidences.count)
    fit = IsotonicFit(ranks, confidences, outcomes.correct, weights: weights)
    let distinct = ranks.blocks.dropLast().reversed().map { confidences[ranks.order[$0]] }
    let step = max(1, (distinct.count + Self.mostPositions - 1) / Self.mostPositions)
    let positions = distinct.indices.filter { $0 % step == 0 || $0 == distinct.count - 1 }.map { distinct[$0] }
    var values = [[Double]](repeating: [], count: positions.count)
    for draw in 0..<draws {
      let stream = RandomStream(seed: seed, purpose: .calibrationGaps, place: (UInt32(draw), 1))
      let labels = confidences.indices.map { Double(stream.uniform($0)) < confidences[$0] ? 1.0 : 0 }
      let fit = IsotonicFit(ranks, confidences, labels, weights: weights)
      for (index, position) in positions.enumerated() { values[index].append(fit.value(at: position)) }
    }
    band = zip(positions, values).map { position, values in
      let sorted = values.sorted()
      return Band(confidence: position, interval: quantile(0.025, of: sorted)...quantile(0.975, of: sorted))
    }
  }

  private static let mostPositions = 60
}
