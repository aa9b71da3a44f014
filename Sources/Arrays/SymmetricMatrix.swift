// Symmetric matrices in double precision: sums of outer products, and their eigenvectors. Curvature needs them: its
// eigenvalues span more orders of magnitude than a Float has digits.
import COpenBLAS

/// Symmetric matrices in Double, row-major, with both triangles stored.
package enum SymmetricMatrix {
  /// G (size, size) += Vᵀ V of rows V (count, size).
  package static func addOuterProducts(of rows: [Double], count: Int, to matrix: inout [Double], size: Int) {
    precondition(rows.count == count * size && matrix.count == size * size, "\(count) rows of \(size)")
    guard count > 0, size > 0 else { return }
    BLAS.library.dgemm(
      Int32(openblas_row_major), Int32(openblas_transposed), Int32(openblas_plain), Int32(size), Int32(size),
      Int32(count), 1, rows, Int32(size),
      rows, Int32(size), 1, &matrix, Int32(size))
  }

  /// G (count, count) = V Vᵀ of rows V (count, size).
  package static func innerProducts(of rows: [Double], count: Int, size: Int) -> [Double] {
    precondition(rows.count == count * size, "\(rows.count) numbers for \(count) rows of \(size)")
    var matrix = [Double](repeating: 0, count: count * count)
    BLAS.library.dgemm(
      Int32(openblas_row_major), Int32(openblas_plain), Int32(openblas_transposed), Int32(count), Int32(count),
      Int32(size), 1, rows, Int32(size),
      rows, Int32(size), 0, &matrix, Int32(count))
    return matrix
  }

  /// C (rows, columns) = A (rows, inner) B (inner, columns).
  package static func multiply(rows: Int, columns: Int, inner: Int, _ a: [Double], _ b: [Double]) -> [Double] {
    precondition(a.count == rows * inner && b.count == inner * columns, "(\(rows), \(inner)) by (\(inner), \(columns))")
    var product = [Double](repeating: 0, count: rows * columns)
    guard rows > 0, columns > 0, inner > 0 else { return product }
    BLAS.library.dgemm(
      Int32(openblas_row_major), Int32(openblas_plain), Int32(openblas_plain), Int32(rows), Int32(columns),
      Int32(inner),
      1, a, Int32(inner),
      b, Int32(columns), 0, &product, Int32(columns))
    return product
  }

  /// The eigenvalues of a matrix (size, size), largest first, and the eigenvectors as rows (size, size).
  ///
  /// - Returns: nil if a value of the matrix is not finite, or if the iteration fails.
  package static func eigenvectors(of matrix: [Double], size: Int) -> (values: [Double], rows: [Double])? {
    precondition(matrix.count == size * size, "\(matrix.count) numbers for \(size) rows")
    guard matrix.allSatisfy(\.isFinite) else { return nil }
    guard size > 0 else { return ([], []) }
    var (vectors, values) = (matrix, [Double](repeating: 0, count: size))
    let (n, workSize, integerWorkSize) = (Int32(size), Int32(1 + 6 * size + 2 * size * size), Int32(3 + 5 * size))
    var work = [Double](repeating: 0, count: Int(workSize))
    var (integerWork, status) = ([Int32](repeating: 0, count: Int(integerWorkSize)), Int32(0))
    BLAS.library.dsyevd(
      "V", "U", [n], &vectors, [n], &values, &work, [workSize], &integerWork, [integerWorkSize], &status)
    guard status == 0, values.allSatisfy(\.isFinite) else { return nil }
    // Fortran's columns are our rows; ascending order becomes descending.
    var rows = [Double](repeating: 0, count: size * size)
    for row in 0..<size {
      let source = (size - 1 - row) * size
      rows.replaceSubrange(row * size..<(row + 1) * size, with: vectors[source..<source + size])
    }
    return (values.reversed(), rows)
  }

  /// A lower triangular L (size, size) with L Lᵀ = the matrix, which is positive semidefinite up to rounding. A
  /// direction without variance gets a column of zeros: no jitter is added, so such a direction never varies.
  package static func semidefiniteRoot(of matrix: [Double], size: Int) -> [Double] {
    precondition(matrix.count == size * size, "\(matrix.count) numbers for \(size) rows")
    var root = [Double](repeating: 0, count: size * size)
    let negligible = 1e-12 * (0..<size).reduce(0) { max($0, matrix[$1 * size + $1]) }
    for column in 0..<size {
      func remainder(_ row: Int) -> Double {
        (0..<column).reduce(matrix[row * size + column]) { $0 - root[row * size + $1] * root[column * size + $1] }
      }
      let pivot = remainder(column)
      guard pivot > negligible else { continue }
      let diagonal = pivot.squareRoot()
      root[column * size + column] = diagonal
      for row in column + 1..<max(size, column + 1) { root[row * size + column] = remainder(row) / diagonal }
    }
    return root
  }
}
