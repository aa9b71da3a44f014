import Arrays
import Testing

@Suite struct BLASTests {
  /// (rows, columns, inner): scalars, partial lanes, an adapter's products in both directions, and long ones.
  static let shapes = [
    (1, 1, 1), (3, 5, 7), (16, 16, 16), (33, 17, 65), (257, 8, 96), (300, 96, 8), (8, 200, 300), (16, 100, 700),
    (700, 32, 40), (1, 384, 384), (70, 1, 5), (1, 1, 4000), (100, 100, 32), (32, 5000, 33),
  ]

  @Test func preparedBuffersAlsoServeFewerThreads() throws {
    for threads in [2, 1, 2, 1 << 16] { try BLAS.prepare(threads: threads) }
    #expect(!BLAS.core.isEmpty)
  }

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
        #expect(c[row * ldc + columns] == expected[row * ldc + columns], "wrote outside its matrix")
      }
    }
  }

  @Test("A product with inner size 0 is zero, or leaves the sum unchanged")
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

  @Test("The same product has the same bits, alone and next to others")
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

  @Test(
    "A row of an adapter's product has the same bits, whatever the other rows are",
    .enabled(if: BLAS.hasSmallKernels, "OpenBLAS detects no AVX-512 on this processor"),
    arguments: [(8, 384, BLAS.Form.transposed), (16, 384, .transposed), (8, 1024, .plain), (384, 8, .plain)])
  func neighbours(columns: Int, inner: Int, form: BLAS.Form) {
    let (a, b) = (normals(700 * inner), normals(columns * inner, 1))
    func product(_ rows: Range<Int>) -> [Float] {
      var c = [Float](repeating: 0, count: rows.count * columns)
      BLAS.multiply(
        rows: rows.count, columns: columns, inner: inner, Array(a[rows.lowerBound * inner..<rows.upperBound * inner]),
        inner, .plain, b, form == .plain ? columns : inner, form, into: &c, columns)
      return c
    }
    let whole = product(0..<700)
    for rows in [0..<1, 5..<6, 3..<20, 100..<164, 7..<650, 699..<700] {
      #expect(product(rows) == Array(whole[rows.lowerBound * columns..<rows.upperBound * columns]), "rows \(rows)")
    }
  }
}
