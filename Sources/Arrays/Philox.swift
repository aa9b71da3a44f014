// Philox's blocks, eight at a time. Two words of a block lie in one 64-bit lane: a round is then a multiplication, a
// rotation, a shift and an exclusive or of lanes, and no word has to change its place.

extension RandomStream {
  private typealias Pairs = SIMD8<UInt64>

  /// Sets `words` to the words of up to 64 blocks from `block` on, as `words(block:)` gives them.
  ///
  /// Eight blocks are made at a time: `words` has room for `blocks` rounded up to a multiple of eight.
  @inline(never)
  func fill(_ words: UnsafeMutablePointer<UInt32>, block: UInt64, blocks: Int) {
    precondition(blocks <= 64, "\(blocks) blocks")
    let steps = (blocks + 7) / 8
    withUnsafeTemporaryAllocation(of: UInt64.self, capacity: 128) { pairs in
      let (lower, upper) = (pairs.baseAddress!, pairs.baseAddress! + 64)
      for step in 0..<steps {
        let first = Pairs(repeating: block &+ UInt64(8 &* step)) &+ Pairs(0, 1, 2, 3, 4, 5, 6, 7)
        let (low, high) = rounds(first)
        UnsafeMutableRawPointer(lower + 8 &* step).storeBytes(of: low, as: Pairs.self)
        UnsafeMutableRawPointer(upper + 8 &* step).storeBytes(of: high, as: Pairs.self)
      }
      // Put together through memory: exchanged in registers, the lanes make the compiler take the last round apart.
      let target = UnsafeMutableRawPointer(words).assumingMemoryBound(to: UInt64.self)
      for index in 0..<8 &* steps {
        target[2 &* index] = lower[index]
        target[2 &* index &+ 1] = upper[index]
      }
    }
  }

  /// The ten rounds, written out: the compiler does not unroll them.
  @inline(__always)
  private func rounds(_ block: Pairs) -> (Pairs, Pairs) {
    var state = (block, Pairs(repeating: UInt64(placeX) | UInt64(placeY) << 32))
    var key = (keyX, keyY)
    @inline(__always) func round() {
      let low32 = Pairs(repeating: 0xFFFF_FFFF)
      let product0 = (state.0 & low32) &* Pairs(repeating: 0xD251_1F53)
      let product1 = (state.1 & low32) &* Pairs(repeating: 0xCD9E_8D57)
      let half = Pairs(repeating: 32)
      state = (
        (product1 &<< half | product1 &>> half) ^ (state.0 &>> half) ^ Pairs(repeating: UInt64(key.0)),
        (product0 &<< half | product0 &>> half) ^ (state.1 &>> half) ^ Pairs(repeating: UInt64(key.1))
      )
      key = (key.0 &+ 0x9E37_79B9, key.1 &+ 0xBB67_AE85)
    }
    round()
    round()
    round()
    round()
    round()
    round()
    round()
    round()
    round()
    round()
    return state
  }
}
