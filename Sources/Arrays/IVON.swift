// IVON (Shen et al. 2024, "Variational learning is effective for large deep networks", arXiv:2402.17641, algorithm 1): one
// step of the mean m and of u = h + δ, the curvature h with the weight decay δ. Storing u and not h keeps a number that is
// positive by construction.
import Glibc

/// One step over `range` from the gradient g at the sample m + s:
/// d ← λ u s g - h, u ← u + (1 - β₂) d + (1 - β₂)² d² / (2 u),
/// ḡ ← β₁ ḡ + (1 - β₁) g, m ← m - η clip((ḡ / (1 - β₁ᵗ) + δ m) / u, ±ξ).
///
/// The second line is u (1 + x + x² / 2) with x = (1 - β₂) d / u, which is at least u / 2.
///
/// - Parameters:
///   - mean: m, of which only `range` is updated; the same holds for the other vectors.
///   - noise: s, of variance 1 / (λ u).
///   - momentum: ḡ.
///   - precision: u.
///   - sampleSize: λ.
///   - learningRate: η.
///   - clip: ξ; infinity for no limit.
///   - step: t, counted from 1.
///   - weightDecay: δ.
package func ivon(
  _ mean: UnsafeMutablePointer<Float>, gradient: UnsafePointer<Float>, noise: UnsafePointer<Float>,
  momentum: UnsafeMutablePointer<Float>, precision: UnsafeMutablePointer<Float>, range: Range<Int>, sampleSize: Float,
  learningRate: Float, beta1: Float = 0.9, beta2: Double, clip: Float = .infinity, step: Int, weightDecay: Float
) {
  precondition(step > 0, "step \(step)")
  let scale = Float(1 / (1 - pow(Double(beta1), Double(step))))
  let change = Float(1 - beta2)
  for i in range {
    let (g, u) = (gradient[i], precision[i])
    let x = change * (sampleSize * noise[i] * g - (u - weightDecay) / u)
    momentum[i] = beta1 * momentum[i] + (1 - beta1) * g
    let next = u * (1 + x + 0.5 * x * x)
    precision[i] = next
    let direction = (momentum[i] * scale + weightDecay * mean[i]) / next
    mean[i] -= learningRate * min(max(direction, -clip), clip)
  }
}
