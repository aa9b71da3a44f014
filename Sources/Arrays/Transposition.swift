// Rows to columns, in blocks of sixteen by sixteen that stay in registers.

/// y (columns, yRow) = the transpose of x (rows, columns), whose rows are `xRow` apart; zeros from `rows` to the next
/// multiple of sixteen, which `yRow` must reach.
package func transpose(
  rows: Int, columns: Int, _ x: UnsafePointer<Float>, xRow: Int, into y: UnsafeMutablePointer<Float>, yRow: Int
) {
  precondition(yRow >= (rows + 15) & ~15, "rows of \(yRow) for \(rows) numbers")
  for row in stride(from: 0, to: rows, by: 16) {
    for column in stride(from: 0, to: columns, by: 16) {
      transposeBlock(
        x + row &* xRow + column, xRow, rows: min(16, rows &- row), columns: min(16, columns &- column),
        y + column &* yRow + row, yRow)
    }
  }
}

/// A block of up to sixteen by sixteen: rows that are 8, 4, 2 and 1 apart exchange the halves of their pieces of 16, 8,
/// 4 and 2 values.
private func transposeBlock(
  _ x: UnsafePointer<Float>, _ xRow: Int, rows: Int, columns: Int, _ y: UnsafeMutablePointer<Float>, _ yRow: Int
) {
  let range = LaneRange(0, columns)
  @inline(__always) func row(_ index: Int) -> Lanes { index < rows ? load(x + index &* xRow, range) : Lanes() }
  @inline(__always) func put(_ column: Lanes, _ index: Int) {
    if index < columns { store(column, y + index &* yRow, LaneRange(0)) }
  }
  var (a0, a1, a2, a3) = (row(0), row(1), row(2), row(3))
  var (a4, a5, a6, a7) = (row(4), row(5), row(6), row(7))
  var (b0, b1, b2, b3) = (row(8), row(9), row(10), row(11))
  var (b4, b5, b6, b7) = (row(12), row(13), row(14), row(15))
  exchangeEights(&a0, &b0)
  exchangeEights(&a1, &b1)
  exchangeEights(&a2, &b2)
  exchangeEights(&a3, &b3)
  exchangeEights(&a4, &b4)
  exchangeEights(&a5, &b5)
  exchangeEights(&a6, &b6)
  exchangeEights(&a7, &b7)
  transposeEights(&a0, &a1, &a2, &a3, &a4, &a5, &a6, &a7)
  transposeEights(&b0, &b1, &b2, &b3, &b4, &b5, &b6, &b7)
  put(a0, 0)
  put(a1, 1)
  put(a2, 2)
  put(a3, 3)
  put(a4, 4)
  put(a5, 5)
  put(a6, 6)
  put(a7, 7)
  put(b0, 8)
  put(b1, 9)
  put(b2, 10)
  put(b3, 11)
  put(b4, 12)
  put(b5, 13)
  put(b6, 14)
  put(b7, 15)
}

/// Eight rows of two blocks of eight by eight, each transposed in place.
@inline(__always)
private func transposeEights(
  _ r0: inout Lanes, _ r1: inout Lanes, _ r2: inout Lanes, _ r3: inout Lanes, _ r4: inout Lanes, _ r5: inout Lanes,
  _ r6: inout Lanes, _ r7: inout Lanes
) {
  exchangeFours(&r0, &r4)
  exchangeFours(&r1, &r5)
  exchangeFours(&r2, &r6)
  exchangeFours(&r3, &r7)
  exchangeTwos(&r0, &r2)
  exchangeTwos(&r1, &r3)
  exchangeTwos(&r4, &r6)
  exchangeTwos(&r5, &r7)
  exchangeOnes(&r0, &r1)
  exchangeOnes(&r2, &r3)
  exchangeOnes(&r4, &r5)
  exchangeOnes(&r6, &r7)
}

@inline(__always)
private func exchangeEights(_ a: inout Lanes, _ b: inout Lanes) {
  (a, b) = (Lanes(lowHalf: a.lowHalf, highHalf: b.lowHalf), Lanes(lowHalf: a.highHalf, highHalf: b.highHalf))
}

@inline(__always)
private func exchangeFours(_ a: inout Lanes, _ b: inout Lanes) {
  (a, b) = (
    Lanes(a[0], a[1], a[2], a[3], b[0], b[1], b[2], b[3], a[8], a[9], a[10], a[11], b[8], b[9], b[10], b[11]),
    Lanes(a[4], a[5], a[6], a[7], b[4], b[5], b[6], b[7], a[12], a[13], a[14], a[15], b[12], b[13], b[14], b[15])
  )
}

@inline(__always)
private func exchangeTwos(_ a: inout Lanes, _ b: inout Lanes) {
  (a, b) = (
    Lanes(a[0], a[1], b[0], b[1], a[4], a[5], b[4], b[5], a[8], a[9], b[8], b[9], a[12], a[13], b[12], b[13]),
    Lanes(a[2], a[3], b[2], b[3], a[6], a[7], b[6], b[7], a[10], a[11], b[10], b[11], a[14], a[15], b[14], b[15])
  )
}

@inline(__always)
private func exchangeOnes(_ a: inout Lanes, _ b: inout Lanes) {
  (a, b) = (
    Lanes(a[0], b[0], a[2], b[2], a[4], b[4], a[6], b[6], a[8], b[8], a[10], b[10], a[12], b[12], a[14], b[14]),
    Lanes(a[1], b[1], a[3], b[3], a[5], b[5], a[7], b[7], a[9], b[9], a[11], b[11], a[13], b[13], a[15], b[15])
  )
}
