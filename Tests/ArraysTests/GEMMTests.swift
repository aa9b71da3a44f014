import Arrays
import Testing

@Suite struct GEMMTests {
  /// (rows, columns, inner): scalars, partial lanes, an adapter's products in both directions, and long ones. Of the last
  /// one, A is copied in several parts where it is transposed.
  static let shapes = [
    (1, 1, 1), (3, 5, 7), (16, 16, 16), (33, 17, 65), (257, 8, 96), (300, 96, 8), (8, 200, 300), (16, 100, 700),
    (700, 32, 40), (1, 384, 384), (70, 1, 5), (1, 1, 4000), (100, 100, 32), (32, 5000, 33), (40, 70, 800),
  ]

  @Test("Products agree with the naive sum in all forms, added or not, within wider matrices", arguments: shapes)
  func agrees(rows: Int, columns: Int, inner: Int) {
    for (formOfA, formOfB, adding) in [
      (GEMM.Form.plain, GEMM.Form.plain, false), (.plain, .transposed, true), (.transposed, .plain, true),
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
      GEMM.multiply(
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
    GEMM.multiply(rows: 2, columns: 1, inner: 0, [0], 0, .plain, [0], 1, .plain, into: &c, 1)
    #expect(c == [0, 0])
    c = [1, 2]
    GEMM.multiply(rows: 2, columns: 1, inner: 0, [0], 0, .plain, [0], 1, .plain, into: &c, 1, adding: true)
    #expect(c == [1, 2])
    GEMM.multiply(rows: 0, columns: 1, inner: 1, [0], 1, .plain, [0], 1, .plain, into: &c, 1)
    #expect(c == [1, 2])
  }

  @Test("The same product has the same bits, alone and next to others")
  func repeats() {
    let (a, b) = (normals(200 * 384), normals(384 * 384, 1))
    var results = [[Float]](repeating: [Float](repeating: 0, count: 200 * 384), count: 6)
    results.withUnsafeMutableBufferPointer { results in
      parallel(parts: 6, threads: 3) { part, _ in
        GEMM.multiply(
          rows: 200, columns: 384, inner: 384, a, 384, .plain, b, 384, .transposed, into: &results[part], 384)
      }
    }
    #expect(Set(results).count == 1)
  }

  /// (columns, inner, forms of A and B): products of adapters, in pairs and not, and of trained matrices.
  static let neighbourly: [(Int, Int, GEMM.Form, GEMM.Form)] = [
    (8, 384, .plain, .transposed), (5, 1000, .plain, .plain), (16, 384, .plain, .transposed), (7, 33, .plain, .plain),
    (384, 8, .plain, .transposed), (100, 400, .plain, .plain), (8, 300, .transposed, .plain),
    (100, 300, .transposed, .plain), (384, 65, .transposed, .transposed),
  ]

  @Test("A row has the same bits, whatever the other rows are, with every kernel", arguments: neighbourly)
  func neighbours(columns: Int, inner: Int, formOfA: GEMM.Form, formOfB: GEMM.Form) {
    let rows = 600
    let (a, b) = (normals(rows * inner), normals(columns * inner, 1))
    /// Rows of A, in its form.
    func part(_ range: Range<Int>) -> [Float] {
      if formOfA == .plain { return Array(a[range.lowerBound * inner..<range.upperBound * inner]) }
      return (0..<inner).flatMap { a[$0 * rows + range.lowerBound..<$0 * rows + range.upperBound] }
    }
    func product(_ range: Range<Int>, _ kernel: GEMM.Kernel) -> [Float] {
      var c = [Float](repeating: 0.5, count: range.count * columns)
      GEMM.multiply(
        rows: range.count, columns: columns, inner: inner, part(range), formOfA == .plain ? inner : range.count,
        formOfA,
        b, formOfB == .plain ? columns : inner, formOfB, into: &c, columns, scale: 0.3, adding: true, kernel: kernel)
      return c
    }
    let whole = product(0..<rows, .common)
    for kernel in GEMM.Kernel.allCases where kernel.isAvailable {
      for range in [0..<rows, 0..<1, 5..<6, 3..<20, 100..<164, 7..<550, 599..<600] {
        #expect(
          product(range, kernel) == Array(whole[range.lowerBound * columns..<range.upperBound * columns]),
          "rows \(range), \(kernel)")
      }
    }
  }
}
