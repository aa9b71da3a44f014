// Distributions over a vocabulary: rows of tens of thousands of values, for which scalar code would take as long as a small
// network does for a token.
import Glibc

/// The largest value of one row (count); minus infinity for an empty row.
package func maximum(_ x: UnsafePointer<Float>, count: Int) -> Float {
  var top = all(-.infinity)
  @inline(__always) func highest(_ at: LaneRange) {
    // The zero padding of a partial lane range must not be taken as the maximum.
    top = greater(top, load(x, at).replacing(with: all(-.infinity), where: lanes(from: at.count)))
  }
  forEachLaneRange(count, highest)
  return greatest(top)
}

/// y = exp(scale (x - shift)) of one row (count); y may be x.
package func exponentials(
  _ x: UnsafePointer<Float>, shift: Float, scale: Float = 1, into y: UnsafeMutablePointer<Float>, count: Int
) {
  let (shift, factor) = (all(shift), all(scale))
  @inline(__always) func lanes(_ at: LaneRange) { store(exponential((load(x, at) - shift) * factor), y, at) }
  forEachLaneRange(count, lanes)
}

/// y = log softmax(x) of one row (count), within 2e-7 of its value. A row with a NaN becomes NaN.
package func logSoftmaxOfVocabulary(
  _ x: UnsafePointer<Float>, into y: UnsafeMutablePointer<Float>, count: Int
) {
  let top = maximum(x, count: count)
  exponentials(x, shift: top, into: y, count: count)
  let (shift, excess) = (all(top), all(Float(log(sum(y, count: count)))))
  @inline(__always) func lanes(_ at: LaneRange) { store(load(x, at) - shift - excess, y, at) }
  forEachLaneRange(count, lanes)
}

/// The entropy -Σ p log p in nats of the log-probabilities x (count), summed in Double.
package func entropyOfVocabulary(_ x: UnsafePointer<Float>, count: Int) -> Double {
  var (low, high) = (SIMD8<Double>(), SIMD8<Double>())
  @inline(__always) func lanes(_ at: LaneRange) {
    let logarithms = load(x, at)
    let terms = exponential(logarithms) * logarithms
    low -= SIMD8<Double>(terms.lowHalf)
    high -= SIMD8<Double>(terms.highHalf)
  }
  forEachLaneRange(count, lanes)
  return (low + high).sum()
}

/// y = the logarithm of the mean of exp x over several rows (count) of log-probabilities. Equal rows give themselves, bit
/// for bit.
package func logMeanExp(_ rows: [UnsafePointer<Float>], into y: UnsafeMutablePointer<Float>, count: Int) {
  let number = all(Float(rows.count))
  @inline(__always) func lanes(_ at: LaneRange) {
    var top = load(rows[0], at)
    for row in rows.dropFirst() { top = greater(top, load(row, at)) }
    var sum = Lanes()
    for row in rows { sum += exponential(load(row, at) - top) }
    store(top + logarithm(sum / number), y, at)
  }
  forEachLaneRange(count, lanes)
}
