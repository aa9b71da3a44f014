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
  let (p, g, m, v) = (
    parameters + range.lowerBound, gradient + range.lowerBound, firstMoment + range.lowerBound,
    secondMoment + range.lowerBound
  )
  let correction = AdamWCorrection(learningRate: learningRate, beta1: beta1, beta2: beta2, step: step)
  let (rate, scale) = (all(correction.rate), all(correction.scale))
  let kept = all(Float(1 - Double(learningRate) * Double(weightDecay)))
  let constants = Constants(beta1: beta1, beta2: beta2, epsilon: epsilon, kept: kept)
  @inline(__always) func lanes(_ at: LaneRange) { update(p, g, m, v, at, constants, rate: rate, scale: scale) }
  forEachLaneRange(range.count, lanes)
}

/// The same where every parameter has taken a number of steps of its own.
///
/// - Parameters:
///   - rates: [parameter] the `rate` of its correction, of which only those of `range` are read; 0 keeps a parameter where
///     it is, but for the weight decay.
///   - scales: [parameter] the `scale` of its correction.
package func adamW(
  _ parameters: UnsafeMutablePointer<Float>, gradient: UnsafePointer<Float>,
  firstMoment: UnsafeMutablePointer<Float>, secondMoment: UnsafeMutablePointer<Float>, range: Range<Int>,
  rates: UnsafePointer<Float>, scales: UnsafePointer<Float>, learningRate: Float, beta1: Float = 0.9,
  beta2: Float = 0.999, epsilon: Float = 1e-8, weightDecay: Float
) {
  let (p, g, m, v) = (
    parameters + range.lowerBound, gradient + range.lowerBound, firstMoment + range.lowerBound,
    secondMoment + range.lowerBound
  )
  let (r, s) = (rates + range.lowerBound, scales + range.lowerBound)
  let kept = all(Float(1 - Double(learningRate) * Double(weightDecay)))
  let constants = Constants(beta1: beta1, beta2: beta2, epsilon: epsilon, kept: kept)
  @inline(__always) func lanes(_ at: LaneRange) {
    update(p, g, m, v, at, constants, rate: load(r, at), scale: load(s, at))
  }
  forEachLaneRange(range.count, lanes)
}

/// What AdamW's bias corrections make of the learning rate at one step.
package struct AdamWCorrection: Equatable, Sendable {
  /// -η / (1 - β₁ᵗ).
  package let rate: Float
  /// 1 / √(1 - β₂ᵗ).
  package let scale: Float

  /// - Parameter step: t, counted from 1.
  package init(learningRate: Float, beta1: Float = 0.9, beta2: Float = 0.999, step: Int) {
    precondition(step > 0, "step \(step)")
    // In Double: 1 - β₂ᵗ in Float has four digits at the first step.
    rate = Float(-Double(learningRate) / (1 - pow(Double(beta1), Double(step))))
    scale = Float(1 / (1 - pow(Double(beta2), Double(step))).squareRoot())
  }
}

/// What all lanes of a step have in common.
private struct Constants {
  let beta1, beta2, epsilon, rest1, rest2, kept: Lanes

  @inline(__always) init(beta1: Float, beta2: Float, epsilon: Float, kept: Lanes) {
    (self.beta1, self.beta2, self.epsilon) = (all(beta1), all(beta2), all(epsilon))
    (rest1, rest2, self.kept) = (all(1 - beta1), all(1 - beta2), kept)
  }
}

@inline(__always)
private func update(
  _ p: UnsafeMutablePointer<Float>, _ g: UnsafePointer<Float>, _ m: UnsafeMutablePointer<Float>,
  _ v: UnsafeMutablePointer<Float>, _ at: LaneRange, _ c: Constants, rate: Lanes, scale: Lanes
) {
  let g = load(g, at)
  let first = (load(m, at) * c.beta1).addingProduct(g, c.rest1)
  let second = (load(v, at) * c.beta2).addingProduct(g * g, c.rest2)
  store(first, m, at)
  store(second, v, at)
  let direction = first / c.epsilon.addingProduct(second.squareRoot(), scale)
  store((load(p, at) * c.kept).addingProduct(direction, rate), p, at)
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
