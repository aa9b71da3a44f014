// The mean of predicted numbers with its interval: closed forms at its limits, and how often it holds the true mean.
import Arrays
import Calibration
import Foundation
import Testing

@Suite struct PoweredMeanTests {
  private func moments(_ forecasts: [Double]) -> ForecastMoments {
    var moments = ForecastMoments(quantities: 1)
    for forecast in forecasts { moments.add([forecast]) }
    return moments
  }

  @Test func studentsDistributionHasThePublishedQuantiles() {
    for (degrees, level, quantile) in [(1, 0.95, 12.7062), (9, 0.95, 2.26216), (30, 0.99, 2.75), (1e6, 0.95, 1.95997)] {
      #expect(abs(StudentDistribution(degreesOfFreedom: degrees).halfWidth(level) / quantile - 1) < 1e-5, "\(degrees)")
    }
  }

  /// Without information in the forecasts, the interval is Student's, of the labelled rows alone.
  @Test(arguments: [4, 40]) func constantForecastsAddNothingToTheLabels(rows: Int) throws {
    let numbers = (0..<rows).map { Double($0 % 4) }
    let mean = try #require(
      PoweredMean(numbers, forecasts: numbers.map { _ in 7 }, new: moments([Double](repeating: 7, count: 500))))
    let deviation = (1.25 / Double(rows - 1)).squareRoot()
    let half = StudentDistribution(degreesOfFreedom: Double(rows - 1)).halfWidth(0.95) * deviation
    #expect(mean.weight == 0 && abs(mean.value - 1.5) < 1e-12)
    #expect(abs(mean.interval.upperBound - (1.5 + half)) < 1e-9 && abs(mean.interval.lowerBound - (1.5 - half)) < 1e-9)
    #expect(mean.rowsToHalve == 3 * rows && abs(mean.effectiveRows - Double(rows)) < 1e-9)
    #expect(mean.basis == (rows < 10 ? .labels : .labelsAndForecasts))
  }

  /// Forecasts that are right but for a constant: their mean, corrected by it, is worth as much as labels of all texts.
  @Test func aBiasOfTheForecastsIsCorrected() throws {
    let numbers = (0..<100).map { Double($0 % 10) }
    let all = (0..<10_000).map { Double($0 % 10) + 0.5 * Double($0 % 3) }
    let mean = try #require(
      PoweredMean(numbers, forecasts: numbers.map { $0 + 20 }, new: moments(all.map { $0 + 20 })))
    #expect(mean.weight > 0.9 && mean.effectiveRows > 1000)
    #expect(abs(mean.value - 5) < 0.1 && mean.interval.contains(all.reduce(0, +) / 10_000))
  }

  @Test func forecastsThatFallWhereTheNumbersRiseHaveNoWeight() throws {
    let numbers = (0..<50).map { Double($0 % 10) }
    let forecasts = numbers.map { -$0 }
    let mean = try #require(PoweredMean(numbers, forecasts: forecasts, new: moments([-9] + forecasts)))
    #expect(mean.weight == 0 && abs(mean.value - 4.5) < 1e-12 && abs(mean.effectiveRows - 50) < 1e-9)
  }

  @Test func oneLabelIsNoInterval() {
    #expect(PoweredMean([3], forecasts: [2], new: moments([1, 2])) == nil)
  }

  /// 600 draws of 6, 12 and 60 labelled rows with skewed numbers: the intervals hold the true mean nearly as often as they
  /// say.
  @Test(arguments: [6, 12, 60]) func theIntervalHoldsTheMean(rows: Int) throws {
    let stream = RandomStream(seed: 3, purpose: .test)
    func draw(_ index: Int) -> (number: Double, forecast: Double) {
      let (u, v) = (Double(stream.uniform(2 * index)), Double(stream.uniform(2 * index + 1)))
      return (u * u + 0.3 * v, 0.8 * u + 2)
    }
    // The mean of u² is 1/3, that of v is 1/2.
    let (truth, repeats, new) = (1.0 / 3 + 0.15, 600, 200)
    var held = 0
    for repeated in 0..<repeats {
      let all = (0..<rows + new).map { draw(repeated * (rows + new) + $0) }
      let labelled = all.prefix(rows)
      let forecasts = moments(all.dropFirst(rows).map(\.forecast))
      let mean = PoweredMean(labelled.map(\.number), forecasts: labelled.map(\.forecast), new: forecasts)
      held += try #require(mean).interval.contains(truth) ? 1 : 0
    }
    let share = Double(held) / Double(repeats)
    #expect(share > 0.91 && share < 0.985, "\(share)")
  }
}
