// The divergence KL(q || p) of the learnt Gaussian from its prior N(m, ρ²): entry by entry ln(ρ / σ) + (σ² + (μ - m)²) /
// (2 ρ²) - 1/2, with σ = G². The prior's mean m is 1 for scales and 0 for all others. The divergence between the
// distributions of the full weights is the same, as long as the map from the random tensor to the weights is injective
// (BLoB, theorem 3.2); that of a rank-1 network is not. The direction is that of the evidence lower bound; code for ScalaBL
// that swaps q and p has another optimum.
import Foundation

extension GaussianTensors {
  /// Added to σ, so that the logarithm and its derivative stay finite where a root is zero.
  private static let least = 1e-6

  /// KL(q || p) in nats over all random tensors, in Double.
  package func divergence(at values: [Float], priorDeviation prior: Double) -> Double {
    tensors.reduce(0) { sum, tensor in
      (0..<tensor.count).reduce(sum) { sum, i in
        let (mean, root) = (Double(values[tensor.mean + i]), Double(values[tensor.root + i]))
        let (deviation, offset) = (root * root, mean - tensor.priorMean)
        return sum + log(prior / (deviation + Self.least))
          + (deviation * deviation + offset * offset) / (2 * prior * prior) - 0.5
      }
    }
  }

  /// Takes one step of plain gradient descent on the divergence and returns the norm of its gradient:
  /// d/dμ = (μ - m) / ρ², d/dG = 2 G (σ / ρ² - 1 / σ).
  package func descend(_ values: inout [Float], priorDeviation prior: Double, rate: Double) -> Double {
    let precision = 1 / (prior * prior)
    var squaredNorm = 0.0
    for tensor in tensors {
      for i in 0..<tensor.count {
        let (mean, root) = (Double(values[tensor.mean + i]), Double(values[tensor.root + i]))
        let deviation = root * root
        let ofMean = (mean - tensor.priorMean) * precision
        let ofRoot = 2 * root * (deviation * precision - 1 / (deviation + Self.least))
        values[tensor.mean + i] = Float(mean - rate * ofMean)
        values[tensor.root + i] = Float(root - rate * ofRoot)
        squaredNorm += ofMean * ofMean + ofRoot * ofRoot
      }
    }
    return squaredNorm.squareRoot()
  }
}
