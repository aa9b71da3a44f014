// The probit approximation: closed forms, and the changes of the logits that must not change it.
import Arrays
import Foundation
import Posteriors
import Testing

@Suite struct ProbitTests {
  /// Four choices, one of them with a large variance, and covariances between them.
  private static let mean: [Float] = [1.5, 0.25, -0.5, -2]
  private static let covariance: [Double] = [
    9, 1, 0.5, 0, 1, 2, 0.25, 0.5, 0.5, 0.25, 1, -0.5, 0, 0.5, -0.5, 4,
  ]

  private func probabilities(_ mean: [Float], _ covariance: [Double]) -> [Double] {
    LogitGaussian(mean: mean, covariances: []).probit(covariance: covariance).map { exp(Double($0)) }
  }

  /// σ(difference / √(1 + π/8 variance of the difference)): MacKay 1992, "The evidence framework applied to
  /// classification networks".
  @Test(
    arguments: [
      ([4.0, 0, 0, 0], 4.0), ([4.0, 1.5, 1.5, 2], 3.0), ([2.0, -1, -1, 1], 5.0), ([3.0, 3, 3, 3], 0.0),
    ] as [([Double], Double)])
  func twoChoicesGiveMacKaysFormula(covariance: [Double], variance: Double) {
    for difference in [-3.0, 0, 0.5, 2] {
      let found = probabilities([Float(difference) + 1, 1], covariance)
      let expected = 1 / (1 + exp(-difference / (1 + Double.pi / 8 * variance).squareRoot()))
      #expect(abs(found[0] - expected) < 1e-6 && abs(found[1] - (1 - expected)) < 1e-6)
    }
  }

  /// Without variance it is the softmax.
  @Test func probitWithoutVarianceIsTheSoftmax() {
    let found = probabilities(Self.mean, [Double](repeating: 0, count: 16))
    let sum = Self.mean.reduce(0) { $0 + exp(Double($1)) }
    for (one, logit) in zip(found, Self.mean) { #expect(abs(one - exp(Double(logit)) / sum) < 1e-6) }
  }

  /// A number that is added to all logits, fixed or random, changes no answer of the network. It is here as large as a
  /// decoder's sum of log-probabilities.
  @Test func probitIgnoresWhatAllLogitsShare() {
    let expected = probabilities(Self.mean, Self.covariance)
    for shift in [-128, -16, 0.5, 64] as [Float] {
      let found = probabilities(Self.mean.map { $0 + shift }, Self.covariance)
      for (one, other) in zip(found, expected) { #expect(abs(one - other) < 1e-6, "mean shifted by \(shift)") }
    }
    for variance in [0.5, 8, 256] {
      let found = probabilities(Self.mean, Self.covariance.map { $0 + variance })
      for (one, other) in zip(found, expected) { #expect(abs(one - other) < 1e-6, "variance \(variance)") }
    }
    // The shared number may also vary together with each logit: C + 1 uᵀ + u 1ᵀ.
    let with = [0.5, -0.25, 1, 0]
    let together = Self.covariance.enumerated().map { $1 + with[$0 / 4] + with[$0 % 4] }
    for (one, other) in zip(probabilities(Self.mean, together), expected) { #expect(abs(one - other) < 1e-6) }
  }

  /// It approximates the mean over draws of the same Gaussian: of 40 random ones it is off by 0.03 in the mean, where the
  /// point estimate is off by 0.07. A large number that all logits share makes no difference.
  @Test func theProbitApproximationIsNearTheMeanOfManyDraws() {
    let (choices, draws, gaussians) = (4, 4000, 40)
    var (ours, points) = (0.0, 0.0)
    for gaussian in 0..<gaussians {
      let stream = RandomStream(seed: UInt64(gaussian), purpose: .test)
      var numbers = [Float](repeating: 0, count: choices * (choices + 1))
      stream.normals(into: &numbers, count: numbers.count)
      let (mean, root) = (numbers.prefix(choices).map { 2 * $0 - 20 }, numbers.dropFirst(choices).map { Double($0) })
      let covariance = SymmetricMatrix.innerProducts(of: root, count: choices, size: choices)
      let rows = LogitGaussian(mean: mean, covariances: []).sampled(
        draws, covariance: covariance, stream: .init(seed: UInt64(gaussian) + 1000, purpose: .test))
      let drawn = (0..<choices).map { choice in
        (0..<draws).reduce(0) { $0 + exp(Double(rows[$1 * choices + choice])) } / Double(draws)
      }
      func distance(_ covariance: [Double]) -> Double {
        zip(drawn, probabilities(mean, covariance)).reduce(0) { $0 + abs($1.0 - $1.1) } / Double(choices)
      }
      ours += distance(covariance) / Double(gaussians)
      points += distance([Double](repeating: 0, count: choices * choices)) / Double(gaussians)
    }
    #expect(ours < 0.04, "\(ours)")
    #expect(points > 1.5 * ours, "\(points)")
  }

  /// Choices with equal logits that vary alike have equal probabilities, to the bit.
  @Test func equalChoicesHaveEqualProbabilities() {
    let covariance = [2, 0.3, 2, 0.3, 1, 0.3, 2, 0.3, 2]
    let found = LogitGaussian(mean: [0.3, -1, 0.3], covariances: []).probit(covariance: covariance)
    #expect(found[0] == found[2])
  }
}
