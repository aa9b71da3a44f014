// A hash table of byte strings, indexed in order of insertion. Vocabularies and word caches use it because it compares
// bytes, unlike Swift's canonical equivalence, and looks up a slice of a buffer without creating a string.

/// Byte strings and their indices 0, 1, 2, ..., with open addressing; one pool holds all bytes.
struct ByteTable: Sendable {
  /// The index of a key + 1, or 0 if the slot is free. Their number is a power of two; at most half are occupied.
  private var slots: [Int32]
  private var pool: [UInt8] = []
  /// The end of each key in `pool`, after a leading 0.
  private var ends: [Int] = [0]

  init(capacity: Int = 8) {
    var size = 16
    while size < 2 * capacity { size *= 2 }
    slots = [Int32](repeating: 0, count: size)
  }

  /// Number of keys.
  var count: Int { ends.count - 1 }

  /// The bytes of the key with index `number`.
  func key(_ number: Int) -> ArraySlice<UInt8> { pool[ends[number]..<ends[number + 1]] }

  /// The index of `key`, or nil.
  func find(_ key: UnsafeRawBufferPointer) -> Int? {
    let taken = slots[slot(of: key)]
    return taken == 0 ? nil : Int(taken) - 1
  }

  /// The index of `text`'s UTF-8, or nil.
  func find(_ text: String) -> Int? {
    var text = text
    return text.withUTF8 { find(UnsafeRawBufferPointer($0)) }
  }

  /// The index of `key`, which is added if it is new.
  mutating func insert(_ key: UnsafeRawBufferPointer) -> (number: Int, isNew: Bool) {
    let slot = slot(of: key)
    if slots[slot] != 0 { return (Int(slots[slot]) - 1, false) }
    pool.append(contentsOf: key)
    ends.append(pool.count)
    slots[slot] = Int32(count)
    if 2 * count > slots.count { grow() }
    return (count - 1, true)
  }

  /// The index of `text`'s UTF-8, which is added if it is new.
  mutating func insert(_ text: String) -> (number: Int, isNew: Bool) {
    var text = text
    return text.withUTF8 { insert(UnsafeRawBufferPointer($0)) }
  }

  /// The slot of `key`, or the free slot where it belongs.
  private func slot(of key: UnsafeRawBufferPointer) -> Int {
    // Hasher's seed differs from run to run; only the slots depend on it, never an index.
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
