// Distances between predictive distributions, by hand.
import Calibration
import Foundation
import Testing

@Suite struct PredictiveDistanceTests {
  private func mixture(_ rows: [[Float]]) -> Mixture {
    Mixture(
      logits: rows.flatMap { ($0 + [1]).prefix(3).map { log($0) } }, choices: 3,
      choiceCounts: rows.map { Int32($0.count) })
  }

  @Test func totalVariationIsHalfTheSumOfDifferences() {
    let one = mixture([[0.5, 0.25, 0.25], [0.9, 0.1], [0.2, 0.3, 0.5]])
    let other = mixture([[0.25, 0.5, 0.25], [0.6, 0.4], [0.2, 0.3, 0.5]])
    for (found, expected) in zip(one.totalVariation(from: other), [0.25, 0.3, 0]) {
      #expect(abs(found - expected) < 1e-7)
    }
    #expect(one.agreement(with: other) == [0, 1, 1])
    #expect(one.totalVariation(from: one) == [0, 0, 0])
  }

  @Test func groupsAreSelectedWithTheirSamples() {
    let all = PosteriorSamples(
      logits: (0..<24).map { Float($0 % 7) }, groups: 3, samples: 2, choices: 2, choiceCounts: [2, 2])
    let last = all.selecting(groups: 1..<3)
    #expect((last.groups, last.samples) == (2, 2))
    let kept: [Float] = (Array(4..<12) + Array(16..<24)).map { Float($0 % 7) }
    #expect(last.logits == kept)
  }
}
