// What more members and more samples bring, from the predictions that are there: every score as a function of the first
// m members, and of the first s samples of each. The same sums show how doubt collapses: the mean over many samples of a
// member hides their spread, so that mutual information between members falls as samples grow though nothing was learnt
// (Depeweg et al. 2018, arXiv:1710.07283, for the parts; the chain rule splits the whole into between and within).
import Calibration

/// The scores of the first members and samples of one method.
package struct Growth: Sendable {
  /// Scores with `members` members of `samples` samples each.
  package struct Point: Equatable, Sendable {
    /// The first so many members.
    package let members: Int
    /// The first so many samples of each.
    package let samples: Int
    /// By their names; NaN for what cannot be measured there.
    package let values: [Metric: Double]

    /// The value of `metric`, or NaN.
    package subscript(metric: Metric) -> Double { values[metric] ?? .nan }
  }

  /// What is followed.
  package static let metrics: [Metric] = [
    .accuracy, .nll, .ece, .totalEntropy, .aleatoricEntropy, .epistemicEntropy, .betweenGroups, .withinGroups,
  ]

  /// The method.
  package let method: String
  /// All members with growing samples, then growing members with all samples.
  package let points: [Point]

  /// Follows `file` on the examples at `rows`.
  init(_ file: PredictionsFile, rows: [Int], bins: Int) {
    let set = file.predictions
    let (posterior, labels) = (file.posterior(rows), file.labels(rows))
    let method = set.method
    var sizes = Self.steps(to: set.samples).map { (set.groups, $0) }
    sizes += Self.steps(to: set.groups).dropLast().map { ($0, set.samples) }
    self.method = method
    points = sizes.map { members, samples in
      let forecast = Forecast(method, posterior.first(members: members, samples: samples), labels: labels)
      let values = Self.metrics.map { ($0, $0.statistic(forecast, bins: bins).score.value ?? .nan) }
      return Point(members: members, samples: samples, values: Dictionary(uniqueKeysWithValues: values))
    }
  }

  /// 1, 2, ... up to 16, then in steps that grow by a quarter, and `last`.
  static func steps(to last: Int) -> [Int] {
    var steps: [Int] = []
    var next = 1
    while next < last {
      steps.append(next)
      next = next < 16 ? next + 1 : next * 5 / 4
    }
    return steps + [last]
  }

  /// Those of all members, by samples.
  package var bySamples: [Point] { points.filter { $0.members == points[0].members } }
  /// Those of all samples, by members.
  package var byMembers: [Point] {
    let most = points.map(\.samples).max()
    return points.filter { $0.samples == most }.sorted { $0.members < $1.members }
  }
}

extension Evaluation {
  /// What every method's first members and samples are worth, on the scored questions.
  package var growth: [Growth] { files.map { Growth($0, rows: scoredRows, bins: settings.bins) } }

  /// One line for each method and number of members and samples; nothing where something cannot be measured.
  package static func csv(of growth: [Growth]) -> String {
    CSV.text(
      header: ["method", "members", "samples"] + Growth.metrics.map(\.name),
      rows: growth.flatMap { growth in
        growth.points.map { point in
          [growth.method, "\(point.members)", "\(point.samples)"] + Growth.metrics.map { CSV.number(point[$0]) }
        }
      })
  }
}
