// Whether several chains of draws have converged, and how many independent draws they are worth: the split R-hat and the
// effective sample size of Gelman et al. 2013, "Bayesian Data Analysis", 3rd ed., sec. 11.4 and 11.5 (with Geyer's initial
// monotone sequence, 1992, and Stan's limit: Vehtari et al. 2021, arXiv:1903.08008). Both are of one number that every draw
// has, such as the log odds of an answer.
//
// Letters: m chains of n draws each, after every chain was split into its halves; W the mean variance within a chain,
// V = (n - 1)/n W + (variance of the chains' means) the variance of all.
import Foundation

/// The diagnostics of one number.
package struct Convergence: Equatable, Sendable {
  /// sqrt(V / W): 1 where all chains agree, and larger where they do not. Infinite for chains that stand still in different
  /// places; nil where all draws are equal.
  package let splitRHat: Double?
  /// How many independent draws have the same standard error of the mean, at most d log10(d) of d draws; nil where all draws
  /// are equal.
  package let effectiveDraws: Double?

  /// The diagnostics of `chains`: [chain][draw], at least one chain, and at least four draws of each.
  package init(_ chains: [[Double]]) {
    let half = (chains.first?.count ?? 0) / 2
    precondition(half >= 2 && chains.allSatisfy { $0.count == chains[0].count }, "chains of fewer than four draws")
    let halves = chains.flatMap { [Array($0.prefix(half)), Array($0.suffix(half))] }
    // Decided by the draws themselves: the rounding of their mean would give equal draws a variance.
    guard halves.contains(where: { $0.contains { $0 != halves[0][0] } }) else {
      (splitRHat, effectiveDraws) = (nil, nil)
      return
    }
    let means = halves.map { $0.reduce(0, +) / Double(half) }
    let (m, n) = (Double(halves.count), Double(half))
    let within = zip(halves, means).reduce(0) { $0 + Self.covariance($1.0, $1.1, lag: 0) } / m * n / (n - 1)
    let center = means.reduce(0, +) / m
    let between = means.reduce(0) { $0 + ($1 - center) * ($1 - center) } / (m - 1)
    let all = (n - 1) / n * within + between
    splitRHat = (all / within).squareRoot()
    func correlation(_ lag: Int) -> Double {
      let mean = zip(halves, means).reduce(0) { $0 + Self.covariance($1.0, $1.1, lag: lag) } / m * n / (n - 1)
      return 1 - (within - mean) / all
    }
    // Sums of neighbours are positive and fall, in a reversible chain; from where they do not, they are noise.
    var (sum, last, lag) = (0.0, Double.infinity, 0)
    while lag + 1 < half {
      let pair = min(last, (lag == 0 ? 1 : correlation(lag)) + correlation(lag + 1))
      guard pair > 0 else { break }
      (sum, last, lag) = (sum + pair, pair, lag + 2)
    }
    // Of antithetic chains the sum of all correlations is near 0, and its noise may make it negative.
    effectiveDraws = m * n / max(2 * sum - 1, 1 / log10(m * n))
  }

  /// The mean of (x_i - mean) (x_{i + lag} - mean), divided by the number of all draws.
  private static func covariance(_ draws: [Double], _ mean: Double, lag: Int) -> Double {
    var sum = 0.0
    for index in 0..<draws.count - lag { sum += (draws[index] - mean) * (draws[index + lag] - mean) }
    return sum / Double(draws.count)
  }
}
