// A posterior's draws beside the Gaussian that they must come from.
import Posteriors
import Testing

/// Mean and covariance of a posterior's samples against closed forms, within five standard errors.
func expectGaussian(
  _ posterior: some Posterior, mean: [Float], covariance: [[Double]], sourceLocation: SourceLocation = #_sourceLocation
) throws {
  let (size, count) = (mean.count, posterior.samples)
  var (sums, products) = (
    [Double](repeating: 0, count: size), [[Double]](repeating: .init(repeating: 0, count: size), count: size)
  )
  for sample in 0..<count {
    let values = posterior.draw(group: 0, sample: sample).values
    let difference = (0..<size).map { Double(values[$0]) - Double(mean[$0]) }
    for i in 0..<size {
      sums[i] += difference[i]
      for j in 0..<size { products[i][j] += difference[i] * difference[j] }
    }
  }
  for i in 0..<size {
    let error = (covariance[i][i] / Double(count)).squareRoot()
    #expect(abs(sums[i] / Double(count)) < 5 * error + 1e-6, "mean \(i)", sourceLocation: sourceLocation)
    for j in 0..<size {
      let spread = (covariance[i][i] * covariance[j][j] + covariance[i][j] * covariance[i][j]) / Double(count)
      #expect(
        abs(products[i][j] / Double(count) - covariance[i][j]) < 5 * spread.squareRoot() + 1e-9,
        "covariance \(i), \(j)",
        sourceLocation: sourceLocation)
    }
  }
}
