// The building blocks of all kernels: sixteen values at a time, and the remainder of a row in the same way.
//
// Written for the compiler as much as for the reader. Ignoring any of these costs a factor of two to five: loads and
// stores go through raw pointers; products are added by `addingProduct`, since `a * b + c` is never fused; minima and
// maxima are `replacing(with:where:)`; `.sum()`, `.max()`, conversions between vectors of Float and Int32, and `==`
// with a literal compile to loops over scalars; a loop's body is passed as a nested `@inline(__always)` function,
// because a closure that is called in two places is not inlined.

/// Sixteen Floats: one AVX-512 register, two of AVX2, four of NEON.
typealias Lanes = SIMD16<Float>
/// Their bit patterns.
typealias Bits = SIMD16<UInt32>

/// Up to sixteen neighbouring elements of a row.
struct LaneRange {
  /// The index of the first.
  let offset: Int
  /// How many; less than sixteen only at the end of a row.
  let count: Int

  @inline(__always) init(_ offset: Int, _ count: Int = 16) { (self.offset, self.count) = (offset, count) }
}

/// Calls `body` on the lane ranges of 0..<count in order: sixteen at a time, then the rest.
@inline(__always)
func forEachLaneRange(_ count: Int, _ body: (LaneRange) -> Void) {
  var offset = 0
  while offset &+ 16 <= count {
    body(LaneRange(offset))
    offset &+= 16
  }
  if offset < count { body(LaneRange(offset, count &- offset)) }
}

/// The sum of the lanes that `add` accumulates over 0..<count; in the last range it must add 0 in the lanes beyond the
/// row.
///
/// Four accumulators run side by side, since each addition waits for the one before it; the order depends on `count`
/// alone.
@inline(__always)
func sumOverLaneRanges(_ count: Int, _ add: (inout Lanes, LaneRange) -> Void) -> Float {
  var (a, b, c, d) = (Lanes(), Lanes(), Lanes(), Lanes())
  var offset = 0
  while offset &+ 64 <= count {
    add(&a, LaneRange(offset))
    add(&b, LaneRange(offset &+ 16))
    add(&c, LaneRange(offset &+ 32))
    add(&d, LaneRange(offset &+ 48))
    offset &+= 64
  }
  while offset &+ 16 <= count {
    add(&a, LaneRange(offset))
    offset &+= 16
  }
  if offset < count { add(&b, LaneRange(offset, count &- offset)) }
  return total((a + b) + (c + d))
}

/// Loads the elements of a lane range of `p`, with zeros beyond it.
@inline(__always)
func load(_ p: UnsafePointer<Float>, _ range: LaneRange) -> Lanes {
  if range.count == 16 { return UnsafeRawPointer(p + range.offset).loadUnaligned(as: Lanes.self) }
  return loadFew(p + range.offset, range.count)
}

/// Stores the elements of a lane range of `p`, and nothing beyond it.
@inline(__always)
func store(_ value: Lanes, _ p: UnsafeMutablePointer<Float>, _ range: LaneRange) {
  if range.count == 16 {
    UnsafeMutableRawPointer(p + range.offset).storeBytes(of: value, as: Lanes.self)
  } else {
    withUnsafeBytes(of: value) { storeFew($0.baseAddress!, p + range.offset, range.count) }
  }
}

/// `value` with zeros beyond the range.
@inline(__always)
func masked(_ value: Lanes, _ range: LaneRange) -> Lanes {
  range.count == 16 ? value : value.replacing(with: Lanes(), where: lanes(from: range.count))
}

/// The lanes from `first` on.
@inline(__always)
func lanes(from first: Int) -> SIMDMask<SIMD16<Int32>> {
  let numbers = SIMD16<Int32>(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15)
  return numbers .>= SIMD16<Int32>(repeating: Int32(truncatingIfNeeded: first))
}

// Partial ranges are loaded and stored by halves, never through a buffer: one wide load of what several narrow stores
// just wrote stalls the processor for longer than all of this takes. Narrow loads after one wide store do not.

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

// These two keep all lanes to the end: the compiler splits a tree of half-sized vectors into scalars, and the caller's
// loop with it.

/// The sum of all lanes, as a tree.
@inline(__always)
func total(_ x: Lanes) -> Float {
  let a = x + eightsExchanged(x)
  let b = a + foursExchanged(a)
  let c = b + twosExchanged(b)
  return c[0] + c[1]
}

/// The greatest lane; a NaN may be missed.
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

/// The lane-wise maximum; the lane of `a` if one of the two is NaN.
@inline(__always)
func greater(_ a: Lanes, _ b: Lanes) -> Lanes { a.replacing(with: b, where: b .> a) }

/// `x` in all sixteen lanes.
@inline(__always)
func all(_ x: Float) -> Lanes { Lanes(repeating: x) }

/// The bit patterns of the lanes.
@inline(__always)
func bits(_ x: Lanes) -> Bits { unsafeBitCast(x, to: Bits.self) }

/// The values with these bit patterns.
@inline(__always)
func numbers(_ x: Bits) -> Lanes { unsafeBitCast(x, to: Lanes.self) }
