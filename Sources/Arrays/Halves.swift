// Half-precision numbers, as checkpoints hold them, to Float: exact, since Float has every one of them.

/// Numbers of 16 bits, little-endian, at any address.
public enum Halves {
  /// `count` bfloat16 numbers: the upper halves of Floats.
  public static func widen(bfloat16 source: UnsafeRawPointer, into target: UnsafeMutablePointer<Float>, count: Int) {
    for index in 0..<count {
      let bits = UInt16(littleEndian: source.loadUnaligned(fromByteOffset: 2 &* index, as: UInt16.self))
      target[index] = Float(bitPattern: UInt32(bits) &<< 16)
    }
  }

  /// `count` IEEE 754 binary16 numbers.
  public static func widen(float16 source: UnsafeRawPointer, into target: UnsafeMutablePointer<Float>, count: Int) {
    for index in 0..<count {
      let bits = UInt16(littleEndian: source.loadUnaligned(fromByteOffset: 2 &* index, as: UInt16.self))
      target[index] = Float(Float16(bitPattern: bits))
    }
  }
}
