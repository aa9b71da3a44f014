// What all kernels are made of: sixteen numbers at a time, and the last few of a row in the same manner.
//
// Written for the compiler as much as for the reader. Each of these costs a factor of two to five if ignored: loads and
// stores go through raw pointers; products are added by `addingProduct`, since `a * b + c` is never fused; minima and
// maxima are `replacing(with:where:)`; `.sum()`, `.max()`, conversions between vectors of Float and Int32, and `==` with
// a literal are loops over scalars; a loop's body is passed as a nested `@inline(__always)` function, because a closure
// that is called in two places is not inlined.

/// Sixteen numbers: one AVX-512 register, two of AVX2, four of NEON.
typealias Lanes = SIMD16<Float>
/// Their bits.
typealias Bits = SIMD16<UInt32>

/// Up to sixteen neighbours in a row.
struct Place {
  /// Where they begin.
  let offset: Int
  /// How many; less than sixteen only at the end of a row.
  let count: Int

  @inline(__always) init(_ offset: Int, _ count: Int = 16) { (self.offset, self.count) = (offset, count) }
}

/// Calls `body` for 0..<count in order, sixteen by sixteen and then the rest.
@inline(__always)
func forEachPlace(_ count: Int, _ body: (Place) -> Void) {
  var offset = 0
  while offset &+ 16 <= count {
    body(Place(offset))
    offset &+= 16
  }
  if offset < count { body(Place(offset, count &- offset)) }
}

/// The sum that `add` makes over 0..<count; in the last place it must add nothing to the lanes beyond the row.
///
/// Four sums run side by side, since each addition has to wait for the one before it; the order depends on `count` alone.
@inline(__always)
func sumOverPlaces(_ count: Int, _ add: (inout Lanes, Place) -> Void) -> Float {
  var (a, b, c, d) = (Lanes(), Lanes(), Lanes(), Lanes())
  var offset = 0
  while offset &+ 64 <= count {
    add(&a, Place(offset))
    add(&b, Place(offset &+ 16))
    add(&c, Place(offset &+ 32))
    add(&d, Place(offset &+ 48))
    offset &+= 64
  }
  while offset &+ 16 <= count {
    add(&a, Place(offset))
    offset &+= 16
  }
  if offset < count { add(&b, Place(offset, count &- offset)) }
  return total((a + b) + (c + d))
}

/// The numbers at a place of `p`, zeros beyond it.
@inline(__always)
func load(_ p: UnsafePointer<Float>, _ place: Place) -> Lanes {
  if place.count == 16 { return UnsafeRawPointer(p + place.offset).loadUnaligned(as: Lanes.self) }
  return loadFew(p + place.offset, place.count)
}

/// Sets the numbers at a place of `p`, and nothing beyond it.
@inline(__always)
func store(_ value: Lanes, _ p: UnsafeMutablePointer<Float>, _ place: Place) {
  if place.count == 16 {
    UnsafeMutableRawPointer(p + place.offset).storeBytes(of: value, as: Lanes.self)
  } else {
    storeFew(value, p + place.offset, place.count)
  }
}

/// `value` with zeros beyond the place.
@inline(__always)
func masked(_ value: Lanes, _ place: Place) -> Lanes {
  place.count == 16 ? value : value.replacing(with: Lanes(), where: lanes(from: place.count))
}

/// The lanes from the `first` on.
@inline(__always)
func lanes(from first: Int) -> SIMDMask<SIMD16<Int32>> {
  let numbers = SIMD16<Int32>(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15)
  return numbers .>= SIMD16<Int32>(repeating: Int32(truncatingIfNeeded: first))
}

@inline(never)
private func loadFew(_ p: UnsafePointer<Float>, _ count: Int) -> Lanes {
  var value = Lanes()
  withUnsafeMutableBytes(of: &value) { $0.copyMemory(from: UnsafeRawBufferPointer(start: p, count: 4 * count)) }
  return value
}

@inline(never)
private func storeFew(_ value: Lanes, _ p: UnsafeMutablePointer<Float>, _ count: Int) {
  withUnsafeBytes(of: value) { UnsafeMutableRawPointer(p).copyMemory(from: $0.baseAddress!, byteCount: 4 * count) }
}

/// The sum of all lanes.
@inline(__always)
func total(_ x: Lanes) -> Float {
  let eight = x.lowHalf + x.highHalf
  let four = eight.lowHalf + eight.highHalf
  let two = four.lowHalf + four.highHalf
  return two.x + two.y
}

/// The greatest lane; a NaN may stay unseen.
@inline(__always)
func greatest(_ x: Lanes) -> Float {
  let eight = x.lowHalf.replacing(with: x.highHalf, where: x.highHalf .> x.lowHalf)
  let four = eight.lowHalf.replacing(with: eight.highHalf, where: eight.highHalf .> eight.lowHalf)
  let two = four.lowHalf.replacing(with: four.highHalf, where: four.highHalf .> four.lowHalf)
  return two.y > two.x ? two.y : two.x
}

/// Sixteen times `x`.
@inline(__always)
func all(_ x: Float) -> Lanes { Lanes(repeating: x) }

/// Their bits.
@inline(__always)
func bits(_ x: Lanes) -> Bits { unsafeBitCast(x, to: Bits.self) }

/// The numbers that the bits stand for.
@inline(__always)
func numbers(_ x: Bits) -> Lanes { unsafeBitCast(x, to: Lanes.self) }
