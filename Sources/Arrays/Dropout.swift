// Dropout (Srivastava et al. 2014) with a mask that is never stored: the backward pass draws it again.

/// y = x / keep if the stream's uniform number is below keep, else 0: x (count) to y (count), which may be x.
///
/// The random number for x[i] is `stream.uniform(index + i)`, so a mask does not depend on how a vector is split.
package func applyDropout(
  _ x: UnsafePointer<Float>, into y: UnsafeMutablePointer<Float>, count: Int, keepProbability: Float,
  stream: RandomStream, from index: Int = 0
) {
  precondition(keepProbability > 0 && keepProbability <= 1, "a keep probability of \(keepProbability)")
  // u < keep, as integers of 24 bits.
  let threshold = SIMD16<Int32>(repeating: Int32((Double(keepProbability) * 0x1p24).rounded(.up)))
  let factor = all(1 / keepProbability)
  stream.forEachBatch(from: index, count: count) { words, done, count in
    @inline(__always) func lanes(_ at: LaneRange) {
      let word = UnsafeRawPointer(words + at.offset).loadUnaligned(as: Bits.self)
      let uniform = unsafeBitCast(word &>> Bits(repeating: 8), to: SIMD16<Int32>.self)
      store(Lanes().replacing(with: load(x + done, at) * factor, where: uniform .< threshold), y + done, at)
    }
    forEachLaneRange(count, lanes)
  }
}
