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
    withUnsafeBytes(of: value) { storeFew($0.baseAddress!, p + place.offset, place.count) }
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

// Few numbers are put together from halves, never in a buffer: to read in one piece what was just written in several
// stalls the processor for longer than all of this takes. To read in pieces what was written in one does not.

@inline(never)
private func loadFew(_ p: UnsafePointer<Float>, _ count: Int) -> Lanes {
  count < 8
    ? Lanes(lowHalf: loadEight(p, count), highHalf: SIMD8())
    : Lanes(lowHalf: loadEight(p, 8), highHalf: loadEight(p + 8, count &- 8))
}

@inline(__always)
private func loadEight(_ p: UnsafePointer<Float>, _ count: Int) -> SIMD8<Float> {
  if count == 8 { return UnsafeRawPointer(p).loadUnaligned(as: SIMD8<Float>.self) }
  return count < 4
    ? SIMD8(lowHalf: loadFour(p, count), highHalf: SIMD4())
    : SIMD8(lowHalf: loadFour(p, 4), highHalf: loadFour(p + 4, count &- 4))
}

@inline(__always)
private func loadFour(_ p: UnsafePointer<Float>, _ count: Int) -> SIMD4<Float> {
  switch count {
  case 4: UnsafeRawPointer(p).loadUnaligned(as: SIMD4<Float>.self)
  case 3: SIMD4(p[0], p[1], p[2], 0)
  case 2: SIMD4(p[0], p[1], 0, 0)
  case 1: SIMD4(p[0], 0, 0, 0)
  default: SIMD4()
  }
}

@inline(never)
private func storeFew(_ lanes: UnsafeRawPointer, _ p: UnsafeMutablePointer<Float>, _ count: Int) {
  let target = UnsafeMutableRawPointer(p)
  var done = 0
  if count & 8 != 0 {
    target.storeBytes(of: lanes.loadUnaligned(as: SIMD8<Float>.self), as: SIMD8<Float>.self)
    done = 32
  }
  if count & 4 != 0 {
    let four = lanes.loadUnaligned(fromByteOffset: done, as: SIMD4<Float>.self)
    target.storeBytes(of: four, toByteOffset: done, as: SIMD4<Float>.self)
    done &+= 16
  }
  if count & 2 != 0 {
    let two = lanes.loadUnaligned(fromByteOffset: done, as: SIMD2<Float>.self)
    target.storeBytes(of: two, toByteOffset: done, as: SIMD2<Float>.self)
    done &+= 8
  }
  if count & 1 != 0 {
    target.storeBytes(of: lanes.loadUnaligned(fromByteOffset: done, as: Float.self), toByteOffset: done, as: Float.self)
  }
}

// All lanes work to the end of these two: a tree of half-sized vectors the compiler takes apart into scalars, and the
// caller's loop with it.

/// The sum of all lanes, as a tree.
@inline(__always)
func total(_ x: Lanes) -> Float {
  let a = x + eightsExchanged(x)
  let b = a + foursExchanged(a)
  let c = b + twosExchanged(b)
  return c[0] + c[1]
}

/// The greatest lane; a NaN may stay unseen.
@inline(__always)
func greatest(_ x: Lanes) -> Float {
  let a = greater(x, eightsExchanged(x))
  let b = greater(a, foursExchanged(a))
  let c = greater(b, twosExchanged(b))
  return c[1] > c[0] ? c[1] : c[0]
}

@inline(__always)
private func eightsExchanged(_ x: Lanes) -> Lanes { Lanes(lowHalf: x.highHalf, highHalf: x.lowHalf) }

@inline(__always)
private func foursExchanged(_ x: Lanes) -> Lanes {
  Lanes(x[4], x[5], x[6], x[7], x[0], x[1], x[2], x[3], x[12], x[13], x[14], x[15], x[8], x[9], x[10], x[11])
}

@inline(__always)
private func twosExchanged(_ x: Lanes) -> Lanes {
  Lanes(x[2], x[3], x[0], x[1], x[6], x[7], x[4], x[5], x[10], x[11], x[8], x[9], x[14], x[15], x[12], x[13])
}

/// The greater of each two lanes; that of `a` where one of them is NaN.
@inline(__always)
func greater(_ a: Lanes, _ b: Lanes) -> Lanes { a.replacing(with: b, where: b .> a) }

/// Sixteen times `x`.
@inline(__always)
func all(_ x: Float) -> Lanes { Lanes(repeating: x) }

/// Their bits.
@inline(__always)
func bits(_ x: Lanes) -> Bits { unsafeBitCast(x, to: Bits.self) }

/// The numbers that the bits stand for.
@inline(__always)
func numbers(_ x: Bits) -> Lanes { unsafeBitCast(x, to: Lanes.self) }
