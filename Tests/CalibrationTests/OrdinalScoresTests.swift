// Scores of grades against numbers computed by hand.
import Calibration
import Foundation
import Testing

@Suite struct OrdinalScoresTests {
  private func outcomes(_ rows: [[Double]], _ labels: [Int32]) -> Outcomes {
    Outcomes(
      Mixture(
        logits: rows.flatMap { $0.map { Float(log($0)) } }, choices: 3,
        choiceCounts: [Int32](repeating: 3, count: rows.count)), labels: labels)
  }

  @Test func theRankedProbabilityScoreIsThatOfTheFormula() throws {
    // Grades 1, 2 and 4, not in order: Σ p |x - 2| = 0.5·1 + 0.25·2 = 1; ½ ΣΣ = 0.5·0.25·1 + 0.5·0.25·3 + 0.25·0.25·2.
    let score = outcomes([[0.25, 0.5, 0.25]], [0]).rankedProbabilityScore(values: [2, 1, 4]).score.value
    #expect(abs(try #require(score) - (1 - 0.625)) < 1e-6)
    let certain = outcomes([[1 - 2e-12, 1e-12, 1e-12]], [2]).rankedProbabilityScore(values: [2, 1, 4]).score.value
    #expect(abs(try #require(certain) - 2) < 1e-6)
  }

  @Test func medianAndIntervalFollowTheOrderOfTheValues() {
    let outcomes = outcomes([[0.04, 0.9, 0.06], [0.3, 0.4, 0.3]], [0, 2])
    // Sorted: 1 (0.9), 2 (0.04), 4 (0.06); and 1 (0.4), 2 (0.3), 4 (0.3).
    #expect(outcomes.medianError(values: [2, 1, 4]).score.value == (1.0 + 2.0) / 2)
    #expect(outcomes.coverage(0.9, values: [2, 1, 4]).score.value == 1)
    // 5 % to 95 % of the first row is 1 to 4; 20 % to 80 % is 1 alone.
    #expect(outcomes.coverage(0.6, values: [2, 1, 4]).score.value == 0.5)
  }
}
