import Arrays
import Testing

@Suite struct PackedMatrixTests {
  /// The kernels on this machine: oneDNN's if it is installed and has them for this processor.
  static let kernels = PackedMatrix.Kernel.allCases.filter { PackedMatrix.isAvailable($0, .float32) }

  @Test(
    "Products agree with the naive sum: plain and transposed, with bias, added, in one block and in several",
    arguments: kernels,
    [
      (1, 3, 5), (8, 64, 32), (100, 40, 24), (700, 16, 8), (7, 33, 400),
    ])
  func agrees(_ kernel: PackedMatrix.Kernel, shape: (rows: Int, columns: Int, inner: Int)) throws {
    let (rows, columns, inner) = shape
    let (x, w) = (normals(rows * inner, 1), normals(inner * columns, 2))
    let (stored, bias) = (Kept(w), Kept(normals(columns, 3)))
    for (form, adding, copying) in [
      (GEMM.Form.plain, false, true), (.transposed, true, true), (.transposed, false, true),
      (.transposed, false, false),
      (.plain, true, false),
    ] {
      let matrix = try #require(
        PackedMatrix(
          .float32(stored.address), inner: inner, columns: columns, form: form, bias: adding ? nil : bias.address,
          precision: .float32, copying: copying, kernels: [kernel]))
      var y = adding ? normals(rows * columns, 4) : [Float](repeating: .nan, count: rows * columns)
      var expected = y
      matrix.multiply(x, rows: rows, into: &y, adding: adding, arena: Arena())
      Reference.multiply(
        rows: rows, columns: columns, inner: inner, x, inner, .plain, w, form == .plain ? columns : inner, form,
        into: &expected, columns, adding: adding)
      if !adding { for place in expected.indices { expected[place] += bias.address[place % columns] } }
      #expect(greatestError(y, expected) < 1e-6 * Double(inner).squareRoot() + 2e-6)
    }
  }

  /// Products of few rows have a kernel of their own where oneDNN multiplies: with the bits of 256 rows, which are its own.
  @Test(
    "A row is the same bits beside 0 to 255 others", arguments: kernels,
    [(64, 32), (96, 40), (100, 100), (576, 192), (576, 1000), (1536, 65), (2304, 16), (24, 48), (513, 130)])
  func fewRows(_ kernel: PackedMatrix.Kernel, shape: (inner: Int, columns: Int)) throws {
    let (inner, columns) = shape
    let x = normals(256 * inner, 1)
    let (w, bias) = (Kept(normals(inner * columns, 2)), Kept(normals(columns, 3)))
    for hasBias in [false, true] {
      let matrix = try #require(
        PackedMatrix(
          .float32(w.address), inner: inner, columns: columns, form: .transposed, bias: hasBias ? bias.address : nil,
          precision: .float32, kernels: [kernel]))
      func product(_ rows: Int) -> [Float] {
        var y = [Float](repeating: .nan, count: rows * columns)
        matrix.multiply(x, rows: rows, into: &y, arena: Arena())
        return y
      }
      let many = product(256)
      for rows in Array(1...20) + [32, 64] { #expect(product(rows)[...] == many[..<(rows * columns)], "\(rows) rows") }
    }
  }

  @Test("Our own kernel multiplies by a bfloat16 matrix, copied or in place", arguments: [true, false])
  func widensBfloat16(copying: Bool) throws {
    let (rows, columns, inner) = (5, 40, 300)
    let (x, w) = (normals(rows * inner, 1), normals(inner * columns, 2))
    let narrow = Kept(halves(w))
    for form in [GEMM.Form.plain, .transposed] {
      let matrix = try #require(
        PackedMatrix(
          .bfloat16(narrow.address), inner: inner, columns: columns, form: form, precision: .float32, copying: copying,
          kernels: [.panels]))
      var (y, expected) = ([Float](repeating: 0, count: rows * columns), [Float](repeating: 0, count: rows * columns))
      matrix.multiply(x, rows: rows, into: &y, arena: Arena())
      Reference.multiply(
        rows: rows, columns: columns, inner: inner, x, inner, .plain, rounded(w), form == .plain ? columns : inner,
        form,
        into: &expected, columns)
      #expect(greatestError(y, expected) < 2e-5)
    }
  }

  @Test(
    "In bfloat16 a product is that of the rounded values, however W is stored, copied or not",
    .enabled(if: PackedMatrix.isAvailable(.bfloat16)))
  func roundsToBfloat16() throws {
    let (rows, columns, inner) = (33, 48, 96)
    let (x, w) = (normals(rows * inner, 1), normals(inner * columns, 2))
    let (wide, narrow) = (Kept(w), Kept(halves(w)))
    var expected = [Float](repeating: 0, count: rows * columns)
    Reference.multiply(
      rows: rows, columns: columns, inner: inner, rounded(x), inner, .plain, rounded(w), columns, .plain,
      into: &expected, columns)
    for (stored, copying) in [
      (StoredNumbers.float32(wide.address), true), (.bfloat16(narrow.address), true),
      (.bfloat16(narrow.address), false),
    ] {
      let matrix = try #require(
        PackedMatrix(stored, inner: inner, columns: columns, form: .plain, precision: .bfloat16, copying: copying))
      var y = [Float](repeating: 0, count: rows * columns)
      matrix.multiply(x, rows: rows, into: &y, arena: Arena())
      #expect(greatestError(y, expected) < 1e-5)
    }
    let matrix = try #require(
      PackedMatrix(.bfloat16(narrow.address), inner: inner, columns: columns, form: .plain, precision: .float32))
    var y = expected
    matrix.multiply(rounded(x), rows: rows, into: &y, arena: Arena())
    #expect(greatestError(y, expected) < 1e-5)
  }

  @Test("A row's result is the same to the last bit, whatever the other rows are, and on any thread")
  func rowsAreIndependent() throws {
    let (rows, columns, inner) = (300, 96, 384)
    let (x, w) = (normals(rows * inner, 1), normals(inner * columns, 2))
    let all = PackedMatrix.Kernel.allCases.flatMap { kernel in Precision.allCases.map { (kernel, $0) } }
    for (kernel, precision) in all where PackedMatrix.isAvailable(kernel, precision) {
      let stored = Kept(w)
      let matrix = try #require(
        PackedMatrix(
          .float32(stored.address), inner: inner, columns: columns, form: .plain, precision: precision,
          kernels: [kernel]))
      var whole = [Float](repeating: 0, count: rows * columns)
      matrix.multiply(x, rows: rows, into: &whole, arena: Arena())
      var parts = [[Float]](repeating: [], count: 30)
      parts.withUnsafeMutableBufferPointer { parts in
        nonisolated(unsafe) let parts = parts
        parallel(parts: 30, threads: 3) { part, _ in
          let (first, count) = (part * 10, part % 2 == 0 ? 10 : 7)
          var y = [Float](repeating: 0, count: count * columns)
          matrix.multiply(Array(x[first * inner..<(first + count) * inner]), rows: count, into: &y, arena: Arena())
          parts[part] = y
        }
      }
      for (part, y) in parts.enumerated() {
        let isSame = Array(whole[part * 10 * columns..<part * 10 * columns + y.count]) == y
        #expect(isSame, "\(kernel) in \(precision)")
      }
    }
  }

  private func halves(_ x: [Float]) -> [UInt16] {
    var halves = [UInt16](repeating: 0, count: x.count)
    halves.withUnsafeMutableBytes { Halves.narrow(x, intoBfloat16: $0.baseAddress!, count: x.count) }
    return halves
  }

  private func rounded(_ x: [Float]) -> [Float] { halves(x).map { Float(bitPattern: UInt32($0) << 16) } }
}
