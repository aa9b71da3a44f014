// The three float formats of checkpoints, converted to float32 and back.
import Arrays
import Faults

/// The format of a tensor's values.
package enum FloatFormat: String, Sendable, CaseIterable {
  /// IEEE 754 binary32.
  case float32 = "F32"
  /// IEEE 754 binary16.
  case float16 = "F16"
  /// The upper half of a binary32.
  case bfloat16 = "BF16"

  /// Bytes per value.
  package var width: Int { self == .float32 ? 4 : 2 }

  /// The name in transformers, as in config.json's `torch_dtype`.
  package var torchName: String {
    switch self {
    case .float32: "float32"
    case .float16: "float16"
    case .bfloat16: "bfloat16"
    }
  }

  /// The values in `bytes`, which need not be aligned. Every value of the two short formats is a float32 too, so
  /// nothing is rounded.
  func widen(_ bytes: UnsafeRawBufferPointer) -> [Float] {
    let count = bytes.count / width
    return [Float](unsafeUninitializedCapacity: count) { numbers, initialized in
      switch self {
      case .float32:
        UnsafeMutableRawBufferPointer(numbers).copyMemory(
          from: UnsafeRawBufferPointer(rebasing: bytes.prefix(4 * count)))
      case .float16:
        if count > 0 { Halves.widen(float16: bytes.baseAddress!, into: numbers.baseAddress!, count: count) }
      case .bfloat16:
        if count > 0 { Halves.widen(bfloat16: bytes.baseAddress!, into: numbers.baseAddress!, count: count) }
      }
      initialized = count
    }
  }

  /// The bytes of `numbers`, rounded to nearest, ties to even.
  func narrow(_ numbers: [Float]) -> [UInt8] {
    [UInt8](unsafeUninitializedCapacity: numbers.count * width) { bytes, initialized in
      let raw = UnsafeMutableRawBufferPointer(bytes)
      switch self {
      case .float32: numbers.withUnsafeBytes { raw.copyMemory(from: $0) }
      case .float16:
        for (index, number) in numbers.enumerated() {
          raw.storeBytes(of: Float16(number).bitPattern.littleEndian, toByteOffset: 2 &* index, as: UInt16.self)
        }
      case .bfloat16:
        if let target = raw.baseAddress { Halves.narrow(numbers, intoBfloat16: target, count: numbers.count) }
      }
      initialized = numbers.count * width
    }
  }
}

/// The index of the first value that is NaN or infinite, or nil.
func firstNonFinite(_ numbers: [Float]) -> Int? {
  // An integer maximum over the bits without signs vectorises; infinity and all NaNs are the largest bit patterns.
  var highest: UInt32 = 0
  for number in numbers { highest = max(highest, number.bitPattern & 0x7FFF_FFFF) }
  return highest < Float.infinity.bitPattern ? nil : numbers.firstIndex { !$0.isFinite }
}

/// The coordinates of element `index` of a tensor of that shape, as in `[3, 17]`.
func coordinates(_ index: Int, in shape: [Int]) -> [Int] {
  var rest = index
  let reversed = shape.reversed().map { size -> Int in
    defer { rest /= size }
    return rest % size
  }
  return reversed.reversed()
}
