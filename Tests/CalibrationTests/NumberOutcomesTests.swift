// Scores of predicted numbers against values computed by hand.
import Calibration
import Foundation
import Testing

@Suite struct NumberOutcomesTests {
  /// Three predictions over the bins [0, 2], [2, 4] and [4, 8]; the last number is beyond them.
  private let outcomes = NumberOutcomes(
    Outcomes(mixture([[0.5, 0.5, 1e-30], [0.25, 0.5, 0.25], [1e-30, 1e-30, 1]]), labels: [1, 0, 2]),
    edges: [0, 2, 4, 8], numbers: [3.5, 1, 9])

  private func value(_ statistic: some Statistic) throws -> Double { try #require(statistic.score.value) }

  @Test func errorsAreThoseOfMeanAndMedian() throws {
    // The means are 2, 3.25 and 6; the medians 2, 3 and 6.
    #expect(abs(try value(outcomes.rootMeanSquaredError) - ((2.25 + 5.0625 + 9) / 3).squareRoot()) < 1e-6)
    #expect(abs(try value(outcomes.medianError) - (1.5 + 2 + 3) / 3) < 1e-6)
  }

  @Test func theDensityIsTheBinsProbabilityByItsWidth() throws {
    // Beyond the bins it is that of the last one.
    let expected = -(log(0.5 / 2) + log(0.25 / 2) + log(1 / 4.0)) / 3
    #expect(abs(try value(outcomes.negativeLogDensity) - expected) < 1e-6)
  }

  @Test func intervalsAreInterpolatedInsideBins() throws {
    // The central halves are 1 to 3, 2 to 4 and 5 to 7; 90 % are 0.2 to 3.8, 0.4 to 7.2 and 4.2 to 7.8.
    #expect(try value(outcomes.coverage(0.5)) == 0)
    #expect(abs(try value(outcomes.coverage(0.9)) - 2 / 3.0) < 1e-12)
  }

  @Test func aRootMeanCountsWeightedExamples() throws {
    let errors = RootMean(Mean([1, 4, 9]))
    #expect(errors.count == 3 && errors.score(weights: [0, 3, 0]) == .value(2))
    #expect(errors.score(weights: [1, 2, 0]) == .value(3.0.squareRoot()))
  }
}
