// The products of attention: for each head of each sequence a few small ones, with sizes between the tokens of a sentence
// and a head's width. A library's product costs more to call than these take.
//
// A tile of four rows and thirty-two columns stays in eight registers while `inner` runs: one step loads two vectors of B
// and four numbers of A, and makes eight products of sixteen. Since A is read number by number, its rows and columns may
// lie at any distance: a transposed A costs nothing.

/// C (rows, columns) = A B, or C + A B where `adding`.
///
/// A's element (i, k) lies at `a[i * aRow + k * aInner]`; a row of B or C is contiguous, rows are `bRow` and `cRow` apart.
/// An element's sum runs over k in order, whatever the sizes.
public func multiplySmall(
  rows: Int, columns: Int, inner: Int, _ a: UnsafePointer<Float>, aRow: Int, aInner: Int, _ b: UnsafePointer<Float>,
  bRow: Int, into c: UnsafeMutablePointer<Float>, cRow: Int, adding: Bool = false
) {
  var row = 0
  while row < rows {
    // Where fewer than four rows are left, the last one is computed again and not stored.
    let last = rows &- 1 &- row
    let tile = Tile(
      rows: min(4, rows &- row), inner: inner, aInner: aInner, bRow: bRow, cRow: cRow, adding: adding,
      a: (
        a + row &* aRow, a + (row &+ min(1, last)) &* aRow, a + (row &+ min(2, last)) &* aRow,
        a + (row &+ min(3, last)) &* aRow
      ))
    let target = c + row &* cRow
    var column = 0
    while column &+ 32 <= columns {
      tile.wide(b + column, into: target + column)
      column &+= 32
    }
    while column < columns {
      tile.narrow(b + column, into: target + column, Place(0, min(16, columns &- column)))
      column &+= 16
    }
    row &+= 4
  }
}

/// Up to four rows of a product.
private struct Tile {
  let rows: Int
  let inner: Int
  let aInner: Int
  let bRow: Int
  let cRow: Int
  let adding: Bool
  /// Where the rows of A begin.
  let a: (UnsafePointer<Float>, UnsafePointer<Float>, UnsafePointer<Float>, UnsafePointer<Float>)

  /// Thirty-two columns.
  func wide(_ b: UnsafePointer<Float>, into c: UnsafeMutablePointer<Float>) {
    var (s0, s1, s2, s3) = (Lanes(), Lanes(), Lanes(), Lanes())
    var (t0, t1, t2, t3) = (Lanes(), Lanes(), Lanes(), Lanes())
    let (a0, a1, a2, a3) = a
    var (at, k, b) = (0, 0, b)
    while k < inner {
      let (left, right) = (load(b, Place(0)), load(b, Place(16)))
      s0 = s0.addingProduct(left, all(a0[at]))
      t0 = t0.addingProduct(right, all(a0[at]))
      s1 = s1.addingProduct(left, all(a1[at]))
      t1 = t1.addingProduct(right, all(a1[at]))
      s2 = s2.addingProduct(left, all(a2[at]))
      t2 = t2.addingProduct(right, all(a2[at]))
      s3 = s3.addingProduct(left, all(a3[at]))
      t3 = t3.addingProduct(right, all(a3[at]))
      at &+= aInner
      b += bRow
      k &+= 1
    }
    put(s0, s1, s2, s3, c, Place(0))
    put(t0, t1, t2, t3, c, Place(16))
  }

  /// Up to sixteen columns.
  func narrow(_ b: UnsafePointer<Float>, into c: UnsafeMutablePointer<Float>, _ place: Place) {
    var (s0, s1, s2, s3) = (Lanes(), Lanes(), Lanes(), Lanes())
    let (a0, a1, a2, a3) = a
    var (at, k, b) = (0, 0, b)
    while k < inner {
      let row = load(b, place)
      s0 = s0.addingProduct(row, all(a0[at]))
      s1 = s1.addingProduct(row, all(a1[at]))
      s2 = s2.addingProduct(row, all(a2[at]))
      s3 = s3.addingProduct(row, all(a3[at]))
      at &+= aInner
      b += bRow
      k &+= 1
    }
    put(s0, s1, s2, s3, c, place)
  }

  @inline(__always)
  private func put(_ s0: Lanes, _ s1: Lanes, _ s2: Lanes, _ s3: Lanes, _ c: UnsafeMutablePointer<Float>, _ at: Place) {
    put(s0, c, at)
    if rows > 1 { put(s1, c + cRow, at) }
    if rows > 2 { put(s2, c + 2 &* cRow, at) }
    if rows > 3 { put(s3, c + 3 &* cRow, at) }
  }

  @inline(__always)
  private func put(_ sum: Lanes, _ c: UnsafeMutablePointer<Float>, _ at: Place) {
    store(adding ? load(c, at) + sum : sum, c, at)
  }
}
