// Counter-based random numbers: Philox4x32-10 (Salmon et al. 2011, "Parallel random numbers: as easy as 1, 2, 3"). A
// number is a function of (seed, purpose, place, index), so no thread, batch size or interruption changes it.

/// A stream of random numbers with direct access to every element.
package struct RandomStream: Sendable {
  /// What the numbers are used for; streams with different purposes never share a number.
  package enum Purpose: UInt32, Sendable {
    case initialization = 1
    case order = 2
    case dropout = 3
    case diagonalNoise = 4
    case lowRankNoise = 5
    case split = 6
    case subsample = 7
    case corruption = 8
    case bootstrap = 9
    case questions = 10
    case test = 11
    case logitNoise = 13
    case conformal = 14
    case calibrationGaps = 15
    case partition = 16
    case basis = 20
    case perturbation = 21
    case signs = 22
    case prior = 23
    case hamiltonian = 24
    case mask = 25
    case gate = 31
    case missingAdapters = 32
    case submodels = 33
    case generation = 41
    case probe = 51
  }

  /// Philox's key.
  @usableFromInline let key: SIMD2<UInt32>
  /// The upper half of Philox's counter.
  @usableFromInline let place: SIMD2<UInt32>

  /// The stream of a seed and a purpose; `place` distinguishes members, samples, layers, rows, ...
  package init(seed: UInt64, purpose: Purpose, place: (UInt32, UInt32) = (0, 0)) {
    key = SIMD2(
      UInt32(truncatingIfNeeded: seed), UInt32(truncatingIfNeeded: seed >> 32) ^ (purpose.rawValue &* 0x9E37_79B9))
    self.place = SIMD2(place.0, place.1)
  }

  /// Four independent 32-bit words, the `block`-th of the stream.
  @inlinable @inline(__always)
  package func words(block: UInt64) -> SIMD4<UInt32> {
    var (c0, c1) = (UInt32(truncatingIfNeeded: block), UInt32(truncatingIfNeeded: block >> 32))
    var (c2, c3) = (placeX, placeY)
    var (k0, k1) = (keyX, keyY)
    for _ in 0..<10 {
      let (p0, p1) = (UInt64(c0) &* 0xD251_1F53, UInt64(c2) &* 0xCD9E_8D57)
      (c0, c1, c2, c3) = (
        UInt32(truncatingIfNeeded: p1 >> 32) ^ c1 ^ k0, UInt32(truncatingIfNeeded: p1),
        UInt32(truncatingIfNeeded: p0 >> 32) ^ c3 ^ k1, UInt32(truncatingIfNeeded: p0)
      )
      (k0, k1) = (k0 &+ 0x9E37_79B9, k1 &+ 0xBB67_AE85)
    }
    return SIMD4(c0, c1, c2, c3)
  }

  @usableFromInline var keyX: UInt32 { key.x }
  @usableFromInline var keyY: UInt32 { key.y }
  @usableFromInline var placeX: UInt32 { place.x }
  @usableFromInline var placeY: UInt32 { place.y }

  /// The `index`-th word of the stream.
  package func word(_ index: Int) -> UInt32 { words(block: UInt64(index >> 2))[index & 3] }

  /// The `index`-th number, uniform on [0, 1) with 24 bits.
  package func uniform(_ index: Int) -> Float { Float(word(index) >> 8) * 0x1p-24 }

  /// A number for the `block`-th four words, uniform on [0, 1) with 53 bits.
  package func preciseUniform(block: Int) -> Double {
    let words = words(block: UInt64(block))
    return Double((UInt64(words.x) << 32 | UInt64(words.y)) >> 11) * 0x1p-53
  }

  /// An unbiased integer below `bound` (rejection sampling among words of its own block range).
  package func integer(_ index: Int, below bound: Int) -> Int {
    precondition(bound > 0 && bound <= Int(UInt32.max), "bound \(bound)")
    let range = UInt64(bound)
    let limit = (UInt64(1) << 32) / range * range
    for attempt in 0..<UInt64(64) {
      let word = words(block: UInt64(index) | (attempt + 1) << 40).x
      if UInt64(word) < limit { return Int(UInt64(word) % range) }
    }
    return Int(UInt64(words(block: UInt64(index)).y) % range)
  }

  /// A random permutation of 0..<count (Fisher and Yates).
  package func permutation(_ count: Int) -> [Int] {
    var order = Array(0..<count)
    for last in stride(from: count - 1, to: 0, by: -1) { order.swapAt(last, integer(last, below: last + 1)) }
    return order
  }
}
