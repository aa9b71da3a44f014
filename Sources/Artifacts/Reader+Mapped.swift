// Arrays that are read where they lie in the mapped file.
import Arrays
import HDF5

extension Reader {
  /// Where such an array begins: at a multiple of so many bytes.
  static let alignment = 64

  /// Shape and numbers of a contiguous array; they live as long as the file's mapping.
  ///
  /// Throws an `Inconsistency` for an array that does not lie in the file as a whole, of numbers that are neither float32
  /// nor, in a matrix, bfloat16.
  func locate(_ name: String) throws -> (shape: [Int], values: StoredNumbers) {
    let found = try file.describe(name)
    let isWide = found.type == Float.kind.rawValue
    let bytes = found.shape.reduce(isWide ? 4.0 : 2.0) { $0 * Double($1) }
    guard isWide || found.type == UInt16.kind.rawValue && found.shape.count == 2, let offset = found.offset,
      offset % Self.alignment == 0, Double(offset) + bytes <= Double(mapping.bytes.count),
      let start = mapping.bytes.baseAddress
    else { throw Inconsistency("\(name) does not lie in the file as it should") }
    let place = start + offset
    return (
      found.shape,
      isWide
        ? .float32(place.assumingMemoryBound(to: Float.self)) : .bfloat16(place.assumingMemoryBound(to: UInt16.self))
    )
  }
}
