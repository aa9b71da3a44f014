// The effect of corrupted text: each score at each severity, and the mean change over the severities. The corrupted
// questions are those of the clean set, so that all are resampled together and the changes are paired.
import Calibration
import Faults

/// All methods under all corruptions.
package struct CorruptionScores: Sendable {
  /// The name of the mean of all corruptions.
  package static let mean = "all corruptions"

  /// One row of the results table over the severities of one corruption.
  package struct Curve: Sendable {
    /// `swag`, or `swag + temperature`.
    package let name: String
    /// The method.
    package let method: String
    /// Whether a temperature was applied.
    package let isRaw: Bool
    /// The corruption, or `all corruptions` for their mean.
    package let corruption: String
    /// 0 for clean text, then the severities.
    package let severities: [Int]
    /// [metric][severity]
    package let values: [Metric: [Estimate]]
    /// [metric] The mean change over the severities, relative to clean text.
    package let degradation: [Metric: Estimate]
  }

  /// The scores that are computed.
  let metrics: [Metric]
  /// One curve for each row and corruption, and one for each row's mean over the corruptions with the same severities.
  package let curves: [Curve]
  /// The corruptions in order, with the mean last if there is more than one.
  package let corruptions: [String]
  /// Number of questions.
  package let count: Int

  /// Scores `sets`, corruptions of `home`.
  ///
  /// Throws `.data` if a set is from another data set or its test questions are not those of `home` in the same order.
  init(_ home: TestSet, _ sets: [TestSet], _ temperatures: [Temperature?], _ settings: ScoringSettings) throws {
    for set in sets { try Self.check(set, against: home) }
    let stages = [home] + sets
    let forecasts = stages.map { $0.forecasts($0.scoredRows, temperatures) }
    let rows = forecasts[0].indices
    let metrics: [Metric] =
      forecasts[0][0].numbers == nil ? [.accuracy, .nll, .brier, .ece] : forecasts[0][0].shiftHeadline + [.nll]
    let resamples = settings.bootstrap.resample(
      forecasts.flatMap { forecasts in
        forecasts.flatMap { forecast in metrics.map { $0.statistic(forecast, bins: settings.bins) } }
      }, strata: [forecasts[0][0].clusters])
    func index(_ stage: Int, _ row: Int, _ metric: Int) -> Int {
      (stage * rows.count + row) * metrics.count + metric
    }
    let ladders = Self.ladders(sets)
    curves = ladders.flatMap { ladder in
      rows.map { row in
        var (values, degradation): ([Metric: [Estimate]], [Metric: Estimate]) = ([:], [:])
        let coefficients = Degradation.coefficients(ladder.severities.map(Double.init))
        for (column, metric) in metrics.enumerated() {
          let terms = ladder.stages.map { stages in
            stages.map { (coefficient: 1 / Double(stages.count), index: index($0, row, column)) }
          }
          values[metric] = terms.map { resamples.combination($0) }
          degradation[metric] = resamples.combination(
            zip(coefficients, terms).flatMap { scale, terms in
              terms.map { (coefficient: scale * $0.coefficient, index: $0.index) }
            })
        }
        let forecast = forecasts[0][row]
        return Curve(
          name: forecast.name, method: forecast.method, isRaw: forecast.calibrator == nil,
          corruption: ladder.corruption, severities: ladder.severities, values: values, degradation: degradation)
      }
    }
    (corruptions, count, self.metrics) = (ladders.map(\.corruption), forecasts[0][0].count, metrics)
  }

  /// The severities of one corruption, and the sets of each: indices into the clean set followed by the corrupted ones.
  private struct Ladder {
    let corruption: String
    let severities: [Int]
    let stages: [[Int]]
  }

  private static func ladders(_ sets: [TestSet]) -> [Ladder] {
    var names: [String] = []
    for set in sets where !names.contains(set.corruption.name) { names.append(set.corruption.name) }
    let ladders = names.map { name in
      let steps = sets.indices.filter { sets[$0].corruption.name == name }
        .sorted { sets[$0].corruption.severity < sets[$1].corruption.severity }
      return Ladder(
        corruption: name, severities: [0] + steps.map { sets[$0].corruption.severity },
        stages: [[0]] + steps.map { [$0 + 1] })
    }
    // A mean over corruptions needs the same severities in all of them.
    guard ladders.count > 1, Set(ladders.map(\.severities)).count == 1 else { return ladders }
    let stages = ladders[0].severities.indices.map { step in step == 0 ? [0] : ladders.map { $0.stages[step][0] } }
    return ladders + [Ladder(corruption: Self.mean, severities: ladders[0].severities, stages: stages)]
  }

  private static func check(_ set: TestSet, against home: TestSet) throws {
    let (file, other) = (set.files[0], home.files[0])
    guard set.dataset == home.dataset, set.corruption.severity > 0 else {
      throw Fault(
        .data, file.path, "\(set.name) is not a corruption of \(home.dataset)",
        hint: "for a set of other questions, use `shifted`")
    }
    guard set.scoredIDs == home.scoredIDs else {
      throw Fault(.data, file.path, "the test questions differ from those of \(other.path), or are in another order")
    }
  }
}
