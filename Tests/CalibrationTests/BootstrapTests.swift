// The bootstrap: agrees with theory where theory has an answer, pairs its comparisons, and depends on its seed alone.
import Arrays
import Calibration
import Foundation
import Testing

extension Bootstrap {
  /// Resamples sets of these sizes, of which no two examples belong together.
  func resample(_ statistics: [any Statistic], strata: [Int], rows: Int = 1) -> Resamples {
    resample(statistics, strata: strata.map { Clusters(independent: $0) }, rows: rows)
  }
}

@Suite struct BootstrapTests {
  private let stream = RandomStream(seed: 5, purpose: .test)

  private func outcomes(_ count: Int, sharpness: Float = 1) -> Outcomes {
    Outcomes(
      Mixture(
        logits: (0..<(count * 4)).map { sharpness * 4 * stream.uniform($0) }, choices: 4,
        choiceCounts: [Int32](repeating: 4, count: count)),
      labels: (0..<count).map { Int32(stream.integer(50_000 + $0, below: 3)) })
  }

  @Test func intervalOfAMeanMatchesTheNormalApproximation() throws {
    let values = (0..<400).map { Double(stream.uniform($0)) }
    let mean = values.reduce(0, +) / 400
    let error = (values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }).squareRoot() / 400
    let estimate = Bootstrap(draws: 4000).resample([Mean(values)], strata: [400])[0]
    let interval = try #require(estimate.interval)
    #expect(abs(try #require(estimate.standardError) / error - 1) < 0.05)
    #expect(abs(interval.lowerBound - (mean - 1.96 * error)) < 0.2 * error)
    #expect(abs(interval.upperBound - (mean + 1.96 * error)) < 0.2 * error)
    #expect(estimate.score == .value(mean))
  }

  @Test func oneExampleHasAValueAndNoInterval() {
    for (values, strata) in [([0.5], [1]), ([0.5, 1, 2], [1, 2]), ([0.5, 1, 2], [2, 1])] {
      let resamples = Bootstrap(draws: 50).resample([Mean(values), Mean(values.map { $0 * $0 })], strata: strata)
      for estimate in [resamples[0], resamples.difference(1, minus: 0)] {
        #expect(estimate.score.value != nil && estimate.interval == nil && estimate.standardError == nil)
        #expect(!estimate.excludesZero)
      }
    }
    #expect(Bootstrap(draws: 50).resample([Mean([1, 2])], strata: [2])[0].interval != nil)
  }

  /// The weights of copies that are resampled together need not sum to the number of examples.
  @Test(arguments: [[2, 0, 1, 3, 0, 1, 0], [5, 0, 3, 2, 4, 1, 0], [0, 2, 0, 0, 0, 1, 0]])
  func everyStatisticTakesWeightsAsCopies(weights: [Double]) throws {
    let plain = outcomes(7)
    let rows = weights.indices.flatMap { [Int](repeating: $0, count: Int(weights[$0])) }
    let copies = Outcomes(plain.mixture.selecting(rows), labels: rows.map { Int32(plain.labels[$0]) })
    func statistics(_ outcomes: Outcomes) -> [any Statistic] {
      [
        outcomes.accuracy, outcomes.negativeLogLikelihood, outcomes.brierScore,
        CalibrationError(outcomes, binning: .equalWidth(10), norm: .expected),
        CalibrationError(outcomes, binning: .equalWidth(10), norm: .maximum),
        CalibrationError(outcomes, binning: .equalWidth(10), norm: .rootMeanSquare),
        CalibrationError(outcomes, binning: .equalMass(3), norm: .expected), ClasswiseCalibrationError(outcomes),
        DebiasedCalibrationError(CalibrationError(outcomes, binning: .equalWidth(3), norm: .expected)),
        DebiasedCalibrationError(CalibrationError(outcomes, binning: .equalWidth(3), norm: .rootMeanSquare)),
        SmoothCalibrationError(outcomes), ReliabilityPart(outcomes, .miscalibration),
        ReliabilityPart(outcomes, .discrimination),
        SelectiveRisk(outcomes, .area), SelectiveRisk(outcomes, .atCoverage(0.8)), RootMean(outcomes.brierScore),
        F1(outcomes, labels: 1, .micro), F1(outcomes, labels: 1, .macro),
      ]
    }
    for (weighted, copied) in zip(statistics(plain), statistics(copies)) {
      let (a, b) = (weighted.score(weights: weights), copied.score)
      #expect(abs(try #require(a.value) - (try #require(b.value))) < 1e-12, "\(type(of: weighted))")
    }
  }

  @Test func differencesArePairedDrawByDraw() throws {
    let base = outcomes(300)
    // The same loss up to a constant: unpaired resamples would give this difference a wide interval.
    let shifted = Mean(base.negativeLogLikelihood.values.map { $0 + 0.25 })
    let resamples = Bootstrap(draws: 200).resample([base.negativeLogLikelihood, shifted], strata: [300])
    let difference = resamples.difference(1, minus: 0)
    let interval = try #require(difference.interval)
    #expect(abs(interval.lowerBound - 0.25) < 1e-12 && abs(interval.upperBound - 0.25) < 1e-12)
    #expect(difference.excludesZero)
    #expect(!resamples.difference(0, minus: 0).excludesZero)
  }

  /// Two methods that differ only by rounding may differ in the same direction on every example.
  @Test func differencesByRoundingDoNotCount() {
    let base = outcomes(300).negativeLogLikelihood
    for (change, excludes) in [(1e-7, false), (-3e-7, false), (1e-5, true), (-1e-5, true)] {
      let changed = Mean(base.values.map { $0 + change })
      let difference = Bootstrap(draws: 200).resample([base, changed], strata: [300]).difference(1, minus: 0)
      #expect(difference.excludesZero == excludes, "\(change)")
    }
  }

  @Test func combinationsAreComputedDrawByDraw() throws {
    let values = (0..<100).map { Double(stream.uniform($0)) }
    let resamples = Bootstrap(draws: 100).resample(
      [Mean(values), Mean(values.map { 1 - $0 }), Undefined(count: 100, "no labels")], strata: [100])
    let constant = resamples.combination([(0.5, 0), (0.5, 1)])
    #expect(try #require(constant.interval?.lowerBound) > 0.5 - 1e-12)
    #expect(try #require(constant.interval?.upperBound) < 0.5 + 1e-12)
    #expect(resamples.combination([(0.5, 0), (0.5, 2)]).score == .undefined("no labels"))
  }

  @Test func onlyTheSeedDecidesNotTheOtherStatistics() {
    let outcomes = outcomes(50)
    let alone = Bootstrap(draws: 50, seed: 3).resample([outcomes.accuracy], strata: [50])[0]
    let together = Bootstrap(draws: 50, seed: 3).resample([outcomes.brierScore, outcomes.accuracy], strata: [50])[1]
    #expect(alone == together)
    #expect(alone.interval != Bootstrap(draws: 50, seed: 4).resample([outcomes.accuracy], strata: [50])[0].interval)
  }

  @Test func strataKeepTheirSizes() throws {
    // The mean of the stratum's index is constant if each stratum is resampled to its own size.
    let estimate = Bootstrap(draws: 100).resample(
      [Mean([Double](repeating: 0, count: 30) + [Double](repeating: 1, count: 10))], strata: [30, 10])[0]
    #expect(try #require(estimate.interval) == 0.25...0.25)
  }

  @Test func strataOfOneSizeAreResampledIndependently() throws {
    let values = (0..<40).map { Double(stream.uniform($0)) }
    // With identical resamples, the two halves would cancel in every draw.
    let estimate = Bootstrap(draws: 50).resample([Mean(values + values.map { -$0 })], strata: [40, 40])[0]
    #expect(try #require(estimate.standardError) > 0.01)
  }

  /// Five copies of each value say as much as one of each, and five times as many values say more.
  @Test func copiesAreResampledTogether() throws {
    let values = (0..<100).map { Double(stream.uniform($0)) }
    let copied = (0..<500).map { values[$0 % 100] }
    let bootstrap = Bootstrap(draws: 200)
    let once = try #require(bootstrap.resample([Mean(values)], strata: [100])[0].standardError)
    let together = bootstrap.resample([Mean(copied)], strata: [Clusters((0..<500).map { $0 % 100 })])[0]
    #expect(abs(try #require(together.standardError) - once) < 1e-12)
    #expect(together.count == 500)
    #expect(try #require(bootstrap.resample([Mean(copied)], strata: [500])[0].standardError) < 0.6 * once)
    let single = bootstrap.resample([Mean([0.2, 0.2])], strata: [Clusters([7, 7])])[0]
    #expect(single.score.value == 0.2 && single.interval == nil)
  }

  @Test func undefinedStatisticsHaveNoIntervalButAReason() {
    let resamples = Bootstrap(draws: 10).resample(
      [Undefined(count: 3, "no labels"), Mean([1, 2, 3])], strata: [3])
    #expect(resamples[0].score == .undefined("no labels") && resamples[0].interval == nil)
    #expect(resamples.difference(1, minus: 0).score == .undefined("no labels"))
  }

  @Test func noExamplesGiveNoValue() {
    let estimate = Bootstrap(draws: 10).resample([Mean([])], strata: [0])[0]
    #expect(estimate.score == .undefined("no examples") && estimate.interval == nil && estimate.count == 0)
  }
}
