import Arrays
import Testing

@Suite struct SmallProductTests {
  /// Sizes below, at and above a tile of 8 by 32 and one of 6 by 16, and with every kind of remainder.
  static let shapes = [
    (1, 1, 1), (3, 5, 7), (4, 32, 16), (18, 32, 18), (18, 48, 32), (65, 33, 5), (7, 80, 64), (9, 6, 1), (6, 16, 8),
  ]

  @Test("Small products agree with the naive sum, whatever the strides, added or not", arguments: shapes)
  func agrees(rows: Int, columns: Int, inner: Int) {
    for (transposed, adding) in [(false, false), (true, false), (false, true)] {
      let (lda, ldb, ldc) = ((transposed ? rows : inner) + 3, columns + 2, columns + 1)
      let (a, b) = (normals((transposed ? inner : rows) * lda, 1), normals(inner * ldb, 2))
      var c = normals(rows * ldc, 3)
      if !adding { for row in 0..<rows { c[row * ldc] = .nan } }
      var expected = c
      multiplySmall(
        rows: rows, columns: columns, inner: inner, a, aRow: transposed ? 1 : lda, aInner: transposed ? lda : 1, b,
        bRow: ldb, into: &c, cRow: ldc, adding: adding)
      Reference.multiply(
        rows: rows, columns: columns, inner: inner, a, lda, transposed ? .transposed : .plain, b, ldb, .plain,
        into: &expected, ldc, adding: adding)
      #expect(greatestError(c, expected) < 1e-6 * Double(inner).squareRoot() + 1e-6)
      for row in 0..<rows {
        #expect(c[row * ldc + columns] == expected[row * ldc + columns], "wrote outside its matrix")
      }
    }
  }

  @Test(
    "A transpose has every value at its new position, and zeros up to the next sixteen",
    arguments: [
      (1, 1), (16, 16), (17, 32), (5, 20), (40, 6),
    ])
  func transposes(rows: Int, columns: Int) {
    let (xRow, yRow) = (columns + 3, (rows + 15) / 16 * 16 + 2)
    let x = normals(rows * xRow)
    var y = [Float](repeating: 7, count: columns * yRow)
    transpose(rows: rows, columns: columns, x, xRow: xRow, into: &y, yRow: yRow)
    for column in 0..<columns {
      let row = Array(y[column * yRow..<(column + 1) * yRow])
      #expect(Array(row[..<rows]) == (0..<rows).map { x[$0 * xRow + column] })
      #expect(row[rows..<(yRow - 2)].allSatisfy { $0 == 0 } && row[(yRow - 2)...].allSatisfy { $0 == 7 })
    }
  }
}
