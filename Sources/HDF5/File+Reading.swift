// Reading datasets, each one whole. Sizes that a damaged or foreign file claims are compared with the bytes that it
// stores before memory is allocated.
import CHDF5
import Faults

/// What a file says about one dataset.
package struct DatasetDescription: Equatable, Sendable {
  /// The element type, as in `float32`; `text` for variable-length text; `other` for types that these files never use.
  package var type: String
  /// Row-major.
  package var shape: [Int]
  /// Where its values begin, in bytes from the start of the file; nil if they are not contiguous.
  package var offset: Int?
}

extension File {
  /// Whether there is a dataset or group called `name`, whose parent exists.
  package borrowing func contains(_ name: String) throws -> Bool {
    let context = context("look for \(name)")
    return try context.check(H5Lexists(handle.id, name, 0)) > 0
  }

  /// Type, shape and offset of the dataset called `name`.
  package borrowing func describe(_ name: String) throws -> DatasetDescription {
    let context = context("read \(name)")
    let dataset = try openDataset(name, context)
    // The library returns all bits set if there is no offset. Otherwise its offset includes the user block.
    let offset = Int(exactly: H5Dget_offset(dataset.id))
    return DatasetDescription(
      type: try typeName(dataset, context), shape: try shape(dataset, context), offset: offset)
  }

  /// The values of the dataset called `name`, row-major, with its shape. Throws if the element type is not `Number`.
  package borrowing func read<Number: Element>(
    _ name: String, as: Number.Type = Number.self
  ) throws -> (shape: [Int], values: [Number]) {
    let context = context("read \(name)")
    let dataset = try openDataset(name, context)
    let type = try typeName(dataset, context)
    guard type == Number.kind.rawValue else { throw context.fault("it is \(type), expected \(Number.kind)") }
    let shape = try shape(dataset, context)
    let count = try count(dataset, shape, width: MemoryLayout<Number>.stride, context)
    let values = try [Number](unsafeUninitializedCapacity: count) { buffer, initialized in
      if count > 0 { try context.check(H5Dread(dataset.id, Number.kind.memoryType, 0, 0, 0, buffer.baseAddress)) }
      initialized = count
    }
    return (shape, values)
  }

  /// The texts of the dataset called `name`, which must have one axis.
  package borrowing func readTexts(_ name: String) throws -> [String] {
    let context = context("read \(name)")
    let dataset = try openDataset(name, context)
    let type = try typeName(dataset, context)
    let shape = try shape(dataset, context)
    guard type == "text", shape.count == 1 else {
      throw context.fault("it is \(type) of shape \(shape), expected a list of texts")
    }
    let count = try count(dataset, shape, width: 8, context)
    guard count > 0 else { return [] }
    try checkReferences(dataset, count, context)
    let memory = try textType(context)
    let space = try Handle(H5Dget_space(dataset.id), closedBy: H5Sclose, context)
    var pointers = [UnsafeMutablePointer<CChar>?](repeating: nil, count: count)
    try context.check(H5Dread(dataset.id, memory.id, 0, 0, 0, &pointers))
    defer { H5Dvlen_reclaim(memory.id, space.id, 0, &pointers) }
    return try pointers.map { try text($0, context) }
  }

  /// Rejects texts whose references do not lead to them. The library writes the references of a list of texts
  /// contiguously.
  private borrowing func checkReferences(_ dataset: borrowing Handle, _ count: Int, _ context: Context) throws {
    guard let image else { return }
    let creation = try Handle(H5Fget_create_plist(handle.id), closedBy: H5Pclose, context)
    var base: hsize_t = 0
    try context.check(H5Pget_userblock(creation.id, &base))
    guard let start = Int(exactly: H5Dget_offset(dataset.id)), let base = Int(exactly: base), base <= image.count else {
      throw context.fault("its texts are not contiguous")
    }
    if let index = GlobalHeaps(file: image, base: base).firstMalformed(references: start, count: count) {
      throw context.fault("the reference to text \(index) is invalid")
    }
  }

  /// Opens a dataset that is stored in this file, with no filters but those that `write` uses.
  private borrowing func openDataset(_ name: String, _ context: Context) throws -> Handle {
    try requireOwn(handle.id, name, context)
    let dataset = try Handle(H5Dopen2(handle.id, name, 0), closedBy: H5Dclose, context)
    let creation = try Handle(H5Dget_create_plist(dataset.id), closedBy: H5Pclose, context)
    let layout = H5Pget_layout(creation.id)
    guard layout == H5D_CONTIGUOUS || layout == H5D_CHUNKED || layout == H5D_COMPACT,
      H5Pget_external_count(creation.id) == 0
    else { throw context.fault("its values are stored in another file") }
    for index in 0..<UInt32(try context.check(H5Pget_nfilters(creation.id))) {
      var (flags, parameters, settings): (UInt32, Int, UInt32) = (0, 0, 0)
      let filter = H5Pget_filter2(creation.id, index, &flags, &parameters, nil, 0, nil, &settings)
      guard [H5Z_FILTER_FLETCHER32, H5Z_FILTER_SHUFFLE, H5Z_FILTER_DEFLATE].contains(filter) else {
        throw context.fault("it uses filter \(filter)")
      }
    }
    return dataset
  }

  private borrowing func shape(_ dataset: borrowing Handle, _ context: Context) throws -> [Int] {
    let space = try Handle(H5Dget_space(dataset.id), closedBy: H5Sclose, context)
    let rank = Int(try context.check(H5Sget_simple_extent_ndims(space.id)))
    var extent = [UInt64](repeating: 0, count: rank)
    try context.check(H5Sget_simple_extent_dims(space.id, &extent, nil))
    return try extent.map {
      guard let size = Int(exactly: $0) else { throw context.fault("an axis has \($0) elements") }
      return size
    }
  }

  /// The number of elements, if the file can hold that many: deflate compresses at most 1,032 to 1.
  private borrowing func count(
    _ dataset: borrowing Handle, _ shape: [Int], width: Int, _ context: Context
  ) throws -> Int {
    let stored = min(Double(H5Dget_storage_size(dataset.id)), Double(try size(context)))
    // An axis of length 0 must not hide others whose product overflows.
    let largest = shape.reduce(1.0) { $0 * Double(max($1, 1)) }
    guard largest < 0x1p53, shape.contains(0) || largest * Double(width) <= stored * 1032 else {
      throw context.fault("it claims the shape \(shape) with \(Int(stored)) bytes stored")
    }
    return shape.reduce(1, *)
  }

  private borrowing func typeName(_ dataset: borrowing Handle, _ context: Context) throws -> String {
    let type = try Handle(H5Dget_type(dataset.id), closedBy: H5Tclose, context)
    for kind in NumberKind.allCases where H5Tequal(type.id, kind.fileType) > 0 { return kind.rawValue }
    return H5Tis_variable_str(type.id) > 0 ? "text" : "other"
  }
}
