// Half-precision values, as in checkpoints and frozen matrices. Widening to Float is exact, since Float represents all
// of them.

/// Values of 16 bits, little-endian, at any address.
package enum Halves {
  /// `count` bfloat16 values: the upper halves of Floats.
  package static func widen(bfloat16 source: UnsafeRawPointer, into target: UnsafeMutablePointer<Float>, count: Int) {
    for index in 0..<count {
      let bits = UInt16(littleEndian: source.loadUnaligned(fromByteOffset: 2 &* index, as: UInt16.self))
      target[index] = Float(bitPattern: UInt32(bits) &<< 16)
    }
  }

  /// `count` IEEE 754 binary16 values.
  package static func widen(float16 source: UnsafeRawPointer, into target: UnsafeMutablePointer<Float>, count: Int) {
    for index in 0..<count {
      let bits = UInt16(littleEndian: source.loadUnaligned(fromByteOffset: 2 &* index, as: UInt16.self))
      target[index] = Float(Float16(bitPattern: bits))
    }
  }

  /// Whether a bfloat16 value is finite: infinities and NaNs have all exponent bits set.
  package static func isFinite(bfloat16 bits: UInt16) -> Bool { bits & 0x7F80 != 0x7F80 }

  /// Rounds `count` values to the nearest bfloat16, ties to even, little-endian. A NaN stays a NaN.
  package static func narrow(
    _ source: UnsafePointer<Float>, intoBfloat16 target: UnsafeMutableRawPointer, count: Int
  ) {
    let target = target.assumingMemoryBound(to: UInt16.self)
    for index in 0..<count {
      let bits = source[index].bitPattern
      let rounded = (bits &+ 0x7FFF &+ (bits &>> 16 & 1)) &>> 16
      // Rounding could turn a NaN's bits into infinity or zero.
      let isNaN = bits & 0x7FFF_FFFF > 0x7F80_0000
      target[index] = UInt16(truncatingIfNeeded: isNaN ? bits &>> 16 | 0x40 : rounded).littleEndian
    }
  }
}
