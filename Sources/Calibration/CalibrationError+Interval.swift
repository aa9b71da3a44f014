// The intervals of a calibration error: that of the true error, and the null band. See `GapFamily`.

extension CalibrationError {
  /// Tests inverted at both ends: the lower one with the observed shape, in which noise adds most to an error, the upper
  /// one with a spread shape, in which it adds least. The value itself is never outside. nil for the maximum over bins,
  /// whose distribution single examples decide.
  package func interval(clusters: [Int], draws: Int, seed: UInt64) -> ClosedRange<Double>? {
    if case .maximum = norm { return nil }
    guard case .value(let value) = score else { return nil }
    let family = family(clusters, draws: draws, seed: seed)
    let lower = family.error(atWhich: 0.975, is: value)
    let upper = family.spread.error(atWhich: 0.025, is: value)
    return min(lower, value)...max(upper, value)
  }

  /// The 2.5 % and the 97.5 % quantile of the errors that perfectly calibrated methods would show.
  fileprivate func nullBand(clusters: [Int], draws: Int, seed: UInt64) -> ClosedRange<Double> {
    let errors = family(clusters, draws: draws, seed: seed).observed(scale: 0)
    return quantile(0.025, of: errors)...quantile(0.975, of: errors)
  }

  /// The gaps with the observed shape.
  private func family(_ clusters: [Int], draws: Int, seed: UInt64) -> GapFamily {
    GapFamily(
      sums([Double](repeating: 1, count: count)), norm, independent: Double(count) / designEffect(clusters),
      draws: draws, seed: seed)
  }

  /// By what factor the variance of a sum of residuals is larger than if no two examples belonged together: at least 1
  /// (Kish 1965). The residual is correct - confidence.
  private func designEffect(_ clusters: [Int]) -> Double {
    var sums: [Int: Double] = [:]
    var squares = 0.0
    for (example, cluster) in clusters.enumerated() {
      let residual = correct[example] - confidences[example]
      sums[cluster, default: 0] += residual
      squares += residual * residual
    }
    guard squares > 0, sums.count < clusters.count else { return 1 }
    return max(sums.keys.sorted().reduce(0) { $0 + sums[$1]! * sums[$1]! } / squares, 1)
  }
}

/// The calibration error that a perfectly calibrated method with the same confidences would show. Its interval is the
/// null band: 95 of 100 such methods are in it (the consistency band of Bröcker and Smith 2007).
package struct CalibrationNull: Statistic {
  private let error: CalibrationError
  /// Of the method whose calibration error is `error`.
  package init(_ error: CalibrationError) { self.error = error }

  /// The number of examples.
  package var count: Int { error.count }

  /// The mean over such methods: Σ √(2/π) √(share c (1 - c) / n) over the bins, with their mean confidence c.
  package func score(weights: [Double]) -> Score {
    let bins = error.sums(weights).filter { $0.count > 0 }
    let total = bins.reduce(0) { $0 + $1.count }
    return .value(
      bins.reduce(0) { sum, bin in
        let confidence = bin.confidence / bin.count
        return sum + (2 / Double.pi * bin.count * confidence * (1 - confidence)).squareRoot() / total
      })
  }

  /// The 2.5 % and the 97.5 % quantile over such methods.
  package func interval(clusters: [Int], draws: Int, seed: UInt64) -> ClosedRange<Double>? {
    error.nullBand(clusters: clusters, draws: draws, seed: seed)
  }
}
