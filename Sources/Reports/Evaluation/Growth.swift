// The effect of more members and more samples, from the existing predictions: every score as a function of the first m
// members, and of the first s samples of each. The same sums show how uncertainty collapses: the mean over many samples
// of a member hides their spread, so that mutual information between members falls as samples increase although nothing
// was learnt (Depeweg et al. 2018, arXiv:1710.07283, for the parts; the chain rule splits the total into between and
// within).
import Calibration

/// The scores of the first members and samples of one method.
package struct Growth: Sendable {
  /// Scores with `members` members of `samples` samples each.
  package struct Point: Equatable, Sendable {
    /// Number of members, the first ones.
    package let members: Int
    /// Number of samples of each member, the first ones.
    package let samples: Int
    /// The value of each metric; NaN if it is undefined.
    package let values: [Metric: Double]

    /// The value of `metric`, or NaN.
    package subscript(metric: Metric) -> Double { values[metric] ?? .nan }
  }

  /// The measures of uncertainty that are computed.
  private static let uncertainties: [Metric] = [
    .totalEntropy, .aleatoricEntropy, .epistemicEntropy, .betweenGroups, .withinGroups,
  ]

  /// The metrics that are computed: the three scores of the first table, and the measures of uncertainty.
  package let metrics: [Metric]
  /// The method.
  package let method: String
  /// All members with growing samples, then growing members with all samples.
  package let points: [Point]
  /// The mutual information between groups of all leaves, by the size of the groups.
  package let collapse: Collapse

  /// Scores `file` on the examples at `rows`.
  init(_ file: PredictionsFile, rows: [Int], bins: Int) {
    let set = file.predictions
    let (posterior, labels, details) = (file.posterior(rows), file.labels(rows), RowDetails(file, rows: rows))
    let method = set.method
    let metrics = Forecast(method, posterior, labels: labels, details).headline + Self.uncertainties
    var sizes = Self.steps(to: set.samples).map { (set.groups, $0) }
    sizes += Self.steps(to: set.groups).dropLast().map { ($0, set.samples) }
    (self.method, self.metrics, collapse) = (method, metrics, Collapse(posterior))
    points = sizes.map { members, samples in
      let first = posterior.first(members: members, samples: samples)
      let forecast = Forecast(method, first, labels: labels, details)
      let values = metrics.map { ($0, $0.statistic(forecast, bins: bins).score.value ?? .nan) }
      return Point(members: members, samples: samples, values: Dictionary(uniqueKeysWithValues: values))
    }
  }

  /// 1, 2, ... up to 16, then steps of a quarter, and `last`.
  static func steps(to last: Int) -> [Int] {
    var steps: [Int] = []
    var next = 1
    while next < last {
      steps.append(next)
      next = next < 16 ? next + 1 : next * 5 / 4
    }
    return steps + [last]
  }

  /// The points with all members, by number of samples.
  package var bySamples: [Point] { points.filter { $0.members == points[0].members } }
  /// The points with all samples, by number of members.
  package var byMembers: [Point] {
    let most = points.map(\.samples).max()
    return points.filter { $0.samples == most }.sorted { $0.members < $1.members }
  }
}

extension Evaluation {
  /// The growth of every method on the scored questions.
  package var growth: [Growth] { files.map { Growth($0, rows: scoredRows, bins: settings.bins) } }

  /// One row for each method and number of members and samples; a cell is empty if its value is undefined.
  package static func csv(of growth: [Growth]) -> String {
    CSV.text(
      header: ["method", "members", "samples"] + (growth.first?.metrics ?? []).map(\.name),
      rows: growth.flatMap { growth in
        growth.points.map { point in
          [growth.method, "\(point.members)", "\(point.samples)"] + growth.metrics.map { CSV.number(point[$0]) }
        }
      })
  }

  /// One row for each method and size of the groups of its leaves.
  package static func collapseCSV(of growth: [Growth]) -> String {
    CSV.text(
      header: ["method", "size", "groups", "mutual_information", "mutual_information_unbiased"],
      rows: growth.flatMap { growth in
        growth.collapse.points.map { point in
          [growth.method, "\(point.size)", "\(point.groups)"]
            + [point.mutualInformation, point.unbiased].map(CSV.number)
        }
      })
  }
}
