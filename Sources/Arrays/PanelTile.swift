// The tile of a product by a packed panel, for sixteen registers of eight Floats (AVX2): three rows by thirty-two
// columns, so twelve registers of sums. Three more hold the rows' values of A, and the last one part of the panel's
// row, so that one step makes twelve products of eight with seven loads. It spends less on broadcasting A than the six
// by sixteen tile of the small products, whose columns come in sixteens. NEON's thirty-two registers of four hold the
// same tile.

private typealias Eight = SIMD8<Float>

/// C (rows, columns) = A B, or C + A B if `adding`, for a panel B (inner, 32) of which the first `columns` are used.
///
/// Rows of A and C are contiguous, `aRow` and `cRow` apart. An element's sum runs over `inner` in order.
func multiplyPanel(
  rows: Int, columns: Int, inner: Int, _ a: UnsafePointer<Float>, aRow: Int, _ panel: UnsafePointer<Float>,
  into c: UnsafeMutablePointer<Float>, cRow: Int, adding: Bool
) {
  for row in stride(from: 0, to: rows, by: 3) {
    multiplyTile(
      rows: min(3, rows &- row), columns: columns, inner: inner, a + row &* aRow, aRow: aRow, panel,
      into: c + row &* cRow, cRow: cRow, adding: adding)
  }
}

/// Up to three rows; if there are fewer, the last is computed again and not stored.
@inline(never)
private func multiplyTile(
  rows: Int, columns: Int, inner: Int, _ a: UnsafePointer<Float>, aRow: Int, _ panel: UnsafePointer<Float>,
  into c: UnsafeMutablePointer<Float>, cRow: Int, adding: Bool
) {
  var (r0, r1, r2) = (Eight(), Eight(), Eight())
  var (s0, s1, s2) = (Eight(), Eight(), Eight())
  var (t0, t1, t2) = (Eight(), Eight(), Eight())
  var (u0, u1, u2) = (Eight(), Eight(), Eight())
  let (a1, a2) = (min(1, rows &- 1) &* aRow, min(2, rows &- 1) &* aRow)
  var (a, row, k) = (a, UnsafeRawPointer(panel), 0)
  while k < inner {
    let (x0, x1, x2) = (Eight(repeating: a[0]), Eight(repeating: a[a1]), Eight(repeating: a[a2]))
    @inline(__always) func step(_ sum0: inout Eight, _ sum1: inout Eight, _ sum2: inout Eight, _ offset: Int) {
      let b = row.loadUnaligned(fromByteOffset: offset, as: Eight.self)
      sum0 = sum0.addingProduct(b, x0)
      sum1 = sum1.addingProduct(b, x1)
      sum2 = sum2.addingProduct(b, x2)
    }
    step(&r0, &r1, &r2, 0)
    step(&s0, &s1, &s2, 32)
    step(&t0, &t1, &t2, 64)
    step(&u0, &u1, &u2, 96)
    a += 1
    row += 128
    k &+= 1
  }
  @inline(__always) func put(_ left: Lanes, _ right: Lanes, _ row: Int) {
    guard row < rows else { return }
    let c = c + row &* cRow
    let range = LaneRange(0, min(16, columns))
    store(adding ? load(c, range) + left : left, c, range)
    guard columns > 16 else { return }
    let rest = LaneRange(16, columns &- 16)
    store(adding ? load(c, rest) + right : right, c, rest)
  }
  put(Lanes(lowHalf: r0, highHalf: s0), Lanes(lowHalf: t0, highHalf: u0), 0)
  put(Lanes(lowHalf: r1, highHalf: s1), Lanes(lowHalf: t1, highHalf: u1), 1)
  put(Lanes(lowHalf: r2, highHalf: s2), Lanes(lowHalf: t2, highHalf: u2), 2)
}
