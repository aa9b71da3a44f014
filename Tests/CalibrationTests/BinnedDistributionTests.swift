// Distributions over bins against values computed by hand, by numerical integration and in closed form.
import Arrays
import Calibration
import Foundation
import Testing

@Suite struct BinnedDistributionTests {
  /// Bins of different widths, one of them empty.
  private let uneven = BinnedDistribution(edges: [-1, 0, 0.5, 2, 5], probabilities: [0.1, 0.4, 0, 0.5])

  @Test func momentsAndQuantilesByHand() {
    // The middles are -0.5, 0.25, 1.25 and 3.5.
    #expect(abs(uneven.mean - (-0.05 + 0.1 + 1.75)) < 1e-12)
    // The mean squares of the four uniform parts are 1/3, 1/12, 1.75 and 13.
    #expect(abs(uneven.deviation - (0.1 / 3 + 0.4 / 12 + 6.5 - 1.8 * 1.8).squareRoot()) < 1e-12)
    #expect(abs(uneven.quantile(0.05) + 0.5) < 1e-12 && abs(uneven.quantile(0.3) - 0.25) < 1e-12)
    #expect(abs(uneven.quantile(0.75) - 3.5) < 1e-12)
    // Between the first two and the last bin there is nothing, and the smallest such number counts.
    #expect(abs(uneven.quantile(0.5) - 0.5) < 1e-12)
    #expect(abs(uneven.interval(0.9).lowerBound + 0.5) < 1e-12 && abs(uneven.interval(0.9).upperBound - 4.7) < 1e-12)
  }

  @Test(arguments: [-3, -1, -0.4, 0, 0.2, 0.5, 1, 2, 4.9, 5, 8])
  func theRankedProbabilityScoreIsItsIntegral(number: Double) {
    func cumulative(_ x: Double) -> Double {
      if x < 0 { return max(0, 0.1 * (x + 1)) }
      return x < 0.5 ? 0.1 + 0.8 * x : x < 2 ? 0.5 : min(1, 0.5 + (x - 2) / 6)
    }
    // By the middles of parts from -4 to 8.
    let step = 1e-5
    var integral = 0.0
    for part in 0..<1_200_000 {
      let x = -4 + (Double(part) + 0.5) * step
      let distance = cumulative(x) - (x >= number ? 1 : 0)
      integral += distance * distance * step
    }
    #expect(abs(uneven.rankedProbabilityScore(of: number) - integral) < 2e-5)
  }

  @Test func aUniformDistributionHasItsPublishedScore() {
    // Jordan, Krüger and Lerch 2019, appendix A: y² - y + 1/3 between 0 and 1; plus the distance outside.
    let uniform = BinnedDistribution(edges: [0, 0.25, 1], probabilities: [0.25, 0.75])
    for y in [0, 0.2, 0.25, 0.9, 1] {
      #expect(abs(uniform.rankedProbabilityScore(of: y) - (y * y - y + 1 / 3)) < 1e-12)
    }
    #expect(abs(uniform.rankedProbabilityScore(of: 3) - (2 + 1.0 / 3)) < 1e-12)
  }

  @Test func narrowBinsApproachTheScoreOfAGaussian() {
    // Gneiting and Raftery 2007, eq. 21: σ (z (2 Φ(z) - 1) + 2 φ(z) - 1/√π).
    let edges = (0...4000).map { -10 + Double($0) / 200 }
    func below(_ x: Double) -> Double { erfc(-x / 2.0.squareRoot()) / 2 }
    let gaussian = BinnedDistribution(
      edges: edges, probabilities: zip(edges, edges.dropFirst()).map { below($1) - below($0) })
    for z in [0, 0.7, -2.5] {
      let density = exp(-z * z / 2) / (2 * Double.pi).squareRoot()
      let expected = z * (2 * below(z) - 1) + 2 * density - 1 / Double.pi.squareRoot()
      #expect(abs(gaussian.rankedProbabilityScore(of: z) - expected) < 1e-5)
    }
    #expect(abs(gaussian.rankedProbabilityScore(of: 0) - 0.23369) < 1e-5)
    #expect(abs(gaussian.deviation - 1) < 1e-5 && abs(gaussian.quantile(0.975) - 1.95996) < 1e-4)
  }

  /// A certain prediction has its absolute error as score, but for the width of its bin.
  @Test func aCertainPredictionHasItsAbsoluteError() {
    let certain = BinnedDistribution(edges: [0, 1, 1.000001, 2], probabilities: [0, 1, 0])
    #expect(abs(certain.rankedProbabilityScore(of: 4) - 3) < 1e-5)
  }
}
