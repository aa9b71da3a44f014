// Entropies and mutual information: limits, the chain rule, and what a single set of weights cannot show.
import Arrays
import Calibration
import Foundation
import Testing

@Suite struct UncertaintyTests {
  /// Random logits of a few leaves about a few examples, some of them with fewer choices.
  static func random(examples: Int = 6, groups: Int = 3, samples: Int = 4, choices: Int = 5) -> PosteriorSamples {
    let stream = RandomStream(seed: 7, purpose: .test)
    return PosteriorSamples(
      logits: (0..<(examples * groups * samples * choices)).map { 8 * stream.uniform($0) }, groups: groups,
      samples: samples, choices: choices,
      choiceCounts: (0..<examples).map { Int32(choices - 2 * ($0 % 2)) })
  }

  @Test func identicalUniformLeavesHaveEntropyLogCAndNoMutualInformation() {
    let samples = PosteriorSamples(
      logits: [Float](repeating: -2, count: 3 * 4), groups: 3, samples: 1, choices: 4, choiceCounts: [4])
    let uncertainty = Uncertainty(samples)
    #expect(abs(uncertainty.total[0] - log(4)) < 1e-15)
    #expect(uncertainty.epistemic[0] < 1e-15)
    #expect(uncertainty.disagreement == [0])
  }

  @Test func whatNoLeafHoldsPossibleTheMeanDoesNotEither() {
    let leaves = [[log(0.25), log(0.75), -Double.infinity], [log(0.75), log(0.25), -.infinity]]
    for shares in [nil, [1.0, 1]] {
      let mean = logMeanExp(leaves, shares: shares)
      #expect(abs(mean[0] - log(0.5)) < 1e-15 && abs(mean[1] - log(0.5)) < 1e-15 && mean[2] == -.infinity)
    }
  }

  @Test func twoOppositeOneHotLeavesHaveMutualInformationLogTwo() {
    let samples = PosteriorSamples(
      logits: [0, -9000, -9000, 0], groups: 1, samples: 2, choices: 2, choiceCounts: [2])
    let uncertainty = Uncertainty(samples)
    #expect(abs(uncertainty.epistemic[0] - log(2)) < 1e-15)
    #expect(uncertainty.aleatoric[0] == 0)
    #expect(uncertainty.disagreement == [0.5])
  }

  @Test func mutualInformationIsThatBetweenGroupsPlusTheMeanWithinThem() {
    let uncertainty = Uncertainty(Self.random())
    for example in uncertainty.total.indices {
      let sum = uncertainty.betweenGroups[example] + uncertainty.withinGroups[example]
      #expect(abs(uncertainty.epistemic[example] - sum) < 1e-12)
      #expect(uncertainty.betweenGroups[example] > 0 && uncertainty.withinGroups[example] > 0)
    }
  }

  @Test func orderOfGroupsAndSamplesChangesNothing() {
    let posterior = Self.random()
    let leaf = posterior.choices
    var shuffled: [Float] = []
    for example in 0..<posterior.count {
      for group in [2, 0, 1] {
        for sample in [3, 1, 0, 2] {
          let start = ((example * 3 + group) * 4 + sample) * leaf
          shuffled += posterior.logits[start..<(start + leaf)]
        }
      }
    }
    let other = PosteriorSamples(
      logits: shuffled, groups: 3, samples: 4, choices: leaf, choiceCounts: posterior.choiceCounts)
    for (a, b) in zip(Mixture(posterior).probabilities, Mixture(other).probabilities) { #expect(abs(a - b) < 1e-15) }
    let (one, two) = (Uncertainty(posterior), Uncertainty(other))
    for (a, b) in zip(one.betweenGroups + one.withinGroups, two.betweenGroups + two.withinGroups) {
      #expect(abs(a - b) < 1e-14)
    }
    #expect(one.disagreement == two.disagreement)
  }

  @Test func anExampleDoesNotDependOnTheOthers() {
    let posterior = Self.random()
    let (all, one) = (Uncertainty(posterior), Uncertainty(posterior.selecting([4, 1])))
    #expect(one.total == [all.total[4], all.total[1]])
    #expect(one.epistemic == [all.epistemic[4], all.epistemic[1]])
    #expect(Mixture(posterior.selecting([4])).probabilities == Array(Mixture(posterior).probabilities[20..<25]))
  }

  @Test func oneSetOfWeightsMeasuresNoSpreadAndSaysSo() {
    let uncertainty = Uncertainty(Self.random(groups: 1, samples: 1))
    #expect(uncertainty.meanTotal.score.value != nil)
    for statistic in [uncertainty.meanEpistemic, uncertainty.meanAleatoric, uncertainty.meanDisagreement] {
      #expect(statistic.score == .undefined("no spread measured: one set of weights"))
    }
    #expect(uncertainty.meanBetweenGroups.score == .undefined("no spread measured: one group"))
  }

  @Test func oneGroupOrOneSampleLeavesOnlyTheOtherPart() {
    let single = Uncertainty(Self.random(groups: 1))
    #expect(single.meanBetweenGroups.score.value == nil)
    #expect(single.withinGroups == single.epistemic)
    let ensemble = Uncertainty(Self.random(samples: 1))
    #expect(ensemble.meanWithinGroups.score.reason == "no spread measured: one sample a group")
    for (between, all) in zip(ensemble.betweenGroups, ensemble.epistemic) { #expect(abs(between - all) < 1e-14) }
  }

  @Test func certainLeavesHaveEntropyZeroAndNotMinusZeroOrNaN() {
    let samples = PosteriorSamples(logits: [0, -1e6, 0, -1e6], groups: 1, samples: 2, choices: 2, choiceCounts: [2])
    #expect(Uncertainty(samples).total == [0])
    #expect(Mixture(samples).entropies == [0])
  }
}
