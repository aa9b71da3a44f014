import Arrays
import Testing

@Suite struct ArenaTests {
  @Test("Allocations are aligned to cache lines and never overlap")
  func aligned() {
    let arena = Arena(chunkBytes: 4096)
    var pieces: [(start: UnsafeMutablePointer<Float>, count: Int)] = []
    for count in [0, 1, 15, 16, 17, 1000, 1024, 5000, 1, 0, 3] {
      let start = arena.allocate(count)
      #expect(UInt(bitPattern: start) % 64 == 0)
      start.update(repeating: Float(pieces.count), count: count)
      pieces.append((start, count))
    }
    for (index, piece) in pieces.enumerated() {
      for offset in 0..<piece.count { #expect(piece.start[offset] == Float(index)) }
    }
  }

  @Test("Freed memory is reused, and earlier allocations are unchanged")
  func marks() {
    let arena = Arena(chunkBytes: 1024)
    let kept = arena.allocate(100)
    kept.update(repeating: 3, count: 100)
    let mark = arena.mark()
    let first = arena.allocate(1000)
    arena.reset(to: mark)
    #expect(arena.allocate(1000) == first)
    arena.reset(to: mark)
    arena.allocate(100).update(repeating: 4, count: 100)
    for offset in 0..<100 { #expect(kept[offset] == 3) }
    arena.reset()
    #expect(arena.allocate(100) == kept)
  }

  @Test("A second step allocates nothing: its addresses are those of the first")
  func steps() {
    let arena = Arena(chunkBytes: 4096)
    func step() -> [UnsafeMutablePointer<Float>] {
      arena.reset()
      return [10, 2000, 500, 600, 5000, 1].map { arena.allocate($0) }
    }
    let addresses = step()
    let peak = arena.peakBytes
    #expect(peak >= 4 * (10 + 2000 + 500 + 600 + 5000 + 1))
    #expect(step() == addresses)
    #expect(arena.peakBytes == peak)
  }
}
