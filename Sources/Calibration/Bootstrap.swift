// Intervals by resampling examples with replacement (Efron 1979; percentile intervals, Efron and Tibshirani 1993, ch.
// 13). All statistics of a call use the same resamples, so the difference of two methods is paired. Copies of one text
// are resampled together (the cluster bootstrap; Davison and Hinkley 1997, sec. 3.8), because they are not independent.
// Calibration errors have intervals of another kind (`GapFamily`), also paired.
import Arrays
import Foundation

/// A metric with its interval.
package struct Estimate: Equatable, Sendable {
  /// The value on the examples themselves.
  package let score: Score
  /// The 2.5 % and 97.5 % quantiles of the resampled values, or what the statistic's `IntervalRule` says; nil if the value
  /// is undefined or has no interval, or if it is computed from a single example or copies of it, all resamples of which
  /// are the same.
  package let interval: ClosedRange<Double>?
  /// The standard deviation of the resampled values, or of what noise does to the value; nil if there is no interval.
  package let standardError: Double?
  /// The number of examples it was computed from.
  package let count: Int
  /// Of the difference of two calibration errors, which has no interval: the paired test's statistic, standard normal if
  /// the methods are equally well calibrated.
  package var z: Double?

  /// Whether the interval or the test excludes zero: for a difference, that the choice of examples does not explain it. Rounding
  /// must not explain it either: if all examples differ by a float32's last digits in the same direction, the interval
  /// is narrow.
  package var excludesZero: Bool {
    guard let value = score.value, abs(value) > Self.rounding else { return false }
    if let z { return abs(z) > Self.normalQuantile && (z > 0) == (value > 0) }
    return interval.map { !$0.contains(0) } ?? false
  }

  /// 95 % of standard normal values are within this distance of 0.
  private static let normalQuantile = 1.959964

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

  /// Evaluates `statistics` on the examples, and draws what their intervals need.
  ///
  /// `strata` are the sets that the examples consist of, one after the other; of each, as many clusters are drawn as it
  /// has. If one of them has a single cluster, there are no resamples and no intervals. `rows` is the number of
  /// consecutive rows of the statistics that belong to one example and are resampled together.
  /// Complexity: O(draws * count * statistics); nothing is sorted again.
  package func resample(_ statistics: [any Statistic], strata: [Clusters], rows: Int = 1) -> Resamples {
    let count = strata.reduce(0) { $0 + $1.indices.count } * rows
    for statistic in statistics { precondition(statistic.count == count, "\(statistic.count) of \(count) examples") }
    let scores = statistics.map(\.score)
    let clusters = rowClusters(strata, rows: rows)
    var drawing = statistics.indices.map { Drawing(statistics[$0], scores[$0], clusters) }
    let draws = strata.contains { $0.count == 1 } || !drawing.contains(where: \.isNeeded) ? 0 : self.draws
    let needsMultipliers = drawing.contains(where: \.needsMultipliers)
    let needsWeights = drawing.contains { $0.isNeeded && !$0.needsMultipliers }
    for draw in 0..<draws {
      let weights =
        needsWeights ? multiplicities(draw: draw, strata: strata).flatMap { Array(repeating: $0, count: rows) } : []
      let multipliers = needsMultipliers ? normals(draw: draw, count: (clusters.max() ?? 0) + 1) : []
      for index in drawing.indices { drawing[index].add(statistics[index], weights, multipliers) }
    }
    let entries = zip(scores, drawing).map { Resamples.Entry(score: $0, drawn: draws == 0 ? .none : $1.drawn) }
    return Resamples(entries, draws: draws, clusters: clusters)
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

  /// Standard normal values, one for each cluster.
  private func normals(draw: Int, count: Int) -> [Float] {
    let stream = RandomStream(seed: seed, purpose: .calibrationGaps, place: (UInt32(draw), 0))
    return [Float](unsafeUninitializedCapacity: count) { buffer, filled in
      stream.normals(into: buffer.baseAddress!, count: count)
      filled = count
    }
  }
}

/// What is drawn for one statistic.
private enum Drawing {
  case values([Double])
  case gaps(GapNoise)
  case nullBand(GapNoise)
  case none

  init(_ statistic: any Statistic, _ score: Score, _ clusters: [Int]) {
    switch score.value == nil ? .none : statistic.intervalRule {
    case .quantiles: self = .values([])
    case .gaps(let cells): self = .gaps(GapNoise(cells, clusters: clusters))
    case .nullBand(let cells): self = .nullBand(GapNoise(cells, clusters: clusters))
    case .none: self = .none
    }
  }

  var isNeeded: Bool { if case .none = self { false } else { true } }

  var needsMultipliers: Bool {
    switch self {
    case .gaps, .nullBand: true
    case .values, .none: false
    }
  }

  /// Adds one draw.
  mutating func add(_ statistic: any Statistic, _ weights: [Double], _ multipliers: [Float]) {
    let before = self
    // Moved out, so that its arrays grow in place.
    self = .none
    switch before {
    case .values(var values):
      if let value = statistic.score(weights: weights).value { values.append(value) }
      self = .values(values)
    case .gaps(var noise):
      noise.add(multipliers)
      self = .gaps(noise)
    case .nullBand(var noise):
      noise.add(multipliers)
      self = .nullBand(noise)
    case .none: break
    }
  }

  var drawn: Resamples.Draws {
    switch self {
    case .values(let values): .values(values)
    case .gaps(let noise): .gaps(noise.family, noise.cells)
    case .nullBand(let noise): .nullBand(noise.family)
    case .none: .none
    }
  }
}
