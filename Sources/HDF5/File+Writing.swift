// Writing datasets, each one whole.
import CHDF5
import Faults

extension File {
  /// Writes an array; `shape` is row-major and its product must be the number of values. `attributes` describe it.
  package borrowing func write<Number: Element>(
    _ values: [Number], to name: String, shape: [Int], storage: Storage, attributes: [(String, String)] = []
  ) throws {
    try values.withUnsafeBufferPointer {
      try write($0, to: name, shape: shape, storage: storage, attributes: attributes)
    }
  }

  /// Writes an array; `shape` is row-major and its product must be the number of values. `attributes` describe it.
  package borrowing func write<Number: Element>(
    _ values: UnsafeBufferPointer<Number>, to name: String, shape: [Int], storage: Storage,
    attributes: [(String, String)] = []
  ) throws {
    precondition(values.count == shape.reduce(1, *), "\(values.count) values for \(name) of shape \(shape)")
    try write(
      UnsafeRawPointer(values.baseAddress), to: name, shape: shape, storage: storage, attributes: attributes,
      fileType: Number.kind.fileType, memoryType: Number.kind.memoryType, width: MemoryLayout<Number>.stride)
  }

  /// Writes a list of texts in variable-length UTF-8. Throws if one contains NUL, which ends such a text. The library
  /// has neither checksums nor compression for them.
  package borrowing func write(_ texts: [String], to name: String, attributes: [(String, String)] = []) throws {
    let context = context("write \(name)")
    if let bad = texts.firstIndex(where: { $0.utf8.contains(0) }) {
      throw context.fault("text \(bad) contains a NUL")
    }
    // All texts end to end, each with its NUL, so that all pointers point into one allocation.
    var bytes: [UInt8] = []
    bytes.reserveCapacity(texts.reduce(0) { $0 + $1.utf8.count + 1 })
    let starts = texts.map { text in
      defer {
        bytes += text.utf8
        bytes.append(0)
      }
      return bytes.count
    }
    let type = try textType(context)
    try bytes.withUnsafeBufferPointer { block in
      try starts.map { block.baseAddress! + $0 }.withUnsafeBytes { pointers in
        try write(
          pointers.baseAddress, to: name, shape: [texts.count], storage: .contiguous, attributes: attributes,
          fileType: type.id, memoryType: type.id, width: MemoryLayout<UnsafePointer<UInt8>>.stride)
      }
    }
  }

  private borrowing func write(
    _ values: UnsafeRawPointer?, to name: String, shape: [Int], storage: Storage, attributes: [(String, String)],
    fileType: hid_t, memoryType: hid_t, width: Int
  ) throws {
    let context = context("write \(name)")
    let creation = try Handle(H5Pcreate(h5_dataset_create()), closedBy: H5Pclose, context)
    try context.check(H5Pset_obj_track_times(creation.id, false))
    // A chunk cannot be larger than its dataset, so an empty dataset has no chunks.
    if storage != .contiguous && !shape.contains(0) {
      let chunk = File.chunkShape(shape, width: width).map(UInt64.init)
      try context.check(H5Pset_chunk(creation.id, Int32(chunk.count), chunk))
      if storage == .compressed {
        try context.check(H5Pset_shuffle(creation.id))
        try context.check(H5Pset_deflate(creation.id, 4))
      }
      try context.check(H5Pset_fletcher32(creation.id))
    }
    let extent = shape.map(UInt64.init)
    let space = try Handle(H5Screate_simple(Int32(extent.count), extent, nil), closedBy: H5Sclose, context)
    let dataset = try Handle(
      H5Dcreate2(handle.id, name, fileType, space.id, 0, creation.id, 0), closedBy: H5Dclose, context)
    if let values { try context.check(H5Dwrite(dataset.id, memoryType, 0, 0, 0, values)) }
    try dataset.close(context)
    if storage == .compressed && !shape.contains(0) { try requireFilters(of: name) }
    for (key, value) in attributes where !value.isEmpty { try setAttribute(key, .text(value), of: name) }
  }

  /// Rejects a dataset with a chunk that skipped its filters.
  ///
  /// If the library has no memory for a filter, it silently skips shuffling and compressing that chunk: the values are
  /// right, but two equal runs would write different bytes.
  ///
  /// - Throws: `Fault` of kind `.outOfMemory`.
  package borrowing func requireFilters(of name: String) throws {
    let context = context("write \(name)")
    let dataset = try Handle(H5Dopen2(handle.id, name, 0), closedBy: H5Dclose, context)
    let space = try Handle(H5Dget_space(dataset.id), closedBy: H5Sclose, context)
    var count: hsize_t = 0
    try context.check(H5Dget_num_chunks(dataset.id, space.id, &count))
    for index in 0..<count {
      var leftOut: UInt32 = 0
      try context.check(H5Dget_chunk_info(dataset.id, space.id, index, nil, &leftOut, nil, nil))
      guard leftOut == 0 else {
        throw Fault(
          .outOfMemory, path, "cannot \(context.action): not enough memory to compress it", hint: Memory.hint)
      }
    }
  }

  /// Chunks of at most 1 MB in storage order: whole rows if a row fits, parts of a row otherwise.
  static func chunkShape(_ shape: [Int], width: Int) -> [Int] {
    let limit = 1 << 20
    var chunk = shape
    var rowBytes = shape.reduce(width, *)
    for axis in shape.indices {
      rowBytes /= shape[axis]
      if rowBytes <= limit {
        chunk[axis] = min(shape[axis], max(1, limit / rowBytes))
        break
      }
      chunk[axis] = 1
    }
    return chunk
  }
}
