// Conformal sets by hand: scores, ranks, the fewest rows, and random parts that follow a row's id.
import Calibration
import Foundation
import Testing

@Suite struct ConformalSetsTests {
  /// `count` rows of two classes; the label, class 0, has the probability (row + 1) / (count + 1).
  private func outcomes(_ count: Int) -> Outcomes {
    let logits = (0..<count).flatMap { row -> [Float] in
      let p = Double(row + 1) / Double(count + 1)
      return [Float(log(p)), Float(log(1 - p))]
    }
    return Outcomes(
      Mixture(logits: logits, choices: 2, choiceCounts: [Int32](repeating: 2, count: count)),
      labels: [Int32](repeating: 0, count: count))
  }

  private func rule(_ rows: Int, _ coverage: Double, _ scope: ConformalSets.Scope = .allRows) throws -> ConformalSets {
    try ConformalSets(
      outcomes(rows), randomParts: [Double](repeating: 1, count: rows), score: .leastAmbiguous, coverage: coverage,
      scope: scope)
  }

  @Test func scoresOfOneForecast() {
    let p = [0.2, 0.5, 0.3]
    func expect(_ score: ConformalScore, _ randomPart: Double, _ expected: [Double]) {
      for (value, wanted) in zip(score.scores(p, randomPart: randomPart), expected) {
        #expect(abs(value - wanted) < 1e-15)
      }
    }
    expect(.leastAmbiguous, 0.3, [0.8, 0.5, 0.7])
    expect(.adaptive, 1, [1, 0.5, 0.8])
    expect(.adaptive, 0.5, [0.9, 0.25, 0.65])
    // The second class has the penalty in its own part, and the third also has the second's before it.
    expect(.regularised(penalty: 0.1, free: 1), 1, [1.2, 0.5, 0.9])
    expect(.regularised(penalty: 0.1, free: 1), 0.5, [1.05, 0.25, 0.7])
  }

  @Test func equalProbabilitiesRankByIndex() {
    #expect(ConformalScore.adaptive.scores([0.25, 0.5, 0.25], randomPart: 1) == [0.75, 0.5, 1])
  }

  @Test func theQuantileIsTheRankOfTheRowsAndOneMore() throws {
    // Nineteen rows: the 18th smallest of the scores 1 - p is that of the second smallest p, 2/20.
    let threshold = try rule(19, 0.9).thresholds[0]
    #expect(abs(threshold - 0.9) < 1e-7)
    #expect(ConformalCoverage(0.9, rows: 19).rank == 18)
    // 30 * 0.9 is 27.000000000000004 in binary.
    #expect(ConformalCoverage(0.9, rows: 29).rank == 27)
  }

  @Test func anInfiniteQuantileIsRefusedWithTheNumberOfRowsItNeeds() throws {
    #expect(ConformalCoverage.neededRows(0.9) == 9 && ConformalCoverage.neededRows(0.95) == 19)
    let few = #expect(throws: TooFewRows.self) { try rule(8, 0.9) }
    #expect(few?.needed == 9 && few?.found == 8 && few?.label == nil)
    #expect(try rule(9, 0.9).thresholds.count == 1)
    // Class 1 has no row at all.
    let none = #expect(throws: TooFewRows.self) { try rule(100, 0.9, .eachClass) }
    #expect(none?.needed == 9 && none?.found == 0 && none?.label == 1)
  }

  @Test func theBandIsThatOfABetaDistribution() throws {
    #expect(ConformalCoverage(0.9, rows: 8).band() == nil)
    // A single score at rank 1 of 1: Beta(1, 1), which is uniform.
    let uniform = try #require(ConformalCoverage(0.5, rows: 1).band(0.9))
    #expect(abs(uniform.lowerBound - 0.05) < 1e-12 && abs(uniform.upperBound - 0.95) < 1e-12)
    // Beta(90, 10) has the mean 0.9 and the deviation 0.0299.
    let band = try #require(ConformalCoverage(0.9, rows: 99).band(0.6827))
    #expect(abs((band.upperBound - band.lowerBound) / 2 - 0.0299) < 1e-3)
  }

  @Test func randomPartsFollowTheIdAndNotThePosition() {
    let parts = ConformalScore.randomParts(ids: ["a", "b", "c"])
    #expect(ConformalScore.randomParts(ids: ["c", "a"]) == [parts[2], parts[0]])
    #expect(Set(parts).count == 3 && parts.allSatisfy { (0..<1).contains($0) })
    let many = ConformalScore.randomParts(ids: (0..<20_000).map(String.init))
    #expect(abs(many.reduce(0, +) / 20_000 - 0.5) < 0.01)
  }
}
