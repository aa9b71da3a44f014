// Rows of Floats as 8-bit integers: each row is divided by a scale of its own, so that its largest absolute value becomes
// 127, and rounded to the nearest integer (Dettmers et al. 2022, arXiv:2208.07339, section 2, "absmax").

/// Rounding to 8-bit integers.
package enum Int8Rows {
  /// The largest absolute value of an integer. -128 is never used, so a value and its negative round alike.
  package static let largest: Float = 127

  /// A row with no larger absolute value than this counts as zeros: the reciprocal of its scale might overflow.
  package static let smallest: Float = 0x1p-100

  /// Rounds `count` values to the nearest integers, ties to even, and stores them plus `zero`, modulo 256.
  ///
  /// - Parameter zero: the byte that stands for 0.
  /// - Returns: the row's scale, by which an integer is multiplied to give the value; NaN if a value is not finite.
  package static func round(
    _ x: UnsafePointer<Float>, count: Int, into bytes: UnsafeMutablePointer<UInt8>, zero: UInt8
  ) -> Float {
    round(x, count: count, into: bytes, zero: zero, absoluteMaximum: absoluteMaximum(x, count: count))
  }

  /// The same with a scale that makes `absoluteMaximum` 127. The bytes of larger values are meaningless.
  static func round(
    _ x: UnsafePointer<Float>, count: Int, into bytes: UnsafeMutablePointer<UInt8>, zero: UInt8, absoluteMaximum: Float
  ) -> Float {
    let isZero = absoluteMaximum <= smallest
    // |x| times the reciprocal is at most 127 (1 + 2^-23)^2, which rounds to 127.
    let reciprocal = isZero ? 0 : largest / absoluteMaximum
    // Added to 1.5 * 2^23, a value is rounded to an integer, which is then the low end of the mantissa.
    let shift = 12_582_912 + Float(zero)
    for index in 0..<count {
      bytes[index] = UInt8(truncatingIfNeeded: shift.addingProduct(x[index], reciprocal).bitPattern)
    }
    guard absoluteMaximum.isFinite else { return .nan }
    return isZero ? 0 : absoluteMaximum / largest
  }

  /// The largest absolute value; a NaN if there is one.
  static func absoluteMaximum(_ x: UnsafePointer<Float>, count: Int) -> Float {
    // Among the bits of absolute values, those of infinity are above all numbers', and those of NaNs above infinity's.
    var bits: Int32 = 0
    for index in 0..<count { bits = max(bits, Int32(bitPattern: x[index].bitPattern & 0x7FFF_FFFF)) }
    return Float(bitPattern: UInt32(bitPattern: bits))
  }
}

/// A matrix (rows, width) of 8-bit integers with a scale for each row, which another object owns.
///
/// Unchecked, because it holds pointers. Nobody writes to the values while it is in use.
package struct StoredInt8: @unchecked Sendable {
  /// [row, column] From -127 to 127.
  package let values: UnsafePointer<Int8>
  /// [row]
  package let scales: UnsafePointer<Float>
  package let width: Int

  package init(values: UnsafePointer<Int8>, scales: UnsafePointer<Float>, width: Int) {
    (self.values, self.scales, self.width) = (values, scales, width)
  }

  /// Converts `count` values from `offset` on into `target`.
  func copy(from offset: Int, count: Int, into target: UnsafeMutablePointer<Float>) {
    for index in 0..<count {
      target[index] = Float(values[offset + index]) * scales[(offset + index) / width]
    }
  }
}

extension Reference {
  /// `Int8Rows.round`, value by value in Double: the integers and the scale.
  package static func roundToInt8(_ x: [Float]) -> (integers: [Int], scale: Float) {
    guard x.allSatisfy(\.isFinite) else { return (x.map { _ in 0 }, .nan) }
    let largest = x.map(abs).max() ?? 0
    guard largest > Int8Rows.smallest else { return (x.map { _ in 0 }, 0) }
    let reciprocal = Double(127 / largest)
    return (x.map { Int((Double($0) * reciprocal).rounded(.toNearestOrEven)) }, largest / 127)
  }
}
