// Blocks of Philox (see RandomStream.swift), eight at a time, each word in the lower half of a 64-bit lane. A round that
// needs the lower half of a product uses the product as it is, and no word ever changes its lane.

extension RandomStream {
  private typealias Words = SIMD8<UInt64>

  /// Sets `words` to the words of up to 48 blocks from `block` on, in the order of `words(block:)`.
  ///
  /// Eight blocks are generated at a time: `words` needs room for `blocks` rounded up to a multiple of eight.
  @inline(never)
  func fill(_ words: UnsafeMutablePointer<UInt32>, block: UInt64, blocks: Int) {
    precondition(blocks <= 48, "\(blocks) blocks")
    let steps = (blocks + 7) / 8
    // 48 pairs of words 0 and 1, then 48 pairs of words 2 and 3.
    withUnsafeTemporaryAllocation(of: UInt64.self, capacity: 96) { pairs in
      let lower = UnsafeMutableRawPointer(pairs.baseAddress!)
      let upper = lower + 48 * 8
      var counter = Words(repeating: block) &+ Words(0, 1, 2, 3, 4, 5, 6, 7)
      let place = Words(repeating: UInt64(placeX) | UInt64(placeY) << 32)
      for step in 0..<steps {
        let (low, high) = rounds(counter, place)
        lower.storeBytes(of: low, toByteOffset: 64 &* step, as: Words.self)
        upper.storeBytes(of: high, toByteOffset: 64 &* step, as: Words.self)
        counter &+= Words(repeating: 8)
      }
      // Reordered through memory: with a direct shuffle, the compiler would split the last round.
      for step in 0..<steps {
        let low = lower.loadUnaligned(fromByteOffset: 64 &* step, as: Words.self)
        let high = upper.loadUnaligned(fromByteOffset: 64 &* step, as: Words.self)
        let target = UnsafeMutableRawPointer(words + 32 &* step)
        target.storeBytes(
          of: Words(low[0], high[0], low[1], high[1], low[2], high[2], low[3], high[3]), as: Words.self)
        target.storeBytes(
          of: Words(low[4], high[4], low[5], high[5], low[6], high[6], low[7], high[7]), toByteOffset: 64,
          as: Words.self)
      }
    }
  }

  /// Words 0 and 1 of eight blocks, and words 2 and 3. The ten rounds are written out: the compiler does not unroll them.
  @inline(__always)
  private func rounds(_ block: Words, _ place: Words) -> (Words, Words) {
    let (half, lowHalf) = (Words(repeating: 32), Words(repeating: 0xFFFF_FFFF))
    // Words 0 to 3 of the counter; the upper halves of the lanes are ignored.
    var (c0, c1, c2, c3) = (block, block &>> half, place, place &>> half)
    var key = (keyX, keyY)
    @inline(__always) func round() {
      let product0 = (c0 & lowHalf) &* Words(repeating: 0xD251_1F53)
      let product1 = (c2 & lowHalf) &* Words(repeating: 0xCD9E_8D57)
      c0 = (product1 &>> half) ^ c1 ^ Words(repeating: UInt64(key.0))
      c2 = (product0 &>> half) ^ c3 ^ Words(repeating: UInt64(key.1))
      (c1, c3) = (product1, product0)
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
    return ((c0 & lowHalf) | (c1 &<< half), (c2 & lowHalf) | (c3 &<< half))
  }
}
