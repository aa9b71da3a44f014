// Root mean square norm (Zhang and Sennrich 2019, arXiv:1910.07467) over the rows of a matrix.

/// y = x / √(mean(x²) + epsilon) * scale, of x (rows, width); y may be x.
///
/// - Parameter statistics: (rows) receives each row's reciprocal root mean square, for the backward pass.
package func rmsNorm(
  _ x: UnsafePointer<Float>, scale: UnsafePointer<Float>, into y: UnsafeMutablePointer<Float>,
  statistics: UnsafeMutablePointer<Float>, rows: Int, width: Int, epsilon: Float
) {
  for row in 0..<rows {
    let (x, y) = (x + row * width, y + row * width)
    @inline(__always) func squares(_ sum: inout Lanes, _ at: LaneRange) {
      let x = load(x, at)
      sum = sum.addingProduct(x, x)
    }
    let reciprocal = 1 / (sumOverLaneRanges(width, squares) / Float(width) + epsilon).squareRoot()
    let factor = all(reciprocal)
    @inline(__always) func lanes(_ at: LaneRange) { store(load(x, at) * factor * load(scale, at), y, at) }
    forEachLaneRange(width, lanes)
    statistics[row] = reciprocal
  }
}

/// dx = r (g - x̂ mean(g x̂)), with g = dy scale, x̂ the normalized row and r its reciprocal root mean square;
/// dx (rows, width) may be dy.
///
/// Adds Σ dy x̂ to `scaleGradient` (width), rows in order, if it is given.
package func rmsNormBackward(
  _ dy: UnsafePointer<Float>, x: UnsafePointer<Float>, scale: UnsafePointer<Float>, statistics: UnsafePointer<Float>,
  into dx: UnsafeMutablePointer<Float>, scaleGradient: UnsafeMutablePointer<Float>? = nil, rows: Int, width: Int
) {
  for row in 0..<rows {
    let (x, dy, dx) = (x + row * width, dy + row * width, dx + row * width)
    let factor = all(statistics[row])
    if let scaleGradient {
      @inline(__always) func lanes(_ at: LaneRange) {
        store(load(scaleGradient, at).addingProduct(load(dy, at), load(x, at) * factor), scaleGradient, at)
      }
      forEachLaneRange(width, lanes)
    }
    @inline(__always) func products(_ sum: inout Lanes, _ at: LaneRange) {
      sum = sum.addingProduct(load(dy, at) * load(scale, at), load(x, at) * factor)
    }
    let slope = all(sumOverLaneRanges(width, products) / Float(width))
    @inline(__always) func lanes(_ at: LaneRange) {
      let normalized = load(x, at) * factor
      store((load(dy, at) * load(scale, at)).addingProduct(normalized, -slope) * factor, dx, at)
    }
    forEachLaneRange(width, lanes)
  }
}

extension Reference {
  /// `rmsNorm` of one row.
  package static func rmsNorm(_ x: [Double], scale: [Double], epsilon: Double) -> [Double] {
    let meanSquare = x.reduce(0) { $0 + $1 * $1 } / Double(x.count)
    return x.indices.map { x[$0] / (meanSquare + epsilon).squareRoot() * scale[$0] }
  }
}
