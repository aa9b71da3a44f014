// The kinds of numbers that datasets hold, and how they are laid out.
import CHDF5

/// The kinds of numbers, by the names that NumPy gives them.
package enum NumberKind: String, CaseIterable, Sendable {
  case float32, float64, int32, int64, uint8, uint16

  /// The library's identifier of the type in files: little-endian.
  var fileType: hid_t {
    switch self {
    case .float32: h5_file_float32()
    case .float64: h5_file_float64()
    case .int32: h5_file_int32()
    case .int64: h5_file_int64()
    case .uint8: h5_file_uint8()
    case .uint16: h5_file_uint16()
    }
  }

  /// The library's identifier of the type in memory.
  var memoryType: hid_t {
    switch self {
    case .float32: h5_memory_float32()
    case .float64: h5_memory_float64()
    case .int32: h5_memory_int32()
    case .int64: h5_memory_int64()
    case .uint8: h5_memory_uint8()
    case .uint16: h5_memory_uint16()
    }
  }
}

/// A kind of number that a dataset can hold.
package protocol Element: BitwiseCopyable, Sendable {
  /// Its kind in the file.
  static var kind: NumberKind { get }
}

extension Float: Element {
  /// `float32`.
  package static var kind: NumberKind { .float32 }
}
extension Double: Element {
  /// `float64`.
  package static var kind: NumberKind { .float64 }
}
extension Int32: Element {
  /// `int32`.
  package static var kind: NumberKind { .int32 }
}
extension Int64: Element {
  /// `int64`.
  package static var kind: NumberKind { .int64 }
}
extension UInt8: Element {
  /// `uint8`.
  package static var kind: NumberKind { .uint8 }
}
extension UInt16: Element {
  /// `uint16`.
  package static var kind: NumberKind { .uint16 }
}

/// How a dataset lies in the file.
package enum Storage: Sendable {
  /// In one piece, to be mapped into memory; nothing notices a flipped bit.
  case contiguous
  /// In chunks of about 1 MB with a Fletcher-32 checksum each.
  case checked
  /// As `checked`, shuffled and deflated: for whole numbers. Weights and probabilities are noise to it.
  case compressed
}

/// An attribute's value.
package enum AttributeValue: Equatable, Sendable {
  /// Variable-length UTF-8.
  case text(String)
  /// int64.
  case integer(Int)
  /// float64.
  case real(Double)
}
