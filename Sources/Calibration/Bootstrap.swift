// Intervals by resampling examples with replacement (Efron 1979; percentile intervals, Efron and Tibshirani 1993, ch.
// 13). All statistics of a call use the same resamples, so the difference of two methods is paired. Copies of one text
// are resampled together (the cluster bootstrap; Davison and Hinkley 1997, sec. 3.8), because they are not independent.
import Arrays
import Foundation

/// A metric with its interval.
package struct Estimate: Equatable, Sendable {
  /// The value on the examples themselves.
  package let score: Score
  /// The 2.5 % and 97.5 % quantiles of the resampled values, or the statistic's own interval; nil if the value is undefined, or if it is computed from a
  /// single example or copies of it, all resamples of which are the same.
  package let interval: ClosedRange<Double>?
  /// The standard deviation of the resampled values; nil if there is no interval.
  package let standardError: Double?
  /// The number of examples it was computed from.
  package let count: Int

  /// Whether the interval excludes zero: for a difference, that the choice of examples does not explain it. Rounding
  /// must not explain it either: if all examples differ by a float32's last digits in the same direction, the interval
  /// is narrow.
  package var excludesZero: Bool {
    guard let value = score.value, let interval else { return false }
    return abs(value) > Self.rounding && !interval.contains(0)
  }

  /// How much two scores may differ if equal predictions were computed in different ways.
  private static let rounding = 1e-6
}

/// The examples of a set in clusters, each of which is resampled as a whole.
package struct Clusters: Equatable, Sendable {
  /// [example] The index of its cluster. They are counted in the order of their first examples.
  let indices: [Int]
  /// The number of clusters.
  package let count: Int

  /// Examples with equal `keys` are one cluster.
  package init<Key: Hashable>(_ keys: some Sequence<Key>) {
    var clusters: [Key: Int] = [:]
    indices = keys.map { key in
      let index = clusters[key] ?? clusters.count
      clusters[key] = index
      return index
    }
    count = clusters.count
  }

  /// Clusters of a single example each.
  package init(independent examples: Int) { self.init(0..<examples) }
}

/// A seeded bootstrap over examples.
package struct Bootstrap: Equatable, Sendable {
  /// The number of resamples.
  package let draws: Int
  /// The seed of the resamples; the same seed and sizes give the same resamples.
  package let seed: UInt64

  /// By default 1000 resamples from seed 0.
  package init(draws: Int = 1000, seed: UInt64 = 0) {
    precondition(draws > 1, "\(draws) draws")
    (self.draws, self.seed) = (draws, seed)
  }

  /// Evaluates `statistics` on the examples and on every resample.
  ///
  /// `strata` are the sets that the examples consist of, one after the other; of each, as many clusters are drawn as it
  /// has. If one of them has a single cluster, there are no resamples and no intervals. `rows` is the number of
  /// consecutive rows of the statistics that belong to one example and are resampled together.
  /// Complexity: O(draws * count * statistics); nothing is sorted again.
  package func resample(_ statistics: [any Statistic], strata: [Clusters], rows: Int = 1) -> Resamples {
    let count = strata.reduce(0) { $0 + $1.indices.count } * rows
    for statistic in statistics { precondition(statistic.count == count, "\(statistic.count) of \(count) examples") }
    let scores = statistics.map(\.score)
    let defined = statistics.indices.filter { scores[$0].value != nil }
    var values = [[Double]](repeating: [], count: statistics.count)
    for index in defined { values[index].reserveCapacity(draws) }
    for draw in 0..<(defined.isEmpty || strata.contains { $0.count == 1 } ? 0 : draws) {
      let weights = multiplicities(draw: draw, strata: strata).flatMap { Array(repeating: $0, count: rows) }
      for index in defined {
        if let value = statistics[index].score(weights: weights).value { values[index].append(value) }
      }
    }
    let clusters = rowClusters(strata, rows: rows)
    let intervals = statistics.indices.map { index in
      values[index].count < draws ? nil : statistics[index].interval(clusters: clusters, draws: draws, seed: seed)
    }
    return Resamples(scores: scores, intervals: intervals, values: values, draws: draws, count: count)
  }

  /// [row] The index of the cluster that a row of the statistics is resampled with.
  private func rowClusters(_ strata: [Clusters], rows: Int) -> [Int] {
    var first = 0
    return strata.flatMap { stratum in
      defer { first += stratum.count }
      return stratum.indices.flatMap { Array(repeating: first + $0, count: rows) }
    }
  }

  /// The multiplicity of each example in a resample.
  private func multiplicities(draw: Int, strata: [Clusters]) -> [Double] {
    strata.enumerated().flatMap { stratum, clusters in
      let stream = RandomStream(seed: seed, purpose: .bootstrap, place: (UInt32(draw), UInt32(stratum)))
      var weights = [Double](repeating: 0, count: clusters.count)
      for index in 0..<clusters.count { weights[stream.integer(index, below: clusters.count)] += 1 }
      return clusters.indices.map { weights[$0] }
    }
  }
}

/// Statistics with their resampled values.
package struct Resamples: Sendable {
  private let scores: [Score]
  /// [statistic] Its own interval, where it has one.
  private let intervals: [ClosedRange<Double>?]
  /// [statistic][draw] Empty for an undefined statistic.
  private let values: [[Double]]
  private let draws: Int
  private let count: Int

  init(scores: [Score], intervals: [ClosedRange<Double>?], values: [[Double]], draws: Int, count: Int) {
    (self.scores, self.intervals, self.values) = (scores, intervals, values)
    (self.draws, self.count) = (draws, count)
  }

  /// The estimate of the statistic at `index`.
  package subscript(index: Int) -> Estimate { estimate(scores[index], values[index], intervals[index]) }

  /// The estimate of statistic `index` minus statistic `reference`, draw by draw.
  package func difference(_ index: Int, minus reference: Int) -> Estimate {
    combination([(1, index), (-1, reference)])
  }

  /// The estimate of a weighted sum of statistics, draw by draw; undefined if one of them is.
  package func combination(_ terms: [(coefficient: Double, index: Int)]) -> Estimate {
    var value = 0.0
    for (coefficient, index) in terms {
      switch scores[index] {
      case .value(let score): value += coefficient * score
      case .undefined(let reason): return estimate(.undefined(reason), [])
      }
    }
    let draws = terms.map { values[$0.index].count }.min() ?? 0
    let sums = (0..<draws).map { draw in terms.reduce(0) { $0 + $1.coefficient * values[$1.index][draw] } }
    return estimate(.value(value), sums)
  }

  private func estimate(_ score: Score, _ values: [Double], _ interval: ClosedRange<Double>? = nil) -> Estimate {
    // A statistic that is undefined on some resample has a value but no interval.
    guard score.value != nil, values.count == draws else {
      return Estimate(score: score, interval: nil, standardError: nil, count: count)
    }
    let sorted = values.sorted()
    let mean = values.reduce(0, +) / Double(draws)
    let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(draws - 1)
    return Estimate(
      score: score, interval: interval ?? quantile(0.025, of: sorted)...quantile(0.975, of: sorted),
      standardError: variance.squareRoot(), count: count)
  }
}

/// The quantile of sorted values, interpolated linearly between order statistics.
func quantile(_ share: Double, of sorted: [Double]) -> Double {
  let position = share * Double(sorted.count - 1)
  let lower = Int(position)
  let upper = min(lower + 1, sorted.count - 1)
  return sorted[lower] + (position - Double(lower)) * (sorted[upper] - sorted[lower])
}
