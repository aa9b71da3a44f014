// Layer norm (Ba et al. 2016, arXiv:1607.06450) over the rows of a matrix.

/// y = (x - mean) / √(variance + epsilon) * scale + shift, of x (rows, width).
///
/// - Parameters:
///   - scale: (width), or nil for 1.
///   - shift: (width), or nil for 0.
///   - residual: (rows, width), added to x first; x keeps the sum. One pass does a block's residual and its norm.
///   - statistics: (rows, 2) receives each row's mean and reciprocal standard deviation, for the backward pass.
package func layerNorm(
  _ x: UnsafeMutablePointer<Float>, adding residual: UnsafePointer<Float>? = nil, scale: UnsafePointer<Float>?,
  shift: UnsafePointer<Float>?, into y: UnsafeMutablePointer<Float>, statistics: UnsafeMutablePointer<Float>, rows: Int,
  width: Int, epsilon: Float
) {
  for row in 0..<rows {
    let (x, y) = (x + row * width, y + row * width)
    if let residual { add(residual + row * width, to: x, count: width) }
    @inline(__always) func sum(_ sum: inout Lanes, _ at: LaneRange) { sum += load(x, at) }
    let mean = sumOverLaneRanges(width, sum) / Float(width)
    let center = all(mean)
    // The squared deviations, not the difference of two sums of squares, which cancels their common digits.
    @inline(__always) func squares(_ sum: inout Lanes, _ at: LaneRange) {
      let deviation = masked(load(x, at) - center, at)
      sum = sum.addingProduct(deviation, deviation)
    }
    let reciprocal = 1 / (sumOverLaneRanges(width, squares) / Float(width) + epsilon).squareRoot()
    let factor = all(reciprocal)
    @inline(__always) func lanes(_ at: LaneRange) {
      let normalized = (load(x, at) - center) * factor * factors(scale, at)
      store(shift.map { normalized + load($0, at) } ?? normalized, y, at)
    }
    forEachLaneRange(width, lanes)
    (statistics[2 * row], statistics[2 * row + 1]) = (mean, reciprocal)
  }
}

/// dx = r (g - mean(g) - x̂ mean(g x̂)), with g = dy scale, x̂ the normalized row and r its reciprocal standard deviation;
/// dx (rows, width) may be dy.
///
/// Adds Σ dy x̂ to `scaleGradient` (width) and Σ dy to `shiftGradient` (width), rows in order, if they are given.
package func layerNormBackward(
  _ dy: UnsafePointer<Float>, x: UnsafePointer<Float>, scale: UnsafePointer<Float>?, statistics: UnsafePointer<Float>,
  into dx: UnsafeMutablePointer<Float>, scaleGradient: UnsafeMutablePointer<Float>? = nil,
  shiftGradient: UnsafeMutablePointer<Float>? = nil, rows: Int, width: Int
) {
  for row in 0..<rows {
    let (x, dy, dx) = (x + row * width, dy + row * width, dx + row * width)
    let (center, factor) = (all(statistics[2 * row]), all(statistics[2 * row + 1]))
    if let scaleGradient {
      @inline(__always) func lanes(_ at: LaneRange) {
        let normalized = (load(x, at) - center) * factor
        store(load(scaleGradient, at).addingProduct(load(dy, at), normalized), scaleGradient, at)
      }
      forEachLaneRange(width, lanes)
    }
    if let shiftGradient { add(dy, to: shiftGradient, count: width) }
    @inline(__always) func sum(_ sum: inout Lanes, _ at: LaneRange) {
      sum = sum.addingProduct(load(dy, at), factors(scale, at))
    }
    @inline(__always) func products(_ sum: inout Lanes, _ at: LaneRange) {
      sum = sum.addingProduct(load(dy, at) * factors(scale, at), (load(x, at) - center) * factor)
    }
    let mean = all(sumOverLaneRanges(width, sum) / Float(width))
    let slope = all(sumOverLaneRanges(width, products) / Float(width))
    @inline(__always) func lanes(_ at: LaneRange) {
      let normalized = (load(x, at) - center) * factor
      let g = load(dy, at) * factors(scale, at)
      store((g - mean).addingProduct(normalized, -slope) * factor, dx, at)
    }
    forEachLaneRange(width, lanes)
  }
}

/// The values of `scale` in a lane range, or 1 where there is no scale.
@inline(__always)
private func factors(_ scale: UnsafePointer<Float>?, _ at: LaneRange) -> Lanes { scale.map { load($0, at) } ?? all(1) }

extension Reference {
  /// `layerNorm` of one row.
  package static func layerNorm(_ x: [Double], scale: [Double], shift: [Double], epsilon: Double) -> [Double] {
    let mean = x.reduce(0, +) / Double(x.count)
    let variance = x.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(x.count)
    return x.indices.map { (x[$0] - mean) / (variance + epsilon).squareRoot() * scale[$0] + shift[$0] }
  }
}
