// Whole vectors of random numbers. Element i is the same whether it is drawn alone, with its neighbours, or in any part
// of a vector: Philox's blocks are counted from the start of the stream, not of the call.
import Glibc

extension RandomStream {
  /// Words generated at a time; with the words read beyond them they fit into one kilobyte, the stack space that is
  /// free to use.
  private static let batch = 192

  /// `count` numbers, uniform on [0, 1) with 24 bits, the elements from `index` on: `uniform(index)`, ...
  package func uniforms(into target: UnsafeMutablePointer<Float>, count: Int, from index: Int = 0) {
    forEachBatch(from: index, count: count) { words, done, count in
      for offset in 0..<count { target[done &+ offset] = Float(Int32(bitPattern: words[offset] &>> 8)) * 0x1p-24 }
    }
  }

  /// `count` standard normal numbers, the elements from `index` on (Box and Muller 1958): two words of the stream give
  /// two numbers.
  package func normals(into target: UnsafeMutablePointer<Float>, count: Int, from index: Int = 0) {
    forEachBatch(from: index & ~1, count: count + (index & 1)) { words, done, count in
      // Pairs that begin before `index` or end after the last element are generated whole and stored in part.
      withUnsafeTemporaryAllocation(of: Float.self, capacity: Self.batch) { normals in
        let normals = normals.baseAddress!
        var offset = 0
        while offset < count {
          boxMuller(words + offset, into: normals + offset)
          offset &+= 32
        }
        let skipped = done == 0 ? index & 1 : 0
        (target + (done - (index & 1) + skipped)).update(from: normals + skipped, count: count - skipped)
      }
    }
  }

  /// Calls `body` with the words of the elements index..<index + count in order, some at a time: the words, how many
  /// elements came before them, and how many words to use; it may read 31 more.
  @inline(__always)
  func forEachBatch(
    from index: Int, count: Int, _ body: (_ words: UnsafePointer<UInt32>, _ done: Int, _ count: Int) -> Void
  ) {
    precondition(index >= 0, "element \(index)")
    withUnsafeTemporaryAllocation(of: UInt32.self, capacity: Self.batch + 64) { buffer in
      let words = buffer.baseAddress!
      var done = 0
      while done < count {
        let first = index + done
        let skipped = first & 3
        let taken = min(count - done, Self.batch - skipped)
        fill(words, block: UInt64(first >> 2), blocks: (skipped + taken + 3) >> 2)
        body(UnsafePointer(words + skipped), done, taken)
        done += taken
      }
    }
  }
}

/// 32 normal numbers from 32 words: with the words' u in (0, 1] and angle a, √(-2 ln u) cos a and √(-2 ln u) sin a.
@inline(__always)
private func boxMuller(_ words: UnsafePointer<UInt32>, into normals: UnsafeMutablePointer<Float>) {
  let pairs = UnsafeRawPointer(words).loadUnaligned(as: SIMD32<UInt32>.self)
  let (first, second) = (pairs.evenHalf, pairs.oddHalf)
  // (word + 1/2) / 2^32 at full Float precision also near 0, where the far tail comes from.
  let upper = floats(unsafeBitCast(first &>> Bits(repeating: 16), to: SIMD16<Int32>.self))
  let lower = floats(unsafeBitCast(first & Bits(repeating: 0xFFFF), to: SIMD16<Int32>.self))
  let u = (lower + all(0.5)).addingProduct(upper, all(65536)) * all(0x1p-32)
  let radius = (all(-2) * logarithm(u)).squareRoot()
  let (sine, cosine) = sineAndCosine(turns: second)
  var result = SIMD32<Float>()
  result.evenHalf = radius * cosine
  result.oddHalf = radius * sine
  UnsafeMutableRawPointer(normals).storeBytes(of: result, as: SIMD32<Float>.self)
}

extension Reference {
  /// The `index`-th normal number of a stream, in Double.
  package static func normal(_ stream: RandomStream, _ index: Int) -> Double {
    let u = (Double(stream.word(index & ~1)) + 0.5) * 0x1p-32
    let angle = Double(stream.word(index | 1)) * 0x1p-32 * 2 * Double.pi
    return (-2 * log(u)).squareRoot() * (index & 1 == 0 ? cos(angle) : sin(angle))
  }
}
