// The products of attention: for each head of each sequence a few small ones, with sizes between the tokens of a
// sentence and a head's width. Calling a library costs more than these products take.
//
// A tile of C stays in registers while the loop over `inner` runs. With AVX-512's thirty-two registers it has eight
// rows and thirty-two columns: one step loads two vectors of B and eight values of A, and makes sixteen products of
// sixteen, enough to hide the latency of four cycles. AVX2 has sixteen registers of half the size, which hold six rows
// and sixteen columns; a larger tile would spill at every step, which takes twice as long. Since A is read value by
// value, its rows and columns may have any stride: a transposed A costs nothing.
import CProcessor

/// C (rows, columns) = A B, or C + A B if `adding`.
///
/// A's element (i, k) is `a[i * aRow + k * aInner]`; rows of B and C are contiguous, `bRow` and `cRow` apart. An
/// element's sum runs over k in order, whatever the sizes.
package func multiplySmall(
  rows: Int, columns: Int, inner: Int, _ a: UnsafePointer<Float>, aRow: Int, aInner: Int, _ b: UnsafePointer<Float>,
  bRow: Int, into c: UnsafeMutablePointer<Float>, cRow: Int, adding: Bool = false
) {
  let isWide = processor_has_wide_registers()
  let height = isWide ? 8 : 6
  var row = 0
  while row < rows {
    let tile = Tile(
      rows: min(height, rows &- row), inner: inner, a: a + row &* aRow, aRow: aRow, aInner: aInner, bRow: bRow,
      cRow: cRow, adding: adding)
    let target = c + row &* cRow
    var column = 0
    while isWide && column &+ 32 <= columns {
      tile.wide(b + column, into: target + column)
      column &+= 32
    }
    while column < columns {
      let range = LaneRange(0, min(16, columns &- column))
      if isWide {
        tile.narrow(b + column, into: target + column, range)
      } else {
        tile.small(b + column, into: target + column, range)
      }
      column &+= 16
    }
    row &+= height
  }
}

/// Up to eight rows of a product.
private struct Tile {
  let rows: Int
  let inner: Int
  let a: UnsafePointer<Float>
  let aRow: Int
  let aInner: Int
  let bRow: Int
  let cRow: Int
  let adding: Bool

  /// Where row `index` of A begins; if there are fewer, the last is computed again and not stored.
  @inline(__always)
  private func row(_ index: Int) -> Int { min(index, rows &- 1) &* aRow }

  /// Thirty-two columns.
  func wide(_ b: UnsafePointer<Float>, into c: UnsafeMutablePointer<Float>) {
    var (s0, s1, s2, s3, s4, s5, s6, s7) = (Lanes(), Lanes(), Lanes(), Lanes(), Lanes(), Lanes(), Lanes(), Lanes())
    var (t0, t1, t2, t3, t4, t5, t6, t7) = (Lanes(), Lanes(), Lanes(), Lanes(), Lanes(), Lanes(), Lanes(), Lanes())
    let (r1, r2, r3, r4, r5, r6, r7) = (row(1), row(2), row(3), row(4), row(5), row(6), row(7))
    var (a, b, k) = (a, b, 0)
    while k < inner {
      let (left, right) = (load(b, LaneRange(0)), load(b, LaneRange(16)))
      step(&s0, &t0, left, right, a[0])
      step(&s1, &t1, left, right, a[r1])
      step(&s2, &t2, left, right, a[r2])
      step(&s3, &t3, left, right, a[r3])
      step(&s4, &t4, left, right, a[r4])
      step(&s5, &t5, left, right, a[r5])
      step(&s6, &t6, left, right, a[r6])
      step(&s7, &t7, left, right, a[r7])
      a += aInner
      b += bRow
      k &+= 1
    }
    put(s0, s1, s2, s3, s4, s5, s6, s7, c, LaneRange(0))
    put(t0, t1, t2, t3, t4, t5, t6, t7, c, LaneRange(16))
  }

  @inline(__always)
  private func step(_ s: inout Lanes, _ t: inout Lanes, _ left: Lanes, _ right: Lanes, _ a: Float) {
    s = s.addingProduct(left, all(a))
    t = t.addingProduct(right, all(a))
  }

  /// Up to six rows of up to sixteen columns.
  func small(_ b: UnsafePointer<Float>, into c: UnsafeMutablePointer<Float>, _ range: LaneRange) {
    var (s0, s1, s2, s3, s4, s5) = (Lanes(), Lanes(), Lanes(), Lanes(), Lanes(), Lanes())
    let (r1, r2, r3, r4, r5) = (row(1), row(2), row(3), row(4), row(5))
    var (a, b, k) = (a, b, 0)
    while k < inner {
      let row = load(b, range)
      s0 = s0.addingProduct(row, all(a[0]))
      s1 = s1.addingProduct(row, all(a[r1]))
      s2 = s2.addingProduct(row, all(a[r2]))
      s3 = s3.addingProduct(row, all(a[r3]))
      s4 = s4.addingProduct(row, all(a[r4]))
      s5 = s5.addingProduct(row, all(a[r5]))
      a += aInner
      b += bRow
      k &+= 1
    }
    put(s0, 0, c, range)
    put(s1, 1, c, range)
    put(s2, 2, c, range)
    put(s3, 3, c, range)
    put(s4, 4, c, range)
    put(s5, 5, c, range)
  }

  /// Up to sixteen columns.
  func narrow(_ b: UnsafePointer<Float>, into c: UnsafeMutablePointer<Float>, _ range: LaneRange) {
    var (s0, s1, s2, s3, s4, s5, s6, s7) = (Lanes(), Lanes(), Lanes(), Lanes(), Lanes(), Lanes(), Lanes(), Lanes())
    let (r1, r2, r3, r4, r5, r6, r7) = (row(1), row(2), row(3), row(4), row(5), row(6), row(7))
    var (a, b, k) = (a, b, 0)
    while k < inner {
      let row = load(b, range)
      s0 = s0.addingProduct(row, all(a[0]))
      s1 = s1.addingProduct(row, all(a[r1]))
      s2 = s2.addingProduct(row, all(a[r2]))
      s3 = s3.addingProduct(row, all(a[r3]))
      s4 = s4.addingProduct(row, all(a[r4]))
      s5 = s5.addingProduct(row, all(a[r5]))
      s6 = s6.addingProduct(row, all(a[r6]))
      s7 = s7.addingProduct(row, all(a[r7]))
      a += aInner
      b += bRow
      k &+= 1
    }
    put(s0, s1, s2, s3, s4, s5, s6, s7, c, range)
  }

  @inline(__always)
  private func put(
    _ s0: Lanes, _ s1: Lanes, _ s2: Lanes, _ s3: Lanes, _ s4: Lanes, _ s5: Lanes, _ s6: Lanes, _ s7: Lanes,
    _ c: UnsafeMutablePointer<Float>, _ at: LaneRange
  ) {
    put(s0, 0, c, at)
    put(s1, 1, c, at)
    put(s2, 2, c, at)
    put(s3, 3, c, at)
    put(s4, 4, c, at)
    put(s5, 5, c, at)
    put(s6, 6, c, at)
    put(s7, 7, c, at)
  }

  @inline(__always)
  private func put(_ sum: Lanes, _ row: Int, _ c: UnsafeMutablePointer<Float>, _ at: LaneRange) {
    guard row < rows else { return }
    let c = c + row &* cRow
    store(adding ? load(c, at) + sum : sum, c, at)
  }
}
