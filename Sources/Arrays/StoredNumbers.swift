// Values as a file stores them: mapped, and read where they are.

/// Numbers in memory that somebody else keeps.
///
/// Unchecked, because it is a pointer; what it points to is never written while it is in use.
package enum StoredNumbers: @unchecked Sendable {
  case float32(UnsafePointer<Float>)
  /// The upper halves of Floats.
  case bfloat16(UnsafePointer<UInt16>)

  /// Converts `count` values from `offset` on into `target`.
  package func copy(from offset: Int, count: Int, into target: UnsafeMutablePointer<Float>) {
    switch self {
    case .float32(let numbers): target.update(from: numbers + offset, count: count)
    case .bfloat16(let numbers): Halves.widen(bfloat16: numbers + offset, into: target, count: count)
    }
  }

  /// The `count` values from `offset` on.
  package func floats(from offset: Int = 0, count: Int) -> [Float] {
    [Float](unsafeUninitializedCapacity: count) { room, initialized in
      if count > 0 { copy(from: offset, count: count, into: room.baseAddress!) }
      initialized = count
    }
  }

  /// Their address.
  var address: UnsafeRawPointer {
    switch self {
    case .float32(let numbers): UnsafeRawPointer(numbers)
    case .bfloat16(let numbers): UnsafeRawPointer(numbers)
    }
  }

  /// Their precision.
  package var precision: Precision {
    switch self {
    case .float32: .float32
    case .bfloat16: .bfloat16
    }
  }
}
