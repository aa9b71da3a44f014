// Sums and products of whole vectors and of rows. An output may be the same memory as an input, but not overlap it at
// an offset.

/// y += x (count).
package func add(_ x: UnsafePointer<Float>, to y: UnsafeMutablePointer<Float>, count: Int) {
  @inline(__always) func lanes(_ at: LaneRange) { store(load(y, at) + load(x, at), y, at) }
  forEachLaneRange(count, lanes)
}

/// y += scale x (count).
package func addScaled(_ x: UnsafePointer<Float>, by scale: Float, to y: UnsafeMutablePointer<Float>, count: Int) {
  let scale = all(scale)
  @inline(__always) func lanes(_ at: LaneRange) { store(load(y, at).addingProduct(load(x, at), scale), y, at) }
  forEachLaneRange(count, lanes)
}

/// y *= scale (count).
package func multiply(_ y: UnsafeMutablePointer<Float>, by scale: Float, count: Int) {
  let scale = all(scale)
  @inline(__always) func lanes(_ at: LaneRange) { store(load(y, at) * scale, y, at) }
  forEachLaneRange(count, lanes)
}

/// y *= x (count).
package func multiply(_ y: UnsafeMutablePointer<Float>, by x: UnsafePointer<Float>, count: Int) {
  @inline(__always) func lanes(_ at: LaneRange) { store(load(y, at) * load(x, at), y, at) }
  forEachLaneRange(count, lanes)
}

/// y (rows, width) += row (width), to each row.
package func addRow(_ row: UnsafePointer<Float>, to y: UnsafeMutablePointer<Float>, rows: Int, width: Int) {
  for index in 0..<rows { add(row, to: y + index * width, count: width) }
}

/// sums (width) += the rows of x (rows, width), summed first to last: a bias's gradient.
package func addColumnSums(of x: UnsafePointer<Float>, to sums: UnsafeMutablePointer<Float>, rows: Int, width: Int) {
  for index in 0..<rows { add(x + index * width, to: sums, count: width) }
}
