// A Gaussian over the trained vector: independent deviations, and a few directions along which all parameters vary
// together. With J the Jacobian of the logits at its mean, the linearised network's logits have the covariance J Σ Jᵀ.
import Adapters
import Arrays

/// N(mean, Σ) with Σ = scale (diag(deviations²) + directionVariance Σ_k d_k d_kᵀ).
package struct ParameterGaussian: Sendable {
  /// [parameter]
  let mean: [Float]
  /// [parameter] Zero for what does not vary by itself.
  let standardDeviations: [Float]
  /// [direction, parameter] The vectors d.
  let directions: [Float]
  let directionVariance: Double
  let scale: Double

  package init(
    mean: [Float], standardDeviations: [Float], directions: [Float] = [], directionVariance: Double = 1,
    scale: Double = 1
  ) {
    precondition(standardDeviations.count == mean.count && directions.count % mean.count == 0)
    (self.mean, self.standardDeviations) = (mean, standardDeviations)
    (self.directions, self.directionVariance, self.scale) = (directions, directionVariance, scale)
  }

  /// J Σ Jᵀ (row, row) for J (row, parameter): the inner products of the rows of J S, where S Sᵀ is Σ without its scale.
  package func covariance(ofJacobian jacobian: [Float], rows: Int) -> [Double] {
    let (width, rank) = (mean.count, directions.count / mean.count)
    var alongDirections = [Float](repeating: 0, count: rows * rank)
    GEMM.multiply(
      rows: rows, columns: rank, inner: width, jacobian, width, .plain, directions, width, .transposed,
      into: &alongDirections, max(rank, 1))
    let root = directionVariance.squareRoot()
    var products: [Double] = []
    products.reserveCapacity(rows * (width + rank))
    for row in 0..<rows {
      for index in 0..<width {
        products.append(Double(jacobian[row * width + index]) * Double(standardDeviations[index]))
      }
      for direction in 0..<rank { products.append(root * Double(alongDirections[row * rank + direction])) }
    }
    return SymmetricMatrix.innerProducts(of: products, count: rows, size: width + rank).map { scale * $0 }
  }
}
