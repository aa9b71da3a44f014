// The element types of datasets, and the ways to store them.
import CHDF5

/// The element types, by their NumPy names.
package enum NumberKind: String, CaseIterable, Sendable {
  case float32, float64, int32, int64, int8, uint8, uint16

  /// The library's identifier of the type in files: little-endian.
  var fileType: hid_t {
    switch self {
    case .float32: h5_file_float32()
    case .float64: h5_file_float64()
    case .int32: h5_file_int32()
    case .int64: h5_file_int64()
    case .int8: h5_file_int8()
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
    case .int8: h5_memory_int8()
    case .uint8: h5_memory_uint8()
    case .uint16: h5_memory_uint16()
    }
  }
}

/// A type that the elements of a dataset can have.
package protocol Element: BitwiseCopyable, Sendable {
  /// The element type in the file.
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
extension Int8: Element {
  /// `int8`.
  package static var kind: NumberKind { .int8 }
}
extension UInt8: Element {
  /// `uint8`.
  package static var kind: NumberKind { .uint8 }
}
extension UInt16: Element {
  /// `uint16`.
  package static var kind: NumberKind { .uint16 }
}

/// How a dataset is stored in the file.
package enum Storage: Sendable {
  /// In one piece, so that it can be mapped into memory; HDF5 does not notice a flipped bit.
  case contiguous
  /// In chunks of about 1 MB with a Fletcher-32 checksum each.
  case checked
  /// As `checked`, shuffled and deflated: for integers. Weights and probabilities do not compress.
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
