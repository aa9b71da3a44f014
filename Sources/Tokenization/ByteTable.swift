// A table of byte strings, numbered in the order in which they came. Vocabularies and word caches stand on it: bytes
// decide, never Swift's canonical equivalence, and a lookup takes a slice of a buffer without making a string of it.

/// Byte strings and their numbers 0, 1, 2, ... by open addressing; one pool holds all bytes.
struct ByteTable: Sendable {
  /// The number of a key + 1, or 0 where nothing is; a power of two many, at most half of them taken.
  private var slots: [Int32]
  private var pool: [UInt8] = []
  /// Where each key ends in `pool`, after a leading 0.
  private var ends: [Int] = [0]

  init(capacity: Int = 8) {
    var size = 16
    while size < 2 * capacity { size *= 2 }
    slots = [Int32](repeating: 0, count: size)
  }

  /// How many keys there are.
  var count: Int { ends.count - 1 }

  /// The bytes of key `number`.
  func key(_ number: Int) -> ArraySlice<UInt8> { pool[ends[number]..<ends[number + 1]] }

  /// The number of `key`, or nil.
  func find(_ key: UnsafeRawBufferPointer) -> Int? {
    let taken = slots[slot(of: key)]
    return taken == 0 ? nil : Int(taken) - 1
  }

  /// The number of `text`'s UTF-8, or nil.
  func find(_ text: String) -> Int? {
    var text = text
    return text.withUTF8 { find(UnsafeRawBufferPointer($0)) }
  }

  /// The number of `key`, which is added when it is new.
  mutating func insert(_ key: UnsafeRawBufferPointer) -> (number: Int, isNew: Bool) {
    let slot = slot(of: key)
    if slots[slot] != 0 { return (Int(slots[slot]) - 1, false) }
    pool.append(contentsOf: key)
    ends.append(pool.count)
    slots[slot] = Int32(count)
    if 2 * count > slots.count { grow() }
    return (count - 1, true)
  }

  /// The number of `text`'s UTF-8, which is added when it is new.
  mutating func insert(_ text: String) -> (number: Int, isNew: Bool) {
    var text = text
    return text.withUTF8 { insert(UnsafeRawBufferPointer($0)) }
  }

  /// The slot that holds `key`, or the empty one where it belongs.
  private func slot(of key: UnsafeRawBufferPointer) -> Int {
    // Hasher's seed differs from run to run; only the places of the slots depend on it, never a number.
    var hasher = Hasher()
    hasher.combine(bytes: key)
    let mask = slots.count - 1
    var slot = hasher.finalize() & mask
    while slots[slot] != 0, !isKey(Int(slots[slot]) - 1, equalTo: key) { slot = (slot + 1) & mask }
    return slot
  }

  private func isKey(_ number: Int, equalTo key: UnsafeRawBufferPointer) -> Bool {
    let start = ends[number]
    guard ends[number + 1] - start == key.count else { return false }
    return pool.withUnsafeBytes { UnsafeRawBufferPointer(rebasing: $0[start..<start + key.count]).elementsEqual(key) }
  }

  private mutating func grow() {
    slots = [Int32](repeating: 0, count: 2 * slots.count)
    pool.withUnsafeBytes { pool in
      for number in 0..<count {
        slots[slot(of: UnsafeRawBufferPointer(rebasing: pool[ends[number]..<ends[number + 1]]))] = Int32(number + 1)
      }
    }
  }
}
