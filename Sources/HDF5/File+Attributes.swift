// Attributes of the root and of datasets: one text, integer or real number each.
import CHDF5
import Faults

extension File {
  /// Adds an attribute to the root, or to the object called `object`. The attribute must not exist yet, and a text must
  /// not contain NUL.
  package borrowing func setAttribute(_ name: String, _ value: AttributeValue, of object: String = "/") throws {
    let context = context("write attribute \(name)")
    let owner = try Handle(H5Oopen(handle.id, object, 0), closedBy: H5Oclose, context)
    let space = try Handle(H5Screate(H5S_SCALAR), closedBy: H5Sclose, context)
    func write(_ fileType: hid_t, _ memoryType: hid_t, _ pointer: UnsafeRawPointer) throws {
      let attribute = try Handle(H5Acreate2(owner.id, name, fileType, space.id, 0, 0), closedBy: H5Aclose, context)
      try context.check(H5Awrite(attribute.id, memoryType, pointer))
      try attribute.close(context)
    }
    switch value {
    case .text(let text):
      guard !text.utf8.contains(0) else { throw context.fault("the text contains a NUL") }
      let type = try textType(context)
      try text.withCString { pointer in
        try withUnsafePointer(to: pointer) { try write(type.id, type.id, $0) }
      }
    case .integer(let number):
      try withUnsafePointer(to: Int64(number)) { try write(Int64.kind.fileType, Int64.kind.memoryType, $0) }
    case .real(let number):
      try withUnsafePointer(to: number) { try write(Double.kind.fileType, Double.kind.memoryType, $0) }
    }
  }

  /// The value of an attribute of the root, or of the object called `object`; nil if it has no attribute of that name.
  package borrowing func attribute(_ name: String, of object: String = "/") throws -> AttributeValue? {
    let context = context("read attribute \(name)")
    let owner = try Handle(H5Oopen(handle.id, object, 0), closedBy: H5Oclose, context)
    guard try context.check(H5Aexists(owner.id, name)) > 0 else { return nil }
    let attribute = try Handle(H5Aopen(owner.id, name, 0), closedBy: H5Aclose, context)
    let space = try Handle(H5Aget_space(attribute.id), closedBy: H5Sclose, context)
    guard H5Sget_simple_extent_type(space.id) == H5S_SCALAR else { throw context.fault("it is not a single value") }
    let type = try Handle(H5Aget_type(attribute.id), closedBy: H5Tclose, context)
    switch H5Tget_class(type.id) {
    case H5T_STRING where H5Tis_variable_str(type.id) > 0:
      let memory = try textType(context)
      var pointer: UnsafeMutablePointer<CChar>?
      try context.check(H5Aread(attribute.id, memory.id, &pointer))
      defer { H5Dvlen_reclaim(memory.id, space.id, 0, &pointer) }
      return .text(try text(pointer, context))
    case H5T_INTEGER where H5Tget_size(type.id) == 8:
      var number: Int64 = 0
      try context.check(H5Aread(attribute.id, Int64.kind.memoryType, &number))
      return .integer(Int(number))
    case H5T_FLOAT where H5Tget_size(type.id) == 8:
      var number = 0.0
      try context.check(H5Aread(attribute.id, Double.kind.memoryType, &number))
      return .real(number)
    default: throw context.fault("it is neither text nor int64 nor float64")
    }
  }

  /// The names of the attributes of the root, or of the object called `object`, in the order of their bytes.
  package borrowing func attributeNames(of object: String = "/") throws -> [String] {
    let context = context("list attributes of \(object)")
    let owner = try Handle(H5Oopen(handle.id, object, 0), closedBy: H5Oclose, context)
    let claimed = try context.check(H5Aget_num_attrs(owner.id))
    return try (0..<UInt64(count(UInt64(claimed), context))).map { index in
      var buffer = [CChar](repeating: 0, count: 256)
      try context.check(
        H5Aget_name_by_idx(owner.id, ".", H5_INDEX_NAME, H5_ITER_INC, index, &buffer, buffer.count, 0))
      return try text(buffer, context)
    }
  }

  /// Variable-length UTF-8, which h5py and R read as text.
  func textType(_ context: Context) throws -> Handle {
    let type = try Handle(H5Tcopy(h5_c_string()), closedBy: H5Tclose, context)
    try context.check(H5Tset_size(type.id, -1))
    try context.check(H5Tset_cset(type.id, H5T_CSET_UTF8))
    return type
  }

  /// Converts a text that the library returned; it returns a null pointer for an empty one.
  func text(_ pointer: UnsafePointer<CChar>?, _ context: Context) throws -> String {
    guard let pointer else { return "" }
    guard let text = String(validatingCString: pointer) else { throw context.fault("it is not UTF-8") }
    return text
  }
}
