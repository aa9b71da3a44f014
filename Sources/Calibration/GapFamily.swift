// The interval of a calibration error. The value on few examples is too high where calibration is good, because noise
// alone makes gaps in the bins, and the quantiles of resampled values are too high twice: they add the noise once more.
// So a test is inverted instead (Casella and Berger 2002, sec. 9.2.1). The true gaps are assumed to have the shape of
// those observed, at a scale that is not known; the interval holds the errors of those scales under which the observed
// value lies between the 2.5 % and the 97.5 % quantile. How often it contains the truth: results/calibration.md.
import Arrays

/// True gaps between accuracy and confidence, of one shape and any scale, and what would be observed under them.
struct GapFamily {
  /// [bin] The bins that have examples.
  private let bins: [CalibrationError.Sums]
  /// [bin] accuracy - confidence at a scale of 1.
  private var gaps: [Double]
  private let norm: CalibrationError.Norm
  /// The number of examples; copies that are resampled together make it smaller.
  private let independent: Double
  /// [draw, bin]
  private let normals: [Float]
  private let draws: Int

  /// The gaps with the observed shape. `independent` is how many independent examples are worth as much as those in
  /// `bins`.
  init(
    _ bins: [CalibrationError.Sums], _ norm: CalibrationError.Norm, independent: Double, draws: Int, seed: UInt64
  ) {
    let bins = bins.filter { $0.count > 0 }
    gaps = bins.map { ($0.correct - $0.confidence) / $0.count }
    (self.bins, self.norm, self.independent, self.draws) = (bins, norm, independent, draws)
    let stream = RandomStream(seed: seed, purpose: .calibrationGaps)
    normals = [Float](unsafeUninitializedCapacity: draws * bins.count) { buffer, count in
      count = draws * bins.count
      stream.normals(into: buffer.baseAddress!, count: count)
    }
  }

  /// The same with the noise of the gaps added, √(gap² + variance): of all shapes that the data allow, one in which an
  /// error is spread evenly over the bins. Then noise adds least to it.
  var spread: GapFamily {
    let total = bins.reduce(0) { $0 + $1.count }
    var family = self
    family.gaps = zip(bins, gaps).map { bin, gap in
      let (accuracy, count) = (bin.correct / bin.count, bin.count * independent / total)
      // A bin without errors, or with nothing else, is not without variance: at least that of half an example.
      let variance = max(accuracy * (1 - accuracy), 0.25 / count) / count
      return (gap < 0 ? -1 : 1) * (gap * gap + variance).squareRoot()
    }
    return family
  }

  /// The true error at a scale; it grows with the scale until accuracies reach 0 or 1.
  func error(scale: Double) -> Double { norm.value(truth(scale)) }

  /// The sums of the bins if every accuracy were the true one.
  private func truth(_ scale: Double) -> [CalibrationError.Sums] {
    zip(bins, gaps).map { bin, gap in
      let accuracy = min(max(bin.confidence / bin.count + scale * gap, 0), 1)
      return CalibrationError.Sums(count: bin.count, confidence: bin.confidence, correct: bin.count * accuracy)
    }
  }

  /// [draw] The errors that would be observed at a scale, in increasing order.
  ///
  /// The gaps of the bins, as shares of all examples, are sums over independent examples of (y - c) in the example's bin
  /// and 0 in the others: Gaussian with means m and covariance (diag(v) - m mᵀ) / n. With x = m + √(v/n) z, the last
  /// term is removed by x - λ (m · z') m, where z' = √(1/(v n)) z and λ solves λ (2 - λ k) = 1 with k = Σ m²/v.
  func observed(scale: Double) -> [Double] {
    let truth = truth(scale)
    let total = truth.reduce(0) { $0 + $1.count }
    let means = truth.map { ($0.correct - $0.confidence) / total }
    let moments = truth.map { bin in
      let (accuracy, gap) = (bin.correct / bin.count, (bin.correct - bin.confidence) / bin.count)
      return max(bin.count / total * (accuracy * (1 - accuracy) + gap * gap), .leastNormalMagnitude)
    }
    let share = zip(means, moments).reduce(0) { $0 + $1.0 * $1.0 / $1.1 }
    let removed = share > 0 ? (1 - max(1 - share, 0).squareRoot()) / share : 0
    var sums = truth
    return (0..<draws).map { draw in
      let noise = moments.indices.map { bin in
        (moments[bin] / independent).squareRoot() * Double(normals[draw * moments.count + bin])
      }
      let common = removed * moments.indices.reduce(0) { $0 + means[$1] * noise[$1] / moments[$1] }
      for bin in sums.indices {
        sums[bin].correct = truth[bin].correct + total * (noise[bin] - common * means[bin])
      }
      return norm.value(sums)
    }.sorted()
  }

  /// The error of the scale at which the quantile `share` of observed errors is `value`: 0 if it is higher without any
  /// gap, the largest error if it is always lower.
  func error(atWhich share: Double, is value: Double) -> Double {
    let isReached = { (scale: Double) in quantile(share, of: observed(scale: scale)) >= value }
    if isReached(0) { return 0 }
    var (below, above) = (0.0, 1.0)
    while !isReached(above) {
      guard above < Self.largestScale else { return error(scale: above) }
      (below, above) = (above, 2 * above)
    }
    for _ in 0..<Self.bisections {
      let middle = (below + above) / 2
      if isReached(middle) { above = middle } else { below = middle }
    }
    return error(scale: above)
  }

  private static let largestScale = 64.0
  private static let bisections = 14
}
