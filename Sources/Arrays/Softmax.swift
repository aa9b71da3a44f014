// The softmax of attention weights, in place, over rows of any length. A causal caller passes the number of visible
// positions.
import Glibc

/// What the softmax of a row x has found: the weights are exp(shift + scale x) share.
package struct SoftmaxNormalization {
  let (shift, share): (Float, Float)
}

/// p = softmax(scale x) of one row (count), in place.
///
/// - Precondition: count > 0 and scale > 0. A row with a NaN, or only of minus infinity, becomes NaN throughout.
@discardableResult
package func softmax(
  _ row: UnsafeMutablePointer<Float>, count: Int, scale: Float = 1
) -> SoftmaxNormalization {
  precondition(count > 0 && scale > 0, "softmax of \(count) numbers, scale \(scale)")
  if count < 16 { return softmaxOfFew(row, count: count, scale: scale) }
  // The last sixteen overlap those before them and are processed first, so that no row needs a slow partial range.
  let last = LaneRange(count &- 16)
  let whole = count & ~15
  var highest = load(row, last)
  var offset = 0
  while offset &+ 16 <= count {
    highest = greater(highest, load(row, LaneRange(offset)))
    offset &+= 16
  }
  let normalizedShift = -greatest(highest) * scale
  let (shift, factor) = (all(normalizedShift), all(scale))
  // Not `__always`, which the compiler ignores for a function of this size.
  @inline(always) func weights(_ range: LaneRange) -> Lanes {
    boundedExponential(shift.addingProduct(load(row, range), factor))
  }
  let lastWeights = weights(last)
  // Of the last sixteen, count only those that the loop does not reach.
  var sum = lastWeights.replacing(with: Lanes(), where: .!lanes(from: 16 &- (count &- whole)))
  offset = 0
  while offset < whole {
    let e = weights(LaneRange(offset))
    sum += e
    store(e, row, LaneRange(offset))
    offset &+= 16
  }
  let normalization = SoftmaxNormalization(shift: normalizedShift, share: 1 / total(sum))
  let share = all(normalization.share)
  offset = 0
  while offset < whole {
    store(load(row, LaneRange(offset)) * share, row, LaneRange(offset))
    offset &+= 16
  }
  store(lastWeights * share, row, last)
  return normalization
}

/// The softmax of a row (count) for which `softmax` has returned `normalization`, in place: the same bits in one pass over
/// the row, without its maximum and its sum.
package func repeatSoftmax(
  _ row: UnsafeMutablePointer<Float>, count: Int, scale: Float = 1, _ normalization: SoftmaxNormalization
) {
  let (shift, factor, share) = (all(normalization.shift), all(scale), all(normalization.share))
  @inline(__always) func weights(_ range: LaneRange) -> Lanes {
    boundedExponential(shift.addingProduct(load(row, range), factor)) * share
  }
  let last = count < 16 ? LaneRange(0, count) : LaneRange(count &- 16)
  let lastWeights = weights(last)
  var offset = 0
  while offset &+ 16 <= count {
    store(weights(LaneRange(offset)), row, LaneRange(offset))
    offset &+= 16
  }
  store(lastWeights, row, last)
}

/// dx = scale p (dp - Σ p dp) of one row (count): `gradient` is dp on entry and dx on return, `weights` is p.
package func softmaxBackward(
  _ gradient: UnsafeMutablePointer<Float>, weights: UnsafePointer<Float>, count: Int, scale: Float = 1
) {
  @inline(__always) func product(_ sum: inout Lanes, _ at: LaneRange) {
    sum = sum.addingProduct(load(weights, at), load(gradient, at))
  }
  let mean = all(sumOverLaneRanges(count, product))
  let factor = all(scale)
  @inline(__always) func lanes(_ at: LaneRange) {
    store(load(weights, at) * factor * (load(gradient, at) - mean), gradient, at)
  }
  forEachLaneRange(count, lanes)
}

private func softmaxOfFew(
  _ row: UnsafeMutablePointer<Float>, count: Int, scale: Float
) -> SoftmaxNormalization {
  let range = LaneRange(0, count)
  let x = load(row, range)
  let highest = greatest(x.replacing(with: all(-.infinity), where: lanes(from: count)))
  let shift = -highest * scale
  let e = masked(boundedExponential(all(shift).addingProduct(x, all(scale))), range)
  let share = 1 / total(e)
  store(e * all(share), row, range)
  return SoftmaxNormalization(shift: shift, share: share)
}

extension Reference {
  /// `softmax` of a row.
  package static func softmax(_ row: [Float], scale: Float = 1) -> [Double] {
    let x = row.map { Double($0) * Double(scale) }
    let highest = x.max() ?? 0
    let e = x.map { exp($0 - highest) }
    let sum = e.reduce(0, +)
    return e.map { $0 / sum }
  }

  /// `softmaxBackward` of a row.
  package static func softmaxBackward(_ gradient: [Float], weights: [Float], scale: Float = 1) -> [Double] {
    let mean = zip(gradient, weights).reduce(0.0) { $0 + Double($1.0) * Double($1.1) }
    return zip(gradient, weights).map { Double(scale) * Double($1) * (Double($0) - mean) }
  }
}
