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
  ///
  /// - Parameter scales: where the scales of a matrix's rows are if its values are int8; nil if they may not be.
  func locate(_ name: String, scales: String? = nil) throws -> (shape: [Int], values: StoredNumbers) {
    let found = try file.describe(name)
    func address<Number: Element>(_: Number.Type) throws -> UnsafePointer<Number> {
      let bytes = found.shape.reduce(Double(MemoryLayout<Number>.stride)) { $0 * Double($1) }
      guard let offset = found.offset, offset % Self.alignment == 0,
        Double(offset) + bytes <= Double(mapping.bytes.count), let start = mapping.bytes.baseAddress
      else { throw Inconsistency("\(name) is not a contiguous, aligned array") }
      return (start + offset).assumingMemoryBound(to: Number.self)
    }
    switch (NumberKind(rawValue: found.type), found.shape.count) {
    case (.float32, _): return (found.shape, .float32(try address(Float.self)))
    case (.uint16, 2): return (found.shape, .bfloat16(try address(UInt16.self)))
    case (.int8, 2):
      guard let scales, case (let shape, .float32(let rowScales)) = try locate(scales), shape == [found.shape[0]] else {
        throw Inconsistency("\(name) is int8 without a scale for each row")
      }
      let matrix = StoredInt8(values: try address(Int8.self), scales: rowScales, width: found.shape[1])
      return (found.shape, .int8(matrix))
    default: throw Inconsistency("\(name) is \(found.type), expected float32 or, for a matrix, bfloat16 or int8")
    }
  }
}
