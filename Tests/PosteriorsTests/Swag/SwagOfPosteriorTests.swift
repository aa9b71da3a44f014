// What SWAG makes of snapshots that are exact draws from a known posterior, that of linear regression: the mean and the
// variances are the posterior's; of its covariances the low-rank form keeps half, since it adds the diagonal to the
// deviations' covariance and halves the sum, and the diagonal form none.
import Arrays
import Artifacts
import Posteriors
import Testing

@Suite struct SwagOfPosteriorTests {
  /// The posterior of θ ~ N(0, I) after y = X θ + noise of variance 0.25 with X = [[1, 1], [0, 1]], y = [2, 1]: precision
  /// I + 4 XᵀX = [[5, 4], [4, 9]], so covariance [[9, -4], [-4, 5]] / 29 and mean 4 Σ Xᵀ y = Σ [8, 12] = [24, 28] / 29.
  private let mean = [24.0 / 29, 28.0 / 29]
  private let covariance = [[9.0 / 29, -4.0 / 29], [-4.0 / 29, 5.0 / 29]]

  private func moments() -> SwagMoments {
    let stream = RandomStream(seed: 5, purpose: .test)
    var collector = SwagCollector(parameters: 2, maximumRank: 3000)
    // The Cholesky factor of the covariance.
    let a = covariance[0][0].squareRoot()
    let b = covariance[1][0] / a
    let c = (covariance[1][1] - b * b).squareRoot()
    for snapshot in 0..<30_000 {
      let (one, two) = (Reference.normal(stream, 2 * snapshot), Reference.normal(stream, 2 * snapshot + 1))
      collector.collect([Float(mean[0] + a * one), Float(mean[1] + b * one + c * two)])
    }
    var moments = SwagMoments()
    moments.parameters.append("base_model.model.x.lora_A.weight", shape: [2])
    moments.settings = "{}"
    collector.store(into: &moments)
    return moments
  }

  @Test func varianceIsKeptAndCovarianceIsHalvedOrLost() throws {
    let (moments, center) = (moments(), mean.map { Float($0) })
    for (value, expected) in zip(moments.mean, mean) { #expect(abs(Double(value) - expected) < 0.01) }
    var shrunk = covariance
    for (factor, make) in [(0.5, Swag.lowRank), (0, Swag.diagonal)] {
      (shrunk[0][1], shrunk[1][0]) = (covariance[0][1] * factor, covariance[1][0] * factor)
      try expectGaussian(make(request([moments], samples: 800)), mean: center, covariance: shrunk)
    }
  }
}
