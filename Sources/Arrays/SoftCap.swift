// Caps on scores by tanh, which keep large scores in a range and leave small ones as they are (Gemma 2, 2024,
// arXiv:2408.00118, section 2).
import Glibc

/// y = cap tanh(y / cap) (count), in place.
///
/// - Parameter slopes: (count) receives the derivative 1 - tanh², if it is given.
package func softCap(
  _ y: UnsafeMutablePointer<Float>, cap: Float, slopes: UnsafeMutablePointer<Float>? = nil, count: Int
) {
  let (reciprocal, cap) = (all(1 / cap), all(cap))
  @inline(__always) func lanes(_ at: LaneRange) {
    let (value, slope) = hyperbolicTangent(load(y, at) * reciprocal)
    store(value * cap, y, at)
    if let slopes { store(slope, slopes, at) }
  }
  forEachLaneRange(count, lanes)
}

extension Reference {
  /// `softCap` of one value.
  package static func softCap(_ x: Double, cap: Double) -> Double { cap * tanh(x / cap) }

  /// `softCap`'s derivative.
  package static func softCapSlope(_ x: Double, cap: Double) -> Double { 1 / (cosh(x / cap) * cosh(x / cap)) }
}
