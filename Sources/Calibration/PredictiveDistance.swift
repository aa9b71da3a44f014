// How far one predictive distribution is from another, question by question.
import Foundation

extension Mixture {
  /// [example] The total variation distance from `other`, which has the same questions: half the sum of |p - q|, from 0 to
  /// 1. No event has probabilities that differ by more.
  package func totalVariation(from other: Mixture) -> [Double] {
    compared(with: other) { mine, theirs in zip(mine, theirs).reduce(0) { $0 + abs($1.0 - $1.1) } / 2 }
  }

  /// [example] 1 where the most probable choice is that of `other`, else 0.
  package func agreement(with other: Mixture) -> [Double] {
    compared(with: other) { firstMaximum($0) == firstMaximum($1) ? 1 : 0 }
  }

  private func compared(with other: Mixture, _ measure: (ArraySlice<Double>, ArraySlice<Double>) -> Double) -> [Double]
  {
    precondition(choiceCounts == other.choiceCounts, "mixtures of different questions")
    return (0..<count).map { measure(probabilities[row($0)], other.probabilities[other.row($0)]) }
  }
}

extension PosteriorSamples {
  /// The diagnostics of the log odds log(p / (1 - p)) of every choice of every example, whose groups are chains: those of
  /// an example after each other.
  ///
  /// - Precondition: There are at least four samples.
  package var convergence: [Convergence] {
    (0..<count).flatMap { example -> [Convergence] in
      let leaves = (0..<groups).map { group in (0..<samples).map { leaf(example, group, $0) } }
      return (0..<Int(choiceCounts[example])).map { choice in
        Convergence(leaves.map { $0.map { logOdds($0[choice]) } })
      }
    }
  }

  /// The groups in `range` alone.
  package func selecting(groups range: Range<Int>) -> PosteriorSamples {
    let width = samples * choices
    return PosteriorSamples(
      logits: (0..<count).flatMap { example in
        logits[(example * groups + range.lowerBound) * width..<(example * groups + range.upperBound) * width]
      }, groups: range.count, samples: samples, choices: choices, choiceCounts: choiceCounts)
  }
}

/// log(p / (1 - p)) of log p; finite for p that rounds to 0 or 1.
private func logOdds(_ logarithm: Double) -> Double {
  logarithm - log(max(-expm1(logarithm), .leastNormalMagnitude))
}
