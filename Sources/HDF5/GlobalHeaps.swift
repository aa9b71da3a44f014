// Checks the global heaps, which store the texts. They are the one part of these files' metadata without a checksum of
// its own, and the library (1.10.8) trusts them: an entry of size 0 makes it loop forever, one that is too large makes
// it read and write out of bounds. So they are checked before it sees them. Layout: HDF5 File Format Specification 3.0,
// section III.E.
import CHDF5

/// The collections of texts in a file. Each has a header, then entries until its end.
struct GlobalHeaps {
  /// All bytes of the file.
  let file: UnsafeRawBufferPointer
  /// What addresses in the file are relative to: the end of the user block.
  let base: Int

  /// The first bytes of a collection: a signature, version 1, and three zeros.
  private static let beginning = Array("GCOL".utf8) + [1, 0, 0, 0]
  /// [bytes] The header of a collection, and that of each entry.
  private static let head = 16

  /// The offset of the first collection whose entries do not fill it exactly; nil if all of them do.
  func firstMalformed() -> Int? {
    guard let start = file.baseAddress else { return nil }
    var offset = 0
    while let found = h5_find(start + offset, file.count - offset, Self.beginning, Self.beginning.count) {
      offset = found - start
      if entries(at: offset) == nil { return offset }
      offset += Self.beginning.count
    }
    return nil
  }

  /// The index of the first of `count` references, stored from byte `start` on, that does not lead to a text of its
  /// length; nil if all of them do. A reference has a length, the address of a collection, and the index of an entry.
  func firstMalformed(references start: Int, count: Int) -> Int? {
    let width = 16
    guard start >= 0, count <= (file.count - start) / width else { return 0 }
    var known: [UInt64: [UInt32: Int]] = [:]
    return (0..<count).first { index in
      let offset = start + index * width
      let (length, address) = (number(offset, UInt32.self), number(offset + 4, UInt64.self))
      // An empty text needs no entry.
      guard length > 0 || address > 0 else { return false }
      if known[address] == nil, let inFile = Int(exactly: address), inFile <= file.count {
        known[address] = entries(at: base + inFile)
      }
      return known[address]?[number(offset + 12, UInt32.self)] != Int(length)
    }
  }

  /// [bytes] The sizes of the entries by their indices; nil if there is no valid collection at byte `start`.
  private func entries(at start: Int) -> [UInt32: Int]? {
    guard start <= file.count - Self.head, file[start...].starts(with: Self.beginning),
      let size = Int(exactly: number(start + 8, UInt64.self)), size <= file.count - start
    else { return nil }
    var (offset, sizes) = (start + Self.head, [UInt32: Int]())
    while start + size - offset >= Self.head {
      let room = start + size - offset
      let entry = UInt32(number(offset, UInt16.self))
      guard let length = Int(exactly: number(offset + 8, UInt64.self)), length <= room else { return nil }
      // Entry 0 is the free space, including its own header; the others are padded to multiples of 8 bytes.
      let taken = entry == 0 ? length : Self.head + (length + 7) / 8 * 8
      guard taken >= Self.head, taken <= room, sizes.updateValue(length, forKey: entry) == nil else { return nil }
      offset += taken
    }
    return sizes
  }

  private func number<Number: FixedWidthInteger>(_ offset: Int, _: Number.Type) -> Number {
    Number(littleEndian: file.loadUnaligned(fromByteOffset: offset, as: Number.self))
  }
}
