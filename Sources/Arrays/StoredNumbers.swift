// Values as a file stores them: mapped into memory, and read there without a copy.

/// A pointer to values that another object owns.
///
/// Unchecked, because it is a pointer. Nobody writes to the values while it is in use.
package enum StoredNumbers: @unchecked Sendable {
  case float32(UnsafePointer<Float>)
  /// Each is the upper half of a Float.
  case bfloat16(UnsafePointer<UInt16>)
  /// Integers with a scale for each row.
  case int8(StoredInt8)

  /// Converts `count` values from `offset` on into `target`.
  package func copy(from offset: Int, count: Int, into target: UnsafeMutablePointer<Float>) {
    switch self {
    case .float32(let values): target.update(from: values + offset, count: count)
    case .bfloat16(let values): Halves.widen(bfloat16: values + offset, into: target, count: count)
    case .int8(let matrix): matrix.copy(from: offset, count: count, into: target)
    }
  }

  /// The `count` values from `offset` on.
  package func floats(from offset: Int = 0, count: Int) -> [Float] {
    [Float](unsafeUninitializedCapacity: count) { buffer, initialized in
      if count > 0 { copy(from: offset, count: count, into: buffer.baseAddress!) }
      initialized = count
    }
  }

  /// Their address.
  var address: UnsafeRawPointer {
    switch self {
    case .float32(let values): UnsafeRawPointer(values)
    case .bfloat16(let values): UnsafeRawPointer(values)
    case .int8(let matrix): UnsafeRawPointer(matrix.values)
    }
  }

  /// Their precision.
  package var precision: Precision {
    switch self {
    case .float32: .float32
    case .bfloat16: .bfloat16
    case .int8: .int8
    }
  }
}
