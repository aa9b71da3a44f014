// How badly a class fits a forecast: the score that conformal sets compare with a quantile. The larger, the worse.
import Arrays

/// A conformal score.
package enum ConformalScore: Equatable, Sendable {
  /// LAC, 1 - p(class): the smallest sets on average, which may be empty (Sadinle, Lei and Wasserman 2019,
  /// arXiv:1609.00451).
  case leastAmbiguous
  /// APS, the probability of all classes before this one and a random part of its own: sets that are large where the
  /// forecast is unsure (Romano, Sesia and Candès 2020, arXiv:2006.02544). Without the random part, the sets are much
  /// too large where there are many classes.
  case adaptive
  /// RAPS, APS with `penalty` added for each class after the first `free` ones (Angelopoulos et al. 2021,
  /// arXiv:2009.14193).
  case regularised(penalty: Double, free: Int)

  /// The seed of the random parts. They are keyed by row ids, so it need not change.
  private static let seed: UInt64 = 0

  /// [row] The random part of each row, on [0, 1): the same for an id wherever its row is.
  package static func randomParts(ids: some Sequence<String>) -> [Double] {
    ids.map { Double(RandomStream(seed: seed, purpose: .conformal, name: $0).uniform(0)) }
  }

  /// The scores of all classes of one forecast: [class].
  ///
  /// - Parameters:
  ///   - probabilities: [class] Equal ones rank by index.
  ///   - randomPart: on [0, 1]; 1 for scores without randomisation. LAC does not use it.
  package func scores(_ probabilities: [Double], randomPart: Double) -> [Double] {
    switch self {
    case .leastAmbiguous: probabilities.map { 1 - $0 }
    case .adaptive: Self.cumulative(probabilities, randomPart, penalty: 0, free: 0)
    case .regularised(let penalty, let free): Self.cumulative(probabilities, randomPart, penalty: penalty, free: free)
    }
  }

  private static func cumulative(
    _ probabilities: [Double], _ randomPart: Double, penalty: Double, free: Int
  ) -> [Double] {
    var scores = probabilities
    var before = 0.0
    let order = probabilities.indices.sorted { (probabilities[$0], $1) > (probabilities[$1], $0) }
    for (rank, index) in order.enumerated() {
      let own = probabilities[index] + (rank >= free ? penalty : 0)
      scores[index] = before + randomPart * own
      before += own
    }
    return scores
  }
}
