// R-hat and the effective number of draws: by hand, and where theory says what they are.
import Arrays
import Calibration
import Foundation
import Testing

@Suite struct ConvergenceTests {
  private func normal(_ index: Int) -> Double { Reference.normal(RandomStream(seed: 11, purpose: .test), index) }

  /// The halves [1, 2], [3, 4], [2, 3], [4, 5] have means 1.5, 3.5, 2.5, 4.5, whose variance is 5/3, and variances 1/2:
  /// V = 1/2 * 1/2 + 5/3.
  @Test func splitRHatByHand() throws {
    let found = try #require(Convergence([[1, 2, 3, 4], [2, 3, 4, 5]]).splitRHat)
    #expect(abs(found - ((0.25 + 5.0 / 3) / 0.5).squareRoot()) < 1e-12)
  }

  @Test func chainsThatAgreeHaveRHatOneAndAllTheirDraws() throws {
    let chains = (0..<4).map { chain in (0..<2000).map { normal(chain * 2000 + $0) } }
    let found = Convergence(chains)
    #expect(abs(try #require(found.splitRHat) - 1) < 0.003)
    #expect(abs(try #require(found.effectiveDraws) / 8000 - 1) < 0.12)
    // A chain that is somewhere else, and one that drifts, which only its halves can tell.
    #expect(try #require(Convergence(chains.dropLast() + [chains[3].map { $0 + 1 }]).splitRHat) > 1.05)
    let drifting = chains[0].enumerated().map { $0.element + 2 * Double($0.offset) / 2000 }
    #expect(try #require(Convergence([drifting]).splitRHat) > 1.1)
  }

  /// Four chains x' = φ x + noise, from the stationary law; `first` tells apart what is drawn.
  private func autoregressions(_ φ: Double, count: Int, first: Int = 0) -> [[Double]] {
    (first..<first + 4).map { chain -> [Double] in
      var x = normal(chain * count) / (1 - φ * φ).squareRoot()
      return (1...count).map { step in
        x = φ * x + normal(chain * count + step)
        return x
      }
    }
  }

  /// They have the autocorrelations φ^k, and n (1 - φ) / (1 + φ) effective draws.
  @Test(arguments: [0.3, 0.6, 0.9, -0.4, -0.5]) func anAutoregressionIsWorthWhatTheoryTells(φ: Double) throws {
    let expected = 4 * 20_000 * (1 - φ) / (1 + φ)
    let found = try #require(Convergence(autoregressions(φ, count: 20_000)).effectiveDraws)
    #expect(abs(found / expected - 1) < 0.15)
  }

  /// Theory says 3 draws each for φ = -0.5 and 19 for φ = -0.9, which so few cannot show: d draws are worth d log10(d).
  @Test func antitheticDrawsAreWorthNoMoreThanStansLimit() throws {
    for first in stride(from: 0, to: 80, by: 4) {
      let found = try #require(Convergence(autoregressions(-0.5, count: 100, first: first)).effectiveDraws)
      #expect(found > 400 && found < 400 * log10(400.0) + 1e-6)
      let faster = try #require(Convergence(autoregressions(-0.9, count: 100, first: first)).effectiveDraws)
      #expect(abs(faster - 400 * log10(400.0)) < 1e-6)
    }
  }

  @Test func equalDrawsHaveNoneAndChainsThatStandStillNeverAgree() {
    let still = Convergence([[2, 2, 2, 2], [2, 2, 2, 2]])
    #expect(still.splitRHat == nil && still.effectiveDraws == nil)
    // The mean of three times 0.1 is not 0.1.
    let rounded = Convergence([[Double]](repeating: [Double](repeating: 0.1, count: 6), count: 2))
    #expect(rounded.splitRHat == nil && rounded.effectiveDraws == nil)
    #expect(Convergence([[1, 1, 1, 1], [2, 2, 2, 2]]).splitRHat == .infinity)
  }

  @Test func logOddsOfEveryChoiceAreJudged() throws {
    // Two chains of four draws about two questions, of two and three choices.
    let probabilities: [[[Float]]] = [
      [[0.5, 0.5], [0.6, 0.4], [0.7, 0.3], [0.8, 0.2], [0.6, 0.4], [0.7, 0.3], [0.8, 0.2], [0.9, 0.1]],
      [[Float]](repeating: [0.25, 0.25, 0.5], count: 8),
    ]
    let logits = probabilities.flatMap { rows in rows.flatMap { ($0 + [1]).prefix(3).map { log($0) } } }
    let samples = PosteriorSamples(logits: logits, groups: 2, samples: 4, choices: 3, choiceCounts: [2, 3])
    let found = samples.convergence
    #expect(found.count == 5)
    func odds(_ p: Double) -> Double { log(p / (1 - p)) }
    let expected = Convergence([[0.5, 0.6, 0.7, 0.8].map(odds), [0.6, 0.7, 0.8, 0.9].map(odds)])
    for row in found.prefix(2) {
      #expect(abs(try #require(row.splitRHat) - expected.splitRHat!) < 1e-6)
    }
  }
}
