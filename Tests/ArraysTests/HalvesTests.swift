import Arrays
import Testing

@Suite struct HalvesTests {
  private static let count = 65_536

  /// All numbers of 16 bits in order, little-endian, at an odd address.
  private static let bytes: [UInt8] =
    [0xFF] + (0..<count).flatMap { (bits: Int) -> [UInt8] in [UInt8(bits & 255), UInt8(bits >> 8)] }

  @Test("Every bfloat16 number widens to the Float whose upper half it is")
  func bfloat16() {
    var wide = [Float](repeating: 0, count: Self.count)
    Self.bytes.withUnsafeBytes { Halves.widen(bfloat16: $0.baseAddress! + 1, into: &wide, count: Self.count) }
    #expect(wide.indices.filter { wide[$0].bitPattern != UInt32($0) << 16 } == [])
  }

  @Test("Every binary16 number widens to its value, subnormal ones, signed zeros and infinities included")
  func float16() {
    var wide = [Float](repeating: 0, count: Self.count)
    Self.bytes.withUnsafeBytes { Halves.widen(float16: $0.baseAddress! + 1, into: &wide, count: Self.count) }
    #expect(wide.indices.filter { !isSame(wide[$0], value(binary16: $0)) } == [])
  }

  /// The number by its definition: sign, five bits of exponent, ten digits.
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
