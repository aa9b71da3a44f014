// Corrections for other class shares: Bayes' rule by hand, and shares that EM finds again.
import Arrays
import Calibration
import Foundation
import Testing

@Suite struct ClassSharesTests {
  /// Rows with the class shares `shares`; the exact posterior of the first half's `prior`. Each class is a normal
  /// distribution of deviation 1 on the line, at distances of 2.
  private func rows(_ count: Int, shares: [Double], prior: [Double], seed: UInt64) -> Outcomes {
    let stream = RandomStream(seed: seed, purpose: .test)
    var (logits, labels): ([Float], [Int32]) = ([], [])
    for row in 0..<count {
      var rest = Double(stream.uniform(2 * row))
      let label =
        shares.indices.first {
          rest -= shares[$0]; return rest < 0
        } ?? shares.count - 1
      let x = 2 * Double(label) + inverseNormal(Double(stream.uniform(2 * row + 1)) * 0.999 + 0.0005)
      logits += prior.enumerated().map { Float(log($1) - (x - 2 * Double($0)) * (x - 2 * Double($0)) / 2) }
      labels.append(Int32(label))
    }
    return Outcomes(
      Mixture(
        logits: logits, choices: shares.count, choiceCounts: [Int32](repeating: Int32(shares.count), count: count)),
      labels: labels)
  }

  @Test func knownSharesAreBayesRule() {
    let mixture = Mixture(logits: [Float(log(0.8)), Float(log(0.2))], choices: 2, choiceCounts: [2])
    let corrected = mixture.weighted(ShareCorrection(from: [0.5, 0.5], to: [0.1, 0.9]).weights)
    #expect(abs(corrected.probabilities[0] - 0.08 / 0.26) < 1e-7)
    // No class is left without a logarithm.
    #expect(mixture.weighted([0, 1]).probabilities[0] < 1e-300)
  }

  @Test func estimatedSharesAreFoundAgain() {
    let new = rows(20_000, shares: [0.7, 0.1, 0.2], prior: [0.2, 0.5, 0.3], seed: 1)
    let estimate = EstimatedShares(of: new.mixture, source: [0.2, 0.5, 0.3])
    #expect(estimate.hasConverged)
    for (share, truth) in zip(estimate.shares, [0.7, 0.1, 0.2]) { #expect(abs(share - truth) < 0.015) }
    #expect(abs(estimate.shares.reduce(0, +) - 1) < 1e-9)
  }

  /// Forecasts that are biased towards a class: EM with the true shares as its source runs off, and with the forecasts'
  /// own mean it stays.
  @Test func biasedForecastsOfTheSameKindShowNoShift() throws {
    let truth = [0.2, 0.5, 0.3]
    let biased = rows(5_000, shares: truth, prior: [0.05, 0.9, 0.05], seed: 2)
    let wrong = EstimatedShares(of: biased.mixture, source: truth)
    #expect(abs(wrong.shares[1] - 0.5) > 0.1)
    let means = biased.mixture.meanProbabilities
    let right = EstimatedShares(of: biased.mixture, source: means)
    for (share, mean) in zip(right.shares, means) { #expect(abs(share - mean) < 1e-5) }
  }

  @Test func biasWeightsGiveEachClassItsShareAndUndoThePrior() {
    let biased = rows(5_000, shares: [0.2, 0.5, 0.3], prior: [0.05, 0.9, 0.05], seed: 3)
    let corrected = biased.mixture.weighted(ClassBias(biased).weights)
    for (index, mean) in corrected.meanProbabilities.enumerated() {
      #expect(abs(mean - (Double(biased.labels.count { $0 == index }) + 0.5) / 5_001.5) < 1e-8)
    }
    let new = rows(20_000, shares: [0.6, 0.2, 0.2], prior: [0.05, 0.9, 0.05], seed: 4)
    let estimate = EstimatedShares(
      of: new.mixture.weighted(ClassBias(biased).weights), source: corrected.meanProbabilities)
    for (share, truth) in zip(estimate.shares, [0.6, 0.2, 0.2]) { #expect(abs(share - truth) < 0.03) }
  }
}
