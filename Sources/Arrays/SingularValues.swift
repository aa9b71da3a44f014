// The singular value decomposition of a matrix with few columns, such as the factors of adapters: one-sided Jacobi
// (Hestenes 1958), which rotates pairs of columns until all are orthogonal. Small singular values come out with full
// relative accuracy, and the bits depend on no library.

/// A = Σ values[i] left[i] right[i]ᵀ, with the values from largest to smallest.
package struct ThinSVD: Sendable {
  /// [component] Not negative, descending.
  package let values: [Double]
  /// [component][row] Of length 1; zero if the value is zero.
  package let left: [[Double]]
  /// [component][column] Of length 1; the first of its largest elements is positive, which fixes the signs.
  package let right: [[Double]]

  /// Decomposes `matrix` (rows, columns) into as many components as it has columns. Time: rows columns² per sweep, and
  /// about ten sweeps.
  package init(_ matrix: [Double], rows: Int, columns: Int) {
    precondition(matrix.count == rows * columns, "\(matrix.count) values for (\(rows), \(columns))")
    // Column-major; A's columns are stored above those of the rotations, so one loop rotates both.
    let height = rows + columns
    var work = [Double](repeating: 0, count: height * columns)
    for column in 0..<columns {
      for row in 0..<rows { work[column * height + row] = matrix[row * columns + column] }
      work[column * height + rows + column] = 1
    }
    work.withUnsafeMutableBufferPointer { work in
      let work = work.baseAddress!
      for _ in 0..<60 where Self.sweep(work, rows: rows, columns: columns) == 0 { break }
    }
    let norms = (0..<columns).map { column in
      work[column * height..<column * height + rows].reduce(0) { $0 + $1 * $1 }.squareRoot()
    }
    let order = (0..<columns).sorted { (norms[$0], $1) > (norms[$1], $0) }
    values = order.map { norms[$0] }
    var (left, right) = ([[Double]](), [[Double]]())
    for column in order {
      let rotated = Array(work[column * height + rows..<(column + 1) * height])
      let largest = rotated.reduce(0) { abs($1) > abs($0) ? $1 : $0 }
      let sign = largest < 0 ? -1.0 : 1
      right.append(rotated.map { sign * $0 })
      left.append(
        work[column * height..<column * height + rows].map { norms[column] > 0 ? sign * $0 / norms[column] : 0 })
    }
    (self.left, self.right) = (left, right)
  }

  /// Rotates every pair of columns once so that it becomes orthogonal, and returns how many were not orthogonal yet.
  private static func sweep(_ work: UnsafeMutablePointer<Double>, rows: Int, columns: Int) -> Int {
    let height = rows + columns
    var rotations = 0
    for p in 0..<columns {
      for q in p + 1..<max(columns, p + 1) {
        let (x, y) = (work + p * height, work + q * height)
        var (xx, yy, xy) = (0.0, 0.0, 0.0)
        for row in 0..<rows {
          xx += x[row] * x[row]
          yy += y[row] * y[row]
          xy += x[row] * y[row]
        }
        guard abs(xy) > 1e-15 * (xx * yy).squareRoot(), xy != 0 else { continue }
        rotations += 1
        let zeta = (yy - xx) / (2 * xy)
        let tangent = (zeta < 0 ? -1 : 1) / (abs(zeta) + (1 + zeta * zeta).squareRoot())
        let cosine = 1 / (1 + tangent * tangent).squareRoot()
        let sine = cosine * tangent
        for row in 0..<height {
          (x[row], y[row]) = (cosine * x[row] - sine * y[row], sine * x[row] + cosine * y[row])
        }
      }
    }
    return rotations
  }
}
