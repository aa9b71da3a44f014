// The thin singular value decomposition: its factors multiply to the matrix, are orthogonal, and small values are
// accurate.
import Arrays
import Testing

@Suite struct SingularValuesTests {
  private func dot(_ x: [Double], _ y: [Double]) -> Double { zip(x, y).reduce(0) { $0 + $1.0 * $1.1 } }

  @Test(arguments: [(7, 4), (4, 4), (3, 5), (40, 1)]) func theFactorsMultiplyToTheMatrix(_ size: (Int, Int)) {
    let (rows, columns) = size
    let stream = RandomStream(seed: 3, purpose: .test)
    let matrix = (0..<rows * columns).map { Double(stream.uniform($0)) - 0.5 }
    let svd = ThinSVD(matrix, rows: rows, columns: columns)
    for row in 0..<rows {
      for column in 0..<columns {
        let sum = (0..<columns).reduce(0) { $0 + svd.values[$1] * svd.left[$1][row] * svd.right[$1][column] }
        #expect(abs(sum - matrix[row * columns + column]) < 1e-13)
      }
    }
    #expect(zip(svd.values, svd.values.dropFirst()).allSatisfy(>=))
    for i in 0..<columns {
      for j in 0..<columns {
        #expect(abs(dot(svd.right[i], svd.right[j]) - (i == j ? 1 : 0)) < 1e-13)
        guard svd.values[i] > 1e-12, svd.values[j] > 1e-12 else { continue }
        #expect(abs(dot(svd.left[i], svd.left[j]) - (i == j ? 1 : 0)) < 1e-13)
      }
    }
  }

  /// [[1, 1], [0, e]] has singular values √2 and e/√2 to first order: the eigenvalues of AᵀA would lose the second.
  @Test func aTinySingularValueKeepsItsPrecision() {
    let svd = ThinSVD([1, 1, 0, 1e-10], rows: 2, columns: 2)
    #expect(abs(svd.values[0] - 2.0.squareRoot()) < 1e-14)
    #expect(abs(svd.values[1] / (1e-10 / 2.0.squareRoot()) - 1) < 1e-9)
  }

  @Test func signsAreFixedAndAZeroMatrixIsDecomposed() {
    let svd = ThinSVD([-3, 0, 0, 0, 0, 2], rows: 3, columns: 2)
    #expect(svd.values == [3, 2] && svd.right == [[1, 0], [0, 1]] && svd.left == [[-1, 0, 0], [0, 0, 1]])
    #expect(ThinSVD([0, 0, 0, 0], rows: 2, columns: 2).values == [0, 0])
  }
}
