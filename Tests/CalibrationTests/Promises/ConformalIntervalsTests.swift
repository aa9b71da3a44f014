// Conformal intervals: the margin of a case computed by hand, and the promised coverage by simulation.
import Arrays
import Calibration
import Foundation
import Testing

@Suite struct ConformalIntervalsTests {
  /// `count` numbers, uniform from 0 to 1, where the method predicts a uniform distribution from 0 to `claimed`.
  private func outcomes(_ count: Int, claimed: Double, seed: UInt32) -> NumberOutcomes {
    let stream = RandomStream(seed: 3, purpose: .test, place: (seed, 0))
    let numbers = (0..<count).map { Double(stream.uniform($0)) }
    return numberOutcomes(numbers, edges: [0, claimed, 10], probabilities: [1, 1e-30])
  }

  private func numberOutcomes(_ numbers: [Double], edges: [Double], probabilities: [Double]) -> NumberOutcomes {
    NumberOutcomes(
      Outcomes(mixture(numbers.map { _ in probabilities }), labels: numbers.map { $0 < edges[1] ? 0 : 1 }),
      edges: edges, numbers: numbers)
  }

  @Test func theMarginIsTheQuantileOfTheDistances() throws {
    // The method's own 80 % interval is 1 to 9; the distances are -1, -3, 1, 3 and 0.
    let rows = numberOutcomes([2, 6, 0, 12, 9], edges: [0, 5, 10], probabilities: [0.5, 0.5])
    let found = try ConformalIntervals(rows, coverage: 0.8)
    // The 5th of 5: (5 + 1) 0.8 = 4.8, rounded up.
    #expect(found.coverage.rank == 5 && abs(found.margin - 3) < 1e-5)
    let interval = found.interval(rows.distributions[0])
    #expect(abs(interval.lowerBound + 2) < 1e-5 && abs(interval.upperBound - 12) < 1e-5)
  }

  @Test func aNarrowedIntervalStillHoldsTheMedian() throws {
    let rows = numberOutcomes([Double](repeating: 5, count: 20), edges: [0, 5, 10], probabilities: [0.5, 0.5])
    let found = try ConformalIntervals(rows, coverage: 0.8)
    #expect(found.margin < -3.9)
    for share in [0.999, 0.7] {
      let other = BinnedDistribution(edges: [0, 5, 10], probabilities: [share, 1 - share])
      #expect(found.interval(other).contains(other.quantile(0.5)))
    }
  }

  @Test func tooFewRowsAreRefused() {
    let few = #expect(throws: TooFewRows.self) {
      try ConformalIntervals(outcomes(8, claimed: 1, seed: 0), coverage: 0.9)
    }
    #expect(few?.needed == 9 && few?.found == 8)
  }

  /// However wrong the method's own intervals are: of 2,000 draws of 99 rows, the mean coverage is what was asked for.
  @Test(arguments: [0.2, 1, 4]) func coverageIsAsPromised(claimed: Double) throws {
    var held = 0
    for seed in 0..<2000 as Range<UInt32> {
      let rows = outcomes(100, claimed: claimed, seed: seed)
      let labelled = numberOutcomes(
        Array(rows.numbers.prefix(99)), edges: [0, claimed, 10], probabilities: [1, 1e-30])
      let found = try ConformalIntervals(labelled, coverage: 0.9)
      if found.interval(rows.distributions[99]).contains(rows.numbers[99]) { held += 1 }
    }
    // Three deviations of a binomial share are 2 %.
    #expect(abs(Double(held) / 2000 - 0.9) < 0.02, "\(held)")
  }
}
