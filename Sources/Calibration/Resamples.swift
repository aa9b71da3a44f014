// What a bootstrap returns: estimates of statistics, of their differences and of other weighted sums.

/// Statistics with what was drawn for their intervals.
package struct Resamples: Sendable {
  /// What was drawn for a statistic.
  enum Draws: Sendable {
    /// [draw] Resampled values; none for a single cluster.
    case values([Double])
    /// What noise makes of gaps.
    case gaps(GapFamily, GapCells)
    /// The same without true gaps.
    case nullBand(GapFamily)
    case none
  }

  /// A statistic.
  struct Entry: Sendable {
    let score: Score
    let drawn: Draws
  }

  private let entries: [Entry]
  private let draws: Int
  /// [example] The cluster that it is resampled with.
  private let clusters: [Int]
  private var count: Int { clusters.count }

  init(_ entries: [Entry], draws: Int, clusters: [Int]) {
    (self.entries, self.draws, self.clusters) = (entries, draws, clusters)
  }

  /// The estimate of the statistic at `index`.
  package subscript(index: Int) -> Estimate {
    let entry = entries[index]
    switch (entry.score, entry.drawn) {
    case (.value(let value), .gaps(let family, _)):
      return Estimate(
        score: entry.score, interval: family.interval(around: value),
        standardError: family.standardError(around: value), count: count)
    case (.value, .nullBand(let family)):
      return Estimate(score: entry.score, interval: family.nullBand, standardError: nil, count: count)
    case (_, .values(let values)): return estimate(entry.score, values)
    default: return without(entry.score)
    }
  }

  /// The estimate of statistic `index` minus statistic `reference`, draw by draw. Calibration errors are compared by a
  /// paired test instead (`GapComparison`).
  package func difference(_ index: Int, minus reference: Int) -> Estimate {
    let difference = combination([(1, index), (-1, reference)])
    guard difference.score.value != nil, case .gaps(_, let own) = entries[index].drawn,
      case .gaps(_, let other) = entries[reference].drawn, own.areCompared, other.areCompared
    else { return difference }
    let z = GapComparison(own, minus: other, clusters: clusters).z
    return Estimate(score: difference.score, interval: nil, standardError: nil, count: count, z: z)
  }

  /// The estimate of a weighted sum of statistics, draw by draw; undefined if one of them is. Sums of calibration errors
  /// have no interval.
  package func combination(_ terms: [(coefficient: Double, index: Int)]) -> Estimate {
    if terms.count == 1, terms[0].coefficient == 1 { return self[terms[0].index] }
    var value = 0.0
    for (coefficient, index) in terms {
      switch entries[index].score {
      case .value(let score): value += coefficient * score
      case .undefined(let reason): return without(.undefined(reason))
      }
    }
    var sums: [Double]?
    for (coefficient, index) in terms {
      guard case .values(let values) = entries[index].drawn else { return without(.value(value)) }
      let own = values.map { coefficient * $0 }
      sums = sums.map { zip($0, own).map(+) } ?? own
    }
    return estimate(.value(value), sums ?? [])
  }

  private func estimate(_ score: Score, _ values: [Double]) -> Estimate {
    // A statistic that is undefined on some resample has a value but no interval.
    guard score.value != nil, values.count == draws else { return without(score) }
    let sorted = values.sorted()
    return Estimate(
      score: score, interval: quantile(0.025, of: sorted)...quantile(0.975, of: sorted),
      standardError: standardDeviation(values), count: count)
  }

  private func without(_ score: Score) -> Estimate {
    Estimate(score: score, interval: nil, standardError: nil, count: count)
  }
}

/// The standard deviation of at least two values.
func standardDeviation(_ values: [Double]) -> Double {
  let mean = values.reduce(0, +) / Double(values.count)
  return (values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count - 1)).squareRoot()
}

/// The quantile of sorted values, interpolated linearly between order statistics.
func quantile(_ share: Double, of sorted: [Double]) -> Double {
  let position = share * Double(sorted.count - 1)
  let lower = Int(position)
  let upper = min(lower + 1, sorted.count - 1)
  return sorted[lower] + (position - Double(lower)) * (sorted[upper] - sorted[lower])
}
