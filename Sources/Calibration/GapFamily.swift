// The interval of a calibration error. The value on few examples is too high where calibration is good, because noise
// alone makes gaps in the bins, and the quantiles of resampled values are too high twice: they add the noise once more.
// So a test is inverted instead (Casella and Berger 2002, sec. 9.2.1). The true gaps are assumed to have the shape of
// those observed, at a scale that is not known; the interval holds the errors of those scales under which the observed
// value lies between the 2.5 % and the 97.5 % quantile. How often it contains the truth: results/calibration.md.

/// True gaps between accuracy and confidence, of one shape and any scale, and what would be observed under them.
struct GapFamily: Sendable {
  /// [cell]
  private let cells: [CalibrationError.Sums]
  /// [cell] accuracy - confidence at a scale of 1.
  private var gaps: [Double]
  private let norm: CalibrationError.Norm
  /// The number of examples; copies that are resampled together make it smaller.
  private let independent: Double
  /// [draw, cell] Standard normal.
  private let normals: [Float]
  private let draws: Int

  /// The gaps with the observed shape.
  ///
  /// - Parameters:
  ///   - independent: how many independent examples are worth as much as those in `cells`.
  ///   - normals: [draw, cell] standard normal noise.
  init(_ cells: GapCells, independent: Double, normals: [Float]) {
    self.cells = cells.cells.map(\.sums)
    gaps = self.cells.map { ($0.correct - $0.confidence) / $0.count }
    (norm, self.independent, self.normals) = (cells.norm, independent, normals)
    draws = normals.count / self.cells.count
  }

  /// The same with the noise of the gaps added, √(gap² + variance): of all shapes that the data allow, one in which an
  /// error is spread evenly over the cells. Then noise adds least to it.
  private var spread: GapFamily {
    let total = cells.reduce(0) { $0 + $1.count }
    var family = self
    family.gaps = zip(cells, gaps).map { cell, gap in
      let (accuracy, count) = (cell.correct / cell.count, cell.count * independent / total)
      // A cell without errors, or with nothing else, is not without variance: at least that of half an example.
      let variance = max(accuracy * (1 - accuracy), 0.25 / count) / count
      return (gap < 0 ? -1 : 1) * (gap * gap + variance).squareRoot()
    }
    return family
  }

  /// The true error at a scale; it grows with the scale until accuracies reach 0 or 1.
  private func error(scale: Double) -> Double { scale == 0 ? 0 : norm.value(truth(scale)) }

  /// The sums of the cells if every accuracy were the true one.
  private func truth(_ scale: Double) -> [CalibrationError.Sums] {
    zip(cells, gaps).map { cell, gap in
      var sums = cell
      sums.correct = cell.count * min(max(cell.confidence / cell.count + scale * gap, 0), 1)
      return sums
    }
  }

  /// [draw] The errors that would be observed at a scale.
  ///
  /// The gaps of the cells, as shares of all examples, are sums over independent examples of (y - c) in the example's cell
  /// and 0 in the others: Gaussian with means m and covariance (diag(v) - m mᵀ) / n. With x = m + √(v/n) z, the last
  /// term is removed by x - λ (m · z') m, where z' = √(1/(v n)) z and λ solves λ (2 - λ k) = 1 with k = Σ m²/v.
  private func observed(scale: Double) -> [Double] {
    let truth = truth(scale)
    let total = truth.reduce(0) { $0 + $1.count }
    let means = truth.map { ($0.correct - $0.confidence) / total }
    let moments = truth.map { cell in
      let (accuracy, gap) = (cell.correct / cell.count, (cell.correct - cell.confidence) / cell.count)
      return max(cell.count / total * (accuracy * (1 - accuracy) + gap * gap), .leastNormalMagnitude)
    }
    let deviations = moments.map { ($0 / independent).squareRoot() }
    let share = zip(means, moments).reduce(0) { $0 + $1.0 * $1.0 / $1.1 }
    let removed = share > 0 ? (1 - max(1 - share, 0).squareRoot()) / share : 0
    let weights = zip(means, moments).map { removed * $0 / $1 }
    var (sums, noise) = (truth, [Double](repeating: 0, count: truth.count))
    return (0..<draws).map { draw in
      var common = 0.0
      for cell in noise.indices {
        noise[cell] = deviations[cell] * Double(normals[draw * noise.count + cell])
        common += weights[cell] * noise[cell]
      }
      for cell in sums.indices {
        sums[cell].correct = truth[cell].correct + total * (noise[cell] - common * means[cell])
      }
      return norm.value(sums)
    }
  }

  /// The scale at which the quantile `share` of observed errors is `value`: 0 if it is higher without any gap, the
  /// largest scale if it is always lower.
  private func scale(atWhich share: Double, is value: Double) -> Double {
    let isReached = { (scale: Double) in quantile(share, of: observed(scale: scale).sorted()) >= value }
    if isReached(0) { return 0 }
    var (below, above) = (0.0, 1.0)
    while !isReached(above) {
      guard above < Self.largestScale else { return above }
      (below, above) = (above, 2 * above)
    }
    for _ in 0..<Self.bisections {
      let middle = (below + above) / 2
      if isReached(middle) { above = middle } else { below = middle }
    }
    return above
  }

  private static let largestScale = 64.0
  private static let bisections = 14
}

extension GapFamily {
  /// Tests inverted at both ends: the lower one with the observed shape, in which noise adds most to an error, the upper
  /// one with a spread shape, in which it adds least. The observed `value` itself is never outside.
  func interval(around value: Double) -> ClosedRange<Double> {
    let spread = spread
    let lower = error(scale: scale(atWhich: 0.975, is: value))
    let upper = spread.error(scale: spread.scale(atWhich: 0.025, is: value))
    return min(lower, value)...max(upper, value)
  }

  /// The 2.5 % and the 97.5 % quantile of the errors that perfectly calibrated methods would show.
  var nullBand: ClosedRange<Double> {
    let errors = observed(scale: 0).sorted()
    return quantile(0.025, of: errors)...quantile(0.975, of: errors)
  }

  /// The standard deviation of observed errors at the scale under which half of them are below `value`.
  func standardError(around value: Double) -> Double {
    standardDeviation(observed(scale: scale(atWhich: 0.5, is: value)))
  }
}
