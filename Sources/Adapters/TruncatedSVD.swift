// The largest singular values and their vectors, by subspace iteration (Halko, Martinsson and Tropp 2011, "Finding
// structure with randomness", algorithm 4.4) and Jacobi's rotations for what is left.
import Arrays
import Foundation

/// Vᵀ (rank, columns) and U Σ (rows, rank) of the best approximation of W (rows, columns) of that rank: a function of W
/// alone.
package func truncatedSVD(_ weight: [Float], rows: Int, columns: Int, rank: Int) -> (a: [Float], b: [Float]) {
  let width = min(rank + 8, rows, columns)
  let stream = RandomStream(seed: 0, purpose: .basis, place: (.max, 0))
  // The rows of `basis` (width, columns) span what the iteration holds for V.
  var basis = orthonormalRows((0..<width * columns).map { 2 * stream.uniform($0) - 1 }, width)
  var image = [Float](repeating: 0, count: width * rows)
  for iteration in 0...24 {
    BLAS.multiply(
      rows: width, columns: rows, inner: columns, basis, columns, .plain, weight, columns, .transposed, into: &image,
      rows)
    guard iteration < 24 else { break }
    let onto = orthonormalRows(image, width)
    BLAS.multiply(
      rows: width, columns: columns, inner: rows, onto, rows, .plain, weight, columns, .plain, into: &basis, columns)
    basis = orthonormalRows(basis, width)
  }
  // W restricted to the basis is `image`: its Gram matrix has the squared singular values.
  let gram = (0..<width).map { i in
    (0..<width).map { j in
      (0..<rows).reduce(0.0) { $0 + Double(image[i * rows + $1]) * Double(image[j * rows + $1]) }
    }
  }
  let rotation = eigenvectors(gram).prefix(rank)
  var (a, b) = ([Float](repeating: 0, count: rank * columns), [Float](repeating: 0, count: rows * rank))
  for (index, vector) in rotation.enumerated() {
    for (part, weight) in vector.enumerated() {
      for column in 0..<columns { a[index * columns + column] += Float(weight) * basis[part * columns + column] }
      for row in 0..<rows { b[row * rank + index] += Float(weight) * image[part * rows + row] }
    }
  }
  return (a, b)
}

/// The rows of a matrix with `count` of them, made orthonormal.
private func orthonormalRows(_ matrix: [Float], _ count: Int) -> [Float] {
  let width = matrix.count / count
  let rows = (0..<count).map { row in matrix[row * width..<(row + 1) * width].map { Double($0) } }
  return orthonormalized(rows).flatMap { $0.map { Float($0) } }
}

/// The eigenvectors of a symmetric matrix, largest eigenvalue first (Jacobi 1846): rotations that make one element after
/// the other vanish.
func eigenvectors(_ matrix: [[Double]]) -> [[Double]] {
  let size = matrix.count
  var a = matrix
  var vectors = (0..<size).map { row in (0..<size).map { $0 == row ? 1.0 : 0.0 } }
  let scale = a.joined().reduce(0) { $0 + $1 * $1 }
  for _ in 0..<60 {
    let rest = (0..<size).reduce(0.0) { sum, i in (0..<i).reduce(sum) { $0 + a[i][$1] * a[i][$1] } }
    if rest <= 1e-28 * scale { break }
    for p in 0..<size {
      for q in p + 1..<size where a[p][q] != 0 {
        let ratio = (a[q][q] - a[p][p]) / (2 * a[p][q])
        let tangent = (ratio < 0 ? -1 : 1) / (abs(ratio) + (ratio * ratio + 1).squareRoot())
        let cosine = 1 / (tangent * tangent + 1).squareRoot()
        let sine = tangent * cosine
        for k in 0..<size {
          (a[k][p], a[k][q]) = (cosine * a[k][p] - sine * a[k][q], sine * a[k][p] + cosine * a[k][q])
        }
        for k in 0..<size {
          (a[p][k], a[q][k]) = (cosine * a[p][k] - sine * a[q][k], sine * a[p][k] + cosine * a[q][k])
          (vectors[p][k], vectors[q][k]) = (
            cosine * vectors[p][k] - sine * vectors[q][k], sine * vectors[p][k] + cosine * vectors[q][k]
          )
        }
      }
    }
  }
  return (0..<size).sorted { a[$0][$0] > a[$1][$1] }.map { vectors[$0] }
}
