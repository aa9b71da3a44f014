// Class shares with intervals: the limits in which the forecasts are worth everything and nothing, and small counts.
import Arrays
import Calibration
import Foundation
import Testing

@Suite struct PoweredSharesTests {
  /// Two-class forecasts with these probabilities of class 1.
  private func mixture(_ probabilities: [Double]) -> Mixture {
    Mixture(
      logits: probabilities.flatMap { [Float(log(1 - $0)), Float(log($0))] }, choices: 2,
      choiceCounts: [Int32](repeating: 2, count: probabilities.count))
  }

  private func moments(_ mixture: Mixture) -> ForecastMoments {
    var moments = ForecastMoments(quantities: 2)
    moments.add(mixture)
    return moments
  }

  /// The share of class 1 where row i has it if i % 4 == 0.
  private func share(_ rows: Int, new: Int, forecast: (Int) -> Double) -> PoweredMean {
    let labelled = Outcomes(mixture((0..<rows).map(forecast)), labels: (0..<rows).map { $0 % 4 == 0 ? 1 : 0 })
    return PoweredShares(labelled, new: moments(mixture((0..<new).map(forecast)))).shares[1]
  }

  @Test func constantForecastsAddNothingToTheLabels() {
    let share = share(100, new: 5000) { _ in 0.4 }
    #expect(share.weight == 0 && abs(share.value - 0.25) < 1e-12 && abs(share.effectiveRows - 100) < 1e-9)
    let half = 1.959963984540054 * (0.25 * 0.75 / 100).squareRoot()
    #expect(abs(share.interval.upperBound - (0.25 + half)) < 1e-9)
    // A quarter of the variance needs four times the rows.
    #expect(share.rowsToHalve == 300)
  }

  @Test func forecastsThatKnowTheLabelAreWorthAsMuchAsLabels() {
    let share = share(100, new: 9900) { $0 % 4 == 0 ? 0.9999 : 0.0001 }
    #expect(abs(share.weight - 0.99) < 0.01)
    #expect(share.effectiveRows > 9_000)
  }

  @Test func moreLabelsAsAdvisedHalveTheInterval() {
    func forecast(_ row: Int) -> Double { row % 4 == 0 ? (row % 3 == 0 ? 0.4 : 0.7) : 0.2 }
    let before = share(240, new: 4800, forecast: forecast)
    let after = share(240 + before.rowsToHalve, new: 4800, forecast: forecast)
    func width(_ share: PoweredMean) -> Double { share.interval.upperBound - share.interval.lowerBound }
    #expect(abs(width(after) / width(before) - 0.5) < 0.01)
  }

  @Test func rareClassesGetTheExactIntervalOfTheLabels() {
    let labelled = Outcomes(mixture([Double](repeating: 0.1, count: 50)), labels: [Int32](repeating: 0, count: 50))
    let share = PoweredShares(labelled, new: moments(mixture([0.1, 0.2, 0.3]))).shares[1]
    #expect(share.basis == .labels && share.value == 0 && share.interval.lowerBound == 0)
    // 1 - 0.025^(1/50)
    #expect(abs(share.interval.upperBound - 0.0711) < 1e-4)
  }

  @Test func blocksOfRowsChangeNothing() {
    let all = mixture((0..<100).map { 0.01 * Double($0) + 0.005 })
    var blocks = ForecastMoments(quantities: 2)
    for start in stride(from: 0, to: 100, by: 7) { blocks.add(all.selecting(Array(start..<min(start + 7, 100)))) }
    #expect(blocks.count == 100)
    for (mine, whole) in zip(blocks.means, moments(all).means) { #expect(abs(mine - whole) < 1e-12) }
  }
}

@Suite struct NextLabelsTests {
  @Test func theLargestValuesComeFirstAndTiesByIndex() {
    var labels = NextLabels(limit: 3)
    for (index, value) in [0.1, 0.7, 0.3, 0.7, 0.3].enumerated() { labels.add(index, value: value) }
    #expect(labels.rows.map(\.index) == [1, 3, 2])
    var reversed = NextLabels(limit: 3)
    for (index, value) in [0.1, 0.7, 0.3, 0.7, 0.3].enumerated().reversed() { reversed.add(index, value: value) }
    #expect(reversed == labels)
  }
}
