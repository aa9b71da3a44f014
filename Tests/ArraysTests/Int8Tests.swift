import Arrays
import Testing

@Suite struct Int8RoundingTests {
  @Test("Every row rounds as the naive version does, to integers from -127 to 127")
  func agreesWithTheNaiveVersion() {
    for (index, length) in (lengths + [1536]).enumerated() {
      for scale: Float in [1, 0x1p-90, 0x1p-99, 0x1p-101, 0x1p100, 3.4e37] {
        expectSame(normals(length, UInt32(index)).map { min(max($0, -9), 9) * scale })
      }
    }
  }

  @Test("Rows of zeros, of subnormal values and with one huge value")
  func edges() {
    expectSame([0, -0, 0, 0])
    #expect(rounded([0, -0, 0]).scale == 0)
    expectSame([Float.leastNonzeroMagnitude, -Float.leastNormalMagnitude, 0])
    #expect(rounded([Float.leastNonzeroMagnitude, -Float.leastNormalMagnitude]).scale == 0)
    expectSame([Float.greatestFiniteMagnitude, -Float.greatestFiniteMagnitude, 1, 0])
    #expect(rounded([Float.greatestFiniteMagnitude, -Float.greatestFiniteMagnitude, 1]).integers == [127, -127, 0])
  }

  @Test("Halves round to the even integer, on both sides of zero")
  func ties() {
    let halves = (-126...125).map { Float($0) + 0.5 }
    #expect(rounded([127] + halves).integers == [127] + halves.map { Int($0.rounded(.toNearestOrEven)) })
  }

  @Test("Whatever the largest value is, it becomes 127 and its negative -127, never 128")
  func largestValues() {
    let random = RandomStream(seed: 3, purpose: .test, place: (0, 0))
    for index in 0..<20_000 {
      // Any mantissa, with exponents from -99 to 127.
      let bits = random.word(index) & 0x7F_FFFF | (28 + random.word(index + 20_000) % 227) << 23
      let largest = Float(bitPattern: bits)
      let result = rounded([-largest, largest, largest.nextDown])
      #expect(result.integers == [-127, 127, 127], "\(largest)")
    }
  }

  @Test("A row that is not finite has the scale NaN", arguments: [Float.nan, .infinity, -.infinity, -.nan])
  func notFinite(_ value: Float) {
    #expect(rounded([1, value, 2]).scale.isNaN)
    #expect(rounded(normals(40) + [value]).scale.isNaN)
  }

  private func expectSame(_ x: [Float]) {
    let (result, expected) = (rounded(x), Reference.roundToInt8(x))
    #expect(result.integers == expected.integers && result.scale == expected.scale)
    #expect(result.integers.allSatisfy { abs($0) <= 127 })
  }

  /// The integers, from either place of zero, and the scale.
  private func rounded(_ x: [Float]) -> (integers: [Int], scale: Float) {
    var (bytes, shifted) = ([UInt8](repeating: 7, count: x.count), [UInt8](repeating: 7, count: x.count))
    let scale = Int8Rows.round(x, count: x.count, into: &bytes, zero: 0)
    _ = Int8Rows.round(x, count: x.count, into: &shifted, zero: 128)
    if scale.isFinite { #expect(shifted == bytes.map { $0 &+ 128 }) }
    return (bytes.map { Int(Int8(bitPattern: $0)) }, scale)
  }
}

@Suite struct Int8ProductTests {
  static let kernels = PackedMatrix.Kernel.allCases.filter { PackedMatrix.isAvailable($0, .int8) }

  @Test(
    "Each kernel gives the naive product's bits: both forms, with a bias, added, copied or where it is stored",
    arguments: kernels, [(1, 32, 4), (3, 3, 5), (13, 64, 32), (23, 40, 33), (300, 16, 8), (7, 33, 401), (300, 40, 100)])
  func agrees(_ kernel: PackedMatrix.Kernel, shape: (rows: Int, columns: Int, inner: Int)) throws {
    let (rows, columns, inner) = shape
    // One row in five is zero, and three have outliers: of usual size, and with squares that are 0 or infinite in Float.
    let x = normals(rows * inner, 1).enumerated().map { index, value in
      let outlier: Float = index % 129 == 3 ? 300 : 1
      return [1, 0, outlier, outlier * 1e-25, outlier * 1e25][index / inner % 5] * value * 1e-3
    }
    let (w, bias, before) = (normals(inner * columns, 2), normals(columns, 3), normals(rows * columns, 4))
    for (form, adding) in [(GEMM.Form.plain, false), (.transposed, true)] {
      let width = form == .plain ? columns : inner
      let stored = StoredRows(w, width: width)
      let (wide, kept) = (Kept(w), Kept(bias))
      let expected = Reference.multiplyInt8(
        x, w, form, inner: inner, columns: columns, bias: bias, addingTo: adding ? before : nil)
      for (values, copying) in [
        (StoredNumbers.float32(wide.address), true), (stored.numbers, true), (stored.numbers, false),
      ] {
        let matrix = try #require(
          PackedMatrix(
            values, inner: inner, columns: columns, form: form, bias: kept.address, precision: .int8, copying: copying,
            kernels: [kernel]))
        var y = adding ? before : [Float](repeating: .nan, count: rows * columns)
        matrix.multiply(x, rows: rows, into: &y, adding: adding, arena: Arena())
        #expect(y.map(\.bitPattern) == expected.map(\.bitPattern))
      }
    }
  }

  @Test("A product in int8 is near the one in float32", arguments: [GEMM.Form.plain, .transposed])
  func isNearFloat32(_ form: GEMM.Form) throws {
    let (rows, columns, inner) = (40, 96, 384)
    let (x, w) = (normals(rows * inner, 1), Kept(normals(inner * columns, 2)))
    let products = try [Precision.int8, .float32].map { precision in
      let matrix = try #require(
        PackedMatrix(.float32(w.address), inner: inner, columns: columns, form: form, precision: precision))
      var y = [Float](repeating: 0, count: rows * columns)
      matrix.multiply(x, rows: rows, into: &y, arena: Arena())
      return y.map { Double($0) }
    }
    let error = zip(products[0], products[1]).map { $0 - $1 }
    #expect(dotProduct(error, error) < 0.02 * 0.02 * dotProduct(products[1], products[1]))
  }

  @Test("Beside outliers, the other values of a row keep their digits")
  func outliers() throws {
    let (rows, columns, inner) = (20, 64, 256)
    let w = Kept(normals(inner * columns, 2))
    var x = normals(rows * inner, 1)
    for row in 0..<rows { x[row * inner + 7 * row + 3] = 1000 }
    #expect(Reference.outliers(of: Array(x[0..<inner])).outliers.map(\.column) == [3])
    let products = try [Precision.int8, .float32].map { precision in
      let matrix = try #require(
        PackedMatrix(.float32(w.address), inner: inner, columns: columns, form: .transposed, precision: precision))
      var y = [Float](repeating: 0, count: rows * columns)
      matrix.multiply(x, rows: rows, into: &y, arena: Arena())
      // Less the outlier's own share, whose error is that of W.
      for index in y.indices {
        let place = index % columns * inner + 7 * (index / columns) + 3
        y[index] -= 1000 * (precision == .int8 ? dequantised(w.address, place, width: inner) : w.address[place])
      }
      return y.map { Double($0) }
    }
    let error = zip(products[0], products[1]).map { $0 - $1 }
    #expect(dotProduct(error, error) < 0.02 * 0.02 * dotProduct(products[1], products[1]))
  }

  /// A value of a matrix after rounding its row.
  private func dequantised(_ w: UnsafePointer<Float>, _ place: Int, width: Int) -> Float {
    let row = place / width * width
    let rounded = Reference.roundToInt8((row..<row + width).map { w[$0] })
    return Float(rounded.integers[place - row]) * rounded.scale
  }

  @Test("Rows that are not finite give NaNs, and the rows beside them do not", arguments: kernels)
  func notFinite(_ kernel: PackedMatrix.Kernel) throws {
    let (rows, columns, inner) = (4, 40, 20)
    let w = Kept(normals(inner * columns, 2))
    let matrix = try #require(
      PackedMatrix(
        .float32(w.address), inner: inner, columns: columns, form: .transposed, precision: .int8, kernels: [kernel]))
    var x = normals(rows * inner, 1)
    (x[inner + 3], x[2 * inner]) = (.nan, -.infinity)
    var y = [Float](repeating: 0, count: rows * columns)
    matrix.multiply(x, rows: rows, into: &y, arena: Arena())
    for (index, value) in y.enumerated() { #expect(value.isNaN == (1...2).contains(index / columns)) }
  }

  @Test("A matrix of integers is read in any precision")
  func dequantises() throws {
    let (rows, columns, inner) = (9, 48, 64)
    let (x, w) = (normals(rows * inner, 1), normals(inner * columns, 2))
    let stored = StoredRows(w, width: inner)
    let dequantised = stored.numbers.floats(count: w.count)
    #expect(greatestError(dequantised, w) < 0.02 && dequantised != w)
    #expect(stored.numbers.floats(from: inner - 1, count: 2) == Array(dequantised[inner - 1...inner]))
    for kernel in [PackedMatrix.Kernel.oneDNN, .panels] where PackedMatrix.isAvailable(kernel, .float32) {
      let matrix = try #require(
        PackedMatrix(
          stored.numbers, inner: inner, columns: columns, form: .transposed, precision: .float32, kernels: [kernel]))
      var (y, expected) = ([Float](repeating: 0, count: rows * columns), [Float](repeating: 0, count: rows * columns))
      matrix.multiply(x, rows: rows, into: &y, arena: Arena())
      Reference.multiply(
        rows: rows, columns: columns, inner: inner, x, inner, .plain, dequantised, inner, .transposed,
        into: &expected, columns)
      #expect(greatestError(y, expected) < 1e-5)
    }
  }
}

/// A matrix that was rounded by the naive version.
private struct StoredRows {
  private let integers: Kept<Int8>
  private let scales: Kept<Float>
  let numbers: StoredNumbers

  init(_ w: [Float], width: Int) {
    let rows = stride(from: 0, to: w.count, by: width).map { Reference.roundToInt8(Array(w[$0..<$0 + width])) }
    (integers, scales) = (Kept(rows.flatMap { $0.integers.map { Int8($0) } }), Kept(rows.map(\.scale)))
    numbers = .int8(StoredInt8(values: integers.address, scales: scales.address, width: width))
  }
}

@Suite struct FastestPrecisionTests {
  @Test("The fastest precision follows from the processor's instructions, and it is never a slow one")
  func fastest() {
    for (int8, tiles, vectors, expected) in [
      (false, false, false, Precision.float32), (true, false, false, .int8), (true, false, true, .int8),
      (true, true, false, .bfloat16), (false, false, true, .bfloat16),
    ] {
      let instructions = ProductInstructions(
        multipliesInt8: int8, hasBfloat16Tiles: tiles, hasFastBfloat16Vectors: vectors)
      #expect(instructions.fastest == expected)
      #expect(instructions.whySlow(expected) == nil)
      #expect((instructions.whySlow(.int8) == nil) == int8)
      #expect((instructions.whySlow(.bfloat16) == nil) == (tiles || vectors))
    }
    #expect(PackedMatrix.isAvailable(ProductInstructions.here.fastest))
  }
}
