// AdamW (Loshchilov and Hutter 2019, arXiv:1711.05101, algorithm 2): one step in a single pass over memory.
import Glibc

/// One step over `range`: m ← β₁ m + (1 - β₁) g, v ← β₂ v + (1 - β₂) g²,
/// p ← p - η λ p - η m̂ / (√v̂ + ε), with m̂ = m / (1 - β₁ᵗ) and v̂ = v / (1 - β₂ᵗ).
///
/// - Parameters:
///   - parameters: p, of which only `range` is updated; the same holds for the other three vectors.
///   - step: t, counted from 1.
///   - weightDecay: λ, decoupled from the gradient; each range can have its own.
package func adamW(
  _ parameters: UnsafeMutablePointer<Float>, gradient: UnsafePointer<Float>,
  firstMoment: UnsafeMutablePointer<Float>, secondMoment: UnsafeMutablePointer<Float>, range: Range<Int>,
  learningRate: Float, beta1: Float = 0.9, beta2: Float = 0.999, epsilon: Float = 1e-8, step: Int, weightDecay: Float
) {
  precondition(step > 0, "step \(step)")
  let (p, g, m, v) = (
    parameters + range.lowerBound, gradient + range.lowerBound, firstMoment + range.lowerBound,
    secondMoment + range.lowerBound
  )
  // The bias corrections, once and in Double: 1 - β₂ᵗ in Float has four digits at the first step.
  let correction1 = 1 - pow(Double(beta1), Double(step))
  let correction2 = 1 - pow(Double(beta2), Double(step))
  let rate = all(Float(-Double(learningRate) / correction1))
  let scale = all(Float(1 / correction2.squareRoot()))
  let kept = all(Float(1 - Double(learningRate) * Double(weightDecay)))
  let (b1, b2, e) = (all(beta1), all(beta2), all(epsilon))
  let (c1, c2) = (all(1 - beta1), all(1 - beta2))
  @inline(__always) func lanes(_ at: LaneRange) {
    let g = load(g, at)
    let first = (load(m, at) * b1).addingProduct(g, c1)
    let second = (load(v, at) * b2).addingProduct(g * g, c2)
    store(first, m, at)
    store(second, v, at)
    let direction = first / e.addingProduct(second.squareRoot(), scale)
    store((load(p, at) * kept).addingProduct(direction, rate), p, at)
  }
  forEachLaneRange(range.count, lanes)
}

extension Reference {
  /// `adamW` of one parameter, returning (p, m, v).
  package static func adamW(
    _ p: Double, gradient g: Double, _ m: Double, _ v: Double, learningRate: Double, beta1: Double, beta2: Double,
    epsilon: Double, step: Int, weightDecay: Double
  ) -> (Double, Double, Double) {
    let (m, v) = (beta1 * m + (1 - beta1) * g, beta2 * v + (1 - beta2) * g * g)
    let (corrected1, corrected2) = (m / (1 - pow(beta1, Double(step))), v / (1 - pow(beta2, Double(step))))
    return (p - learningRate * (weightDecay * p + corrected1 / (corrected2.squareRoot() + epsilon)), m, v)
  }
}
