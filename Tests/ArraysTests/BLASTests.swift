import Arrays
import Testing

@Suite struct BLASTests {
  /// (rows, columns, inner): single numbers, tails, an adapter's products in both directions, and long ones.
  static let shapes = [
    (1, 1, 1), (3, 5, 7), (16, 16, 16), (33, 17, 65), (257, 8, 96), (300, 96, 8), (8, 200, 300), (16, 100, 700),
    (700, 32, 40), (1, 384, 384), (70, 1, 5), (1, 1, 4000), (100, 100, 32), (32, 5000, 33),
  ]

  @Test("Products agree with the naive sum in all forms, added or not, within wider matrices", arguments: shapes)
  func agrees(rows: Int, columns: Int, inner: Int) {
    for (formOfA, formOfB, adding) in [
      (BLAS.Form.plain, BLAS.Form.plain, false), (.plain, .transposed, true), (.transposed, .plain, true),
      (.transposed, .transposed, false), (.plain, .transposed, false),
    ] {
      let lda = (formOfA == .plain ? inner : rows) + 3
      let ldb = (formOfB == .plain ? columns : inner) + 2
      let ldc = columns + 1
      let a = normals((formOfA == .plain ? rows : inner) * lda, 1)
      let b = normals((formOfB == .plain ? inner : columns) * ldb, 2)
      var c = normals(rows * ldc, 3)
      if !adding { for row in 0..<rows { c[row * ldc] = .nan } }
      var expected = c
      BLAS.multiply(
        rows: rows, columns: columns, inner: inner, a, lda, formOfA, b, ldb, formOfB, into: &c, ldc, scale: 0.5,
        adding: adding)
      Reference.multiply(
        rows: rows, columns: columns, inner: inner, a, lda, formOfA, b, ldb, formOfB, into: &expected, ldc, scale: 0.5,
        adding: adding)
      #expect(greatestError(c, expected) < 1e-6 * Double(inner).squareRoot() + 1e-6, "\(formOfA) \(formOfB)")
      for row in 0..<rows {
        #expect(c[row * ldc + columns] == expected[row * ldc + columns], "wrote beside its matrix")
      }
    }
  }

  @Test("A product over nothing is zero, or leaves what it is added to")
  func nothing() {
    var c: [Float] = [.nan, .nan]
    BLAS.multiply(rows: 2, columns: 1, inner: 0, [0], 0, .plain, [0], 1, .plain, into: &c, 1)
    #expect(c == [0, 0])
    c = [1, 2]
    BLAS.multiply(rows: 2, columns: 1, inner: 0, [0], 0, .plain, [0], 1, .plain, into: &c, 1, adding: true)
    #expect(c == [1, 2])
    BLAS.multiply(rows: 0, columns: 1, inner: 1, [0], 1, .plain, [0], 1, .plain, into: &c, 1)
    #expect(c == [1, 2])
  }

  @Test("The same product has the same bits, alone and beside others")
  func repeats() {
    let (a, b) = (normals(200 * 384), normals(384 * 384, 1))
    var results = [[Float]](repeating: [Float](repeating: 0, count: 200 * 384), count: 6)
    results.withUnsafeMutableBufferPointer { results in
      parallel(parts: 6, threads: 3) { part, _ in
        BLAS.multiply(
          rows: 200, columns: 384, inner: 384, a, 384, .plain, b, 384, .transposed, into: &results[part], 384)
      }
    }
    #expect(Set(results).count == 1)
  }
}
