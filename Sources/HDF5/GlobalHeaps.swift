// Texts lie in global heaps, the one part of these files' metadata that has no checksum of its own. The library (1.10.8)
// believes what they say: an entry of size 0 keeps it in a loop, one that is too large makes it read and write beyond its
// memory. They are therefore checked before it sees them. Layout: HDF5 File Format Specification 3.0, section III.E.
import CHDF5

/// The collections of texts in a file, each of which has a head and then entries until its end.
struct GlobalHeaps {
  /// All bytes of the file.
  let file: UnsafeRawBufferPointer
  /// Where addresses in the file count from: behind the user block.
  let base: Int

  /// How a collection begins: a signature, version 1, and three zeros.
  private static let beginning = Array("GCOL".utf8) + [1, 0, 0, 0]
  /// [bytes] The head of a collection, and that of each entry.
  private static let head = 16

  /// The first byte of the first collection whose entries do not fill it exactly; nil where all of them do.
  func firstMalformed() -> Int? {
    guard let start = file.baseAddress else { return nil }
    var place = 0
    while let found = h5_find(start + place, file.count - place, Self.beginning, Self.beginning.count) {
      place = found - start
      if entries(at: place) == nil { return place }
      place += Self.beginning.count
    }
    return nil
  }

  /// The first of `count` references to texts, which begin at byte `start`, that leads to no text of its length; nil where
  /// all of them do. A reference has a length, the address of a collection, and the number of an entry.
  func firstMalformed(references start: Int, count: Int) -> Int? {
    let width = 16
    guard start >= 0, count <= (file.count - start) / width else { return 0 }
    var known: [UInt64: [UInt32: Int]] = [:]
    return (0..<count).first { index in
      let place = start + index * width
      let (length, address) = (number(place, UInt32.self), number(place + 4, UInt64.self))
      // An empty text needs no entry.
      guard length > 0 || address > 0 else { return false }
      if known[address] == nil, let offset = Int(exactly: address), offset <= file.count {
        known[address] = entries(at: base + offset)
      }
      return known[address]?[number(place + 12, UInt32.self)] != Int(length)
    }
  }

  /// [bytes] The sizes of the entries by their numbers; nil where there is no collection at byte `start`.
  private func entries(at start: Int) -> [UInt32: Int]? {
    guard start <= file.count - Self.head, file[start...].starts(with: Self.beginning),
      let size = Int(exactly: number(start + 8, UInt64.self)), size <= file.count - start
    else { return nil }
    var (place, sizes) = (start + Self.head, [UInt32: Int]())
    while start + size - place >= Self.head {
      let room = start + size - place
      let entry = UInt32(number(place, UInt16.self))
      guard let length = Int(exactly: number(place + 8, UInt64.self)), length <= room else { return nil }
      // Entry 0 is what is free, its own head included; the others are filled up to multiples of 8 bytes.
      let taken = entry == 0 ? length : Self.head + (length + 7) / 8 * 8
      guard taken >= Self.head, taken <= room, sizes.updateValue(length, forKey: entry) == nil else { return nil }
      place += taken
    }
    return sizes
  }

  private func number<Number: FixedWidthInteger>(_ place: Int, _: Number.Type) -> Number {
    Number(littleEndian: file.loadUnaligned(fromByteOffset: place, as: Number.self))
  }
}
