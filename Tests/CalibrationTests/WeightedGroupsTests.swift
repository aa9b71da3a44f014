// Groups that count differently in each example are the same as groups that stand there several times.
import Calibration
import Testing

@Suite struct WeightedGroupsTests {
  private static let (groups, samples, choices) = (2, 2, 3)
  private static let counts: [[Int]] = [[3, 1], [1, 1], [0, 2]]

  private static var logits: [Float] { (0..<3 * groups * samples * choices).map { Float($0 * 7 % 11) / 2 } }

  private static func weighted(_ weights: [Float]) -> PosteriorSamples {
    PosteriorSamples(
      logits: logits, groups: groups, samples: samples, choices: choices, choiceCounts: [3, 2, 3], weights: weights)
  }

  /// Example `row`, with as many copies of each group as it counts.
  private static func copied(_ row: Int) -> PosteriorSamples {
    let width = samples * choices
    let leaves = (0..<groups).flatMap { group in
      let start = (row * groups + group) * width
      return (0..<counts[row][group]).flatMap { _ in logits[start..<start + width] }
    }
    return PosteriorSamples(
      logits: leaves, groups: counts[row].reduce(0, +), samples: samples, choices: choices,
      choiceCounts: [row == 1 ? 2 : 3])
  }

  @Test func mixtureAndUncertaintyAreThoseOfCopies() {
    let samples = Self.weighted(Self.counts.joined().map { 0.25 * Float($0) })
    let (mixture, found) = (Mixture(samples), Uncertainty(samples))
    for row in 0..<3 {
      let copies = Self.copied(row)
      let expected = Uncertainty(copies)
      let probabilities = mixture.probabilities[row * 3..<(row + 1) * 3]
      #expect(zip(probabilities, Mixture(copies).probabilities).allSatisfy { abs($0 - $1) < 1e-12 })
      for (name, part) in [
        ("total", \.total), ("aleatoric", \.aleatoric), ("epistemic", \.epistemic), ("between", \.betweenGroups),
        ("within", \.withinGroups), ("disagreement", \.disagreement),
      ] as [(String, KeyPath<Uncertainty, [Double]>)] {
        #expect(abs(found[keyPath: part][row] - expected[keyPath: part][0]) < 1e-12, "\(name) of row \(row)")
      }
    }
  }

  @Test func aSelectionKeepsTheWeightsOfItsExamplesAndGroups() {
    let samples = Self.weighted([0.75, 0.25, 0.5, 0.5, 0.125, 0.875])
    #expect(samples.selecting([2, 0]).weights == [0.125, 0.875, 0.75, 0.25])
    #expect(samples.first(members: 1, samples: 1).weights == [0.75, 0.5, 0.125])
  }
}
