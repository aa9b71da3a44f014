// The interval of a calibration error holds the true error as often as it promises, which quantiles of resampled values
// do not; the null band holds perfectly calibrated methods. All seeds are fixed.
import Arrays
import Calibration
import Foundation
import Testing

/// Questions with four choices whose confidences are more or less right.
struct CalibrationPopulation: Sendable, CustomTestStringConvertible {
  /// How the true probability of a right answer follows from the confidence.
  enum Truth: Sendable {
    /// The logits are this many times too large.
    case temperature(Double)
    /// Too confident and too cautious in turns, by at most this much.
    case wave(Double)
  }

  let truth: Truth
  private let confidences: [Double]
  private let accuracies: [Double]
  /// The error of the whole population over 15 bins.
  let error: Double
  var testDescription: String { "\(truth)" }

  init(_ truth: Truth) {
    let size = 200_000
    let stream = RandomStream(seed: 17, purpose: .test)
    var (confidences, accuracies): ([Double], [Double]) = ([], [])
    for question in 0..<size {
      var logits = (0..<4).map { Reference.normal(stream, 6 * question + $0) }
      // A choice that is more likely than the others by a gamma variable of shape 1.5: from sure to unsure.
      logits[0] -= 2 * log(1 - Double(stream.uniform(6 * size + 2 * question)))
      logits[0] += pow(Reference.normal(stream, 6 * question + 4), 2)
      let best = logits.max()!
      let chance = { (temperature: Double) in
        1 / logits.reduce(0) { $0 + exp(($1 - best) / temperature) }
      }
      let confidence = chance(1)
      confidences.append(confidence)
      switch truth {
      case .temperature(let temperature): accuracies.append(chance(temperature))
      case .wave(let height):
        accuracies.append(min(max(confidence + height * sin(6 * Double.pi * confidence), 0.01), 0.999))
      }
    }
    (self.truth, self.confidences, self.accuracies) = (truth, confidences, accuracies)
    // With accuracies in place of right answers, the error has no noise.
    error =
      CalibrationError(confidences: confidences, correct: accuracies, binning: .equalWidth(15), norm: .expected)
      .score.value!
  }

  /// The calibration error of a sample.
  func sample(_ count: Int, _ index: Int, _ norm: CalibrationError.Norm = .expected) -> CalibrationError {
    let stream = RandomStream(seed: 19, purpose: .test, place: (UInt32(index), UInt32(count)))
    let questions = (0..<count).map { stream.integer(2 * $0, below: confidences.count) }
    return CalibrationError(
      confidences: questions.map { confidences[$0] },
      correct: questions.enumerated().map { Double(stream.uniform(1_000_000 + $0)) < accuracies[$1] ? 1 : 0 },
      binning: .equalWidth(15), norm: norm)
  }
}

@Suite struct CalibrationIntervalTests {
  private static let populations = [
    CalibrationPopulation(.temperature(1)), CalibrationPopulation(.temperature(1.3)),
    CalibrationPopulation(.temperature(1.6)), CalibrationPopulation(.temperature(0.8)),
    CalibrationPopulation(.wave(0.03)), CalibrationPopulation(.wave(0.08)),
  ]

  private func share(_ samples: Int, where holds: (Int) -> Bool) -> Double {
    Double((0..<samples).count(where: holds)) / Double(samples)
  }

  // 400 samples of an interval that holds in 95 % of them: at least 92 % but for four deviations of chance.
  @Test(arguments: populations, [200, 1000])
  func theTrueErrorIsInTheIntervalAsOftenAsPromised(population: CalibrationPopulation, count: Int) {
    let held = share(400) { index in
      let estimate = Bootstrap(draws: 400).resample([population.sample(count, index)], strata: [count])[0]
      return estimate.interval!.contains(population.error)
    }
    #expect(held > 0.91, "\(held) of intervals around \(population.error)")
  }

  @Test func quantilesOfResampledValuesWouldNotHoldASmallError() {
    let population = CalibrationPopulation(.wave(0.03))
    let held = share(100) { index in
      let error = population.sample(1000, index)
      let quantiles = Bootstrap(draws: 200).resample([Percentile(error)], strata: [1000])[0].interval!
      return quantiles.contains(population.error)
    }
    #expect(held < 0.5)
  }

  @Test func theNullBandHoldsPerfectlyCalibratedMethods() throws {
    let confidences = (0..<500).map { 0.3 + 0.7 * Double(RandomStream(seed: 1, purpose: .test).uniform($0)) }
    func error(_ draw: Int) -> CalibrationError {
      let stream = RandomStream(seed: 2, purpose: .test, place: (UInt32(draw), 0))
      return CalibrationError(
        confidences: confidences,
        correct: confidences.enumerated().map { Double(stream.uniform($0)) < $1 ? 1 : 0 },
        binning: .equalWidth(15), norm: .expected)
    }
    let null = CalibrationNull(error(0))
    let band = try #require(Bootstrap(draws: 2000).resample([null], strata: [500])[0].interval)
    let values = (0..<1000).map { error($0).score.value! }
    let mean = values.reduce(0, +) / 1000
    #expect(abs(try #require(null.score.value) / mean - 1) < 0.03)
    #expect(abs(share(1000) { band.contains(values[$0]) } - 0.95) < 0.02)
    // An error within the band may be none at all, and a larger one may not.
    for draw in 0..<20 where abs(values[draw] - band.upperBound) > 1e-3 {
      let interval = try #require(Bootstrap(draws: 2000).resample([error(draw)], strata: [500])[0].interval)
      #expect((interval.lowerBound == 0) == (values[draw] <= band.upperBound))
      #expect(interval.contains(values[draw]))
    }
  }

  @Test func copiesOfAnExampleAreWorthOneExample() throws {
    let (count, copies) = (300, 4)
    let stream = RandomStream(seed: 3, purpose: .test)
    let confidences = (0..<count).map { 0.25 + 0.75 * Double(stream.uniform($0)) }
    let correct = (0..<count).map { Double(stream.uniform(count + $0)) < confidences[$0] - 0.1 ? 1.0 : 0 }
    func interval(_ copies: Int, together: Bool) throws -> ClosedRange<Double> {
      let rows = (0..<count).flatMap { [Int](repeating: $0, count: copies) }
      let error = CalibrationError(
        confidences: rows.map { confidences[$0] }, correct: rows.map { correct[$0] }, binning: .equalWidth(15),
        norm: .expected)
      let clusters = together ? Clusters(rows) : Clusters(independent: rows.count)
      return try #require(Bootstrap(draws: 1000).resample([error], strata: [clusters])[0].interval)
    }
    let (single, clustered) = (try interval(1, together: true), try interval(copies, together: true))
    #expect(abs(single.lowerBound - clustered.lowerBound) < 1e-6)
    #expect(abs(single.upperBound - clustered.upperBound) < 1e-6)
    #expect(try interval(copies, together: false).upperBound < single.upperBound - 0.01)
  }

  @Test func theMaximumOverBinsHasNoInterval() {
    let estimate = Bootstrap(draws: 100).resample([Self.populations[1].sample(100, 0, .maximum)], strata: [100])[0]
    #expect(estimate.score.value != nil && estimate.interval == nil && !estimate.excludesZero)
  }

  @Test(
    .enabled(if: ProcessInfo.processInfo.environment["COVERAGE"] != nil, "COVERAGE is not set"),
    arguments: [200, 1000, 5000])
  func coverageTable(count: Int) {
    let samples = Int(ProcessInfo.processInfo.environment["COVERAGE"] ?? "") ?? 1000
    for population in Self.populations {
      var (own, quantiles, width) = (0, 0, 0.0)
      for index in 0..<samples {
        let error = population.sample(count, index)
        let interval = Bootstrap(draws: 1000).resample([error], strata: [count])[0].interval!
        own += interval.contains(population.error) ? 1 : 0
        width += (interval.upperBound - interval.lowerBound) / Double(samples)
        let resampled = Bootstrap(draws: 200).resample([Percentile(error)], strata: [count])[0].interval!
        quantiles += resampled.contains(population.error) ? 1 : 0
      }
      let percent = { (value: Double) in (1000 * value).rounded() / 10 }
      print(
        "| \(count) | \(population.testDescription) | \(percent(population.error)) |",
        "\(percent(Double(own) / Double(samples))) | \(percent(Double(quantiles) / Double(samples))) |",
        "\(percent(width)) |")
    }
  }
}

/// A statistic with the quantiles of resampled values in place of its own interval.
struct Percentile: Statistic {
  let statistic: any Statistic
  init(_ statistic: any Statistic) { self.statistic = statistic }
  var count: Int { statistic.count }
  func score(weights: [Double]) -> Score { statistic.score(weights: weights) }
}
