// Stochastic gradient Hamiltonian Monte Carlo (Chen, Fox and Guestrin 2014, arXiv:1402.4102), in the form of cyclical
// SG-MCMC (Zhang et al. 2020, arXiv:1902.03932, algorithm 1): gradient descent with momentum and noise.

/// One step over `range`: v ← (1 - α) v - η (g + δ p) + ξ, p ← p + v.
///
/// - Parameters:
///   - parameters: p, of which only `range` is updated; the same holds for the velocity.
///   - noise: ξ; nil for none, which is gradient descent with the momentum 1 - α.
///   - velocity: v.
///   - friction: α.
///   - learningRate: η.
///   - weightDecay: δ, which is added to the gradient.
package func sghmc(
  _ parameters: UnsafeMutablePointer<Float>, gradient: UnsafePointer<Float>, noise: UnsafePointer<Float>?,
  velocity: UnsafeMutablePointer<Float>, range: Range<Int>, friction: Float, learningRate: Float, weightDecay: Float
) {
  for i in range {
    let descent = learningRate * (gradient[i] + weightDecay * parameters[i])
    velocity[i] = (1 - friction) * velocity[i] - descent + (noise.map { $0[i] } ?? 0)
    parameters[i] += velocity[i]
  }
}
