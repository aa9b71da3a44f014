// Scores of predicted numbers: the distributions over bins, compared with the exact numbers and not with their bins. All
// but the density's are in the unit of the numbers.
import Foundation

/// Predicted distributions of numbers together with the right numbers.
package struct NumberOutcomes: Sendable {
  /// [example] The predicted distributions.
  package let distributions: [BinnedDistribution]
  /// [example] The right numbers.
  package let numbers: [Double]
  /// [example] -log of the density at the right number; beyond the bins, that of the outermost bin, since the density
  /// there is 0.
  private let negativeLogDensities: [Double]

  /// - Parameters:
  ///   - outcomes: the predictions of the bins, and the bin of every right number.
  ///   - edges: [bin + 1] the edges of the bins in ascending order.
  ///   - numbers: [example] the right numbers of `outcomes`.
  package init(_ outcomes: Outcomes, edges: [Double], numbers: [Double]) {
    precondition(numbers.count == outcomes.count, "\(numbers.count) numbers of \(outcomes.count) examples")
    (distributions, self.numbers) = (outcomes.mixture.binned(edges), numbers)
    negativeLogDensities = zip(outcomes.labels, outcomes.negativeLogLikelihood.values).map { bin, value in
      value + log(edges[bin + 1] - edges[bin])
    }
  }

  /// The mean of -log of the density at the right numbers, in nats; it may be negative.
  package var negativeLogDensity: Mean { Mean(negativeLogDensities) }

  /// The mean continuous ranked probability score.
  package var rankedProbabilityScore: Mean { mean { $0.rankedProbabilityScore(of: $1) } }

  /// The root of the mean squared distance between the predicted mean and the right number.
  package var rootMeanSquaredError: RootMean { RootMean(mean { ($0.mean - $1) * ($0.mean - $1) }) }

  /// The mean distance between the predicted median and the right number.
  package var medianError: Mean { mean { abs($0.quantile(0.5) - $1) } }

  /// The share of right numbers in the central interval of that probability.
  package func coverage(_ level: Double) -> Mean { mean { $0.interval(level).contains($1) ? 1 : 0 } }

  private func mean(_ score: (BinnedDistribution, _ number: Double) -> Double) -> Mean {
    Mean(zip(distributions, numbers).map(score))
  }
}

/// The square root of a mean of one value per example.
package struct RootMean: Statistic {
  /// The mean.
  package let mean: Mean
  /// The square root of `mean`, whose values must not be negative.
  package init(_ mean: Mean) { self.mean = mean }

  /// The number of values.
  package var count: Int { mean.count }

  /// The root of the weighted mean; complexity O(count).
  package func score(weights: [Double]) -> Score { .value((mean.score(weights: weights).value ?? 0).squareRoot()) }
}
