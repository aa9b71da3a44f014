// A hash of a text that is the same in every process and on every machine, unlike Swift's own: it keys the random
// numbers of a row by the row's id, so that neither its position nor its shard changes them.

/// FNV-1a (Fowler, Noll and Vo), 64 bits, over the UTF-8 bytes of `text`.
package func stableHash(_ text: String) -> UInt64 {
  text.utf8.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x0000_0100_0000_01B3 }
}

extension RandomStream {
  /// The stream of a seed, a purpose and a name, such as a row's id.
  package init(seed: UInt64, purpose: Purpose, name: String) {
    let hash = stableHash(name)
    self.init(
      seed: seed, purpose: purpose, place: (UInt32(truncatingIfNeeded: hash), UInt32(truncatingIfNeeded: hash >> 32)))
  }
}
