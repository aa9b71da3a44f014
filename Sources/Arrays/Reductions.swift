// Sums over long vectors, in Double: in Float, the longer a gradient is, the more digits its norm would lose.

/// Σ x y (count), in Double.
package func dot(_ x: UnsafePointer<Float>, _ y: UnsafePointer<Float>, count: Int) -> Double {
  var (low, high) = (SIMD8<Double>(), SIMD8<Double>())
  @inline(__always) func lanes(_ at: LaneRange) {
    let (a, b) = (load(x, at), load(y, at))
    low = low.addingProduct(SIMD8<Double>(a.lowHalf), SIMD8<Double>(b.lowHalf))
    high = high.addingProduct(SIMD8<Double>(a.highHalf), SIMD8<Double>(b.highHalf))
  }
  forEachLaneRange(count, lanes)
  return (low + high).sum()
}

/// Σ x² (count), in Double.
package func squaredNorm(_ x: UnsafePointer<Float>, count: Int) -> Double { dot(x, x, count: count) }

/// Σ x (count), in Double.
package func sum(_ x: UnsafePointer<Float>, count: Int) -> Double {
  var (low, high) = (SIMD8<Double>(), SIMD8<Double>())
  @inline(__always) func lanes(_ at: LaneRange) {
    let a = load(x, at)
    low += SIMD8<Double>(a.lowHalf)
    high += SIMD8<Double>(a.highHalf)
  }
  forEachLaneRange(count, lanes)
  return (low + high).sum()
}
