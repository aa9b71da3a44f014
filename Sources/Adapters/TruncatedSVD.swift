// The largest singular values and their vectors, by subspace iteration (Halko, Martinsson and Tropp 2011, "Finding
// structure with randomness", algorithm 4.4) and a thin decomposition of W projected onto the subspace.
import Arrays

/// Vᵀ (rank, columns) and U Σ (rows, rank), whose product is the best approximation of W (rows, columns) with this rank.
/// The seed of the iteration's random start is fixed, so the result depends on W alone.
package func truncatedSVD(_ weight: [Float], rows: Int, columns: Int, rank: Int) -> (a: [Float], b: [Float]) {
  let width = min(rank + 8, rows, columns)
  let stream = RandomStream(seed: 0, purpose: .basis, place: (.max, 0))
  // The rows of `basis` (width, columns) span the current estimate of the space of V.
  var basis = orthonormalRows((0..<width * columns).map { stream.uniform($0, within: 1) }, width)
  var image = [Float](repeating: 0, count: width * rows)
  for iteration in 0...24 {
    GEMM.multiply(
      rows: width, columns: rows, inner: columns, basis, columns, .plain, weight, columns, .transposed, into: &image,
      rows)
    guard iteration < 24 else { break }
    let onto = orthonormalRows(image, width)
    GEMM.multiply(
      rows: width, columns: columns, inner: rows, onto, rows, .plain, weight, columns, .plain, into: &basis, columns)
    basis = orthonormalRows(basis, width)
  }
  // W projected onto the basis is `image` transposed. Its U Σ is that of W; its V gives V in terms of the basis.
  let wide = (0..<rows * width).map { Double(image[$0 % width * rows + $0 / width]) }
  let svd = ThinSVD(wide, rows: rows, columns: width)
  var (a, b) = ([Float](repeating: 0, count: rank * columns), [Float](repeating: 0, count: rows * rank))
  for component in 0..<rank {
    for (part, weight) in svd.right[component].enumerated() {
      for column in 0..<columns { a[component * columns + column] += Float(weight) * basis[part * columns + column] }
    }
    for row in 0..<rows { b[row * rank + component] = Float(svd.values[component] * svd.left[component][row]) }
  }
  return (a, b)
}

/// Orthonormal rows with the same span as the `count` rows of a matrix.
private func orthonormalRows(_ matrix: [Float], _ count: Int) -> [Float] {
  let width = matrix.count / count
  let rows = (0..<count).map { row in matrix[row * width..<(row + 1) * width].map { Double($0) } }
  return orthonormalized(rows).flatMap { $0.map { Float($0) } }
}
