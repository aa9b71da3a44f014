// Arrays that are read directly from the mapped file.
import Arrays
import HDF5

extension Reader {
  /// [bytes] The alignment of such an array.
  static let alignment = 64

  /// Shape and values of a contiguous array; they are valid as long as the file is mapped.
  ///
  /// Throws an `Inconsistency` if the array is not contiguous or exceeds the file, or if its values are neither float32
  /// nor, in a matrix, bfloat16.
  func locate(_ name: String) throws -> (shape: [Int], values: StoredNumbers) {
    let found = try file.describe(name)
    let isWide = found.type == Float.kind.rawValue
    let bytes = found.shape.reduce(isWide ? 4.0 : 2.0) { $0 * Double($1) }
    guard isWide || found.type == UInt16.kind.rawValue && found.shape.count == 2, let offset = found.offset,
      offset % Self.alignment == 0, Double(offset) + bytes <= Double(mapping.bytes.count),
      let start = mapping.bytes.baseAddress
    else { throw Inconsistency("\(name) is not a contiguous, aligned array of float32 or bfloat16") }
    let address = start + offset
    return (
      found.shape,
      isWide
        ? .float32(address.assumingMemoryBound(to: Float.self))
        : .bfloat16(address.assumingMemoryBound(to: UInt16.self))
    )
  }
}
