import Arrays
import Testing

@Suite struct HalvesTests {
  private static let count = 65_536

  /// All 16-bit patterns in order, little-endian, at an odd address.
  private static let bytes: [UInt8] =
    [0xFF] + (0..<count).flatMap { (bits: Int) -> [UInt8] in [UInt8(bits & 255), UInt8(bits >> 8)] }

  @Test("Every bfloat16 value widens to the Float whose upper half it is")
  func bfloat16() {
    var wide = [Float](repeating: 0, count: Self.count)
    Self.bytes.withUnsafeBytes { Halves.widen(bfloat16: $0.baseAddress! + 1, into: &wide, count: Self.count) }
    #expect(wide.indices.filter { wide[$0].bitPattern != UInt32($0) << 16 } == [])
  }

  @Test("Every binary16 pattern widens to its value, including subnormals, signed zeros and infinities")
  func float16() {
    var wide = [Float](repeating: 0, count: Self.count)
    Self.bytes.withUnsafeBytes { Halves.widen(float16: $0.baseAddress! + 1, into: &wide, count: Self.count) }
    #expect(wide.indices.filter { !isSame(wide[$0], value(binary16: $0)) } == [])
  }

  @Test("Rounding to bfloat16 is to nearest, ties to even; infinities and NaNs are kept")
  func roundsToNearest() {
    // Around every bfloat16 value: itself, and just below, at and just above the midpoint to the next.
    let bits = (UInt32(0)..<65_536).flatMap { upper in [0, 0x7FFF, 0x8000, 0x8001].map { upper << 16 | $0 } }
    let x = bits.map { Float(bitPattern: $0) }
    var halves = [UInt16](repeating: 0, count: x.count)
    halves.withUnsafeMutableBytes { Halves.narrow(x, intoBfloat16: $0.baseAddress!, count: x.count) }
    let wrong = x.indices.filter { place in
      let (x, upper, lower) = (x[place], bits[place] >> 16, bits[place] & 0xFFFF)
      let result = Float(bitPattern: UInt32(halves[place]) << 16)
      if x.isNaN { return !result.isNaN }
      let up = lower > 0x8000 || lower == 0x8000 && upper % 2 == 1
      return result.bitPattern != (upper + (up ? 1 : 0)) << 16
    }
    #expect(wrong == [])
  }

  /// The value by definition: sign, five bits of exponent, ten of fraction.
  private func value(binary16 bits: Int) -> Float {
    let (exponent, digits) = (bits >> 10 & 31, Float(bits & 1023))
    let size: Float =
      switch exponent {
      case 0: digits * 0x1p-24
      case 31: digits == 0 ? .infinity : .nan
      default: (digits + 1024) * Float(sign: .plus, exponent: exponent - 25, significand: 1)
      }
    return bits >> 15 == 1 ? -size : size
  }

  private func isSame(_ a: Float, _ b: Float) -> Bool { a.isNaN ? b.isNaN : a == b && a.sign == b.sign }
}
