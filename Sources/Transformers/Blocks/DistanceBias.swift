// What is added to the attention's scores by distance: a slope for each head (ALiBi, Press et al. 2021,
// arXiv:2108.12409), or a learned value for each head and bucket of distances (T5, Raffel et al. 2019,
// arXiv:1910.10683, section 2.1).
import Arrays
import Foundation

/// A bias by head and distance, the same in all blocks. A distance is the key's position less the query's.
enum DistanceBias: Sendable {
  /// [head] The score is lowered by slope times distance.
  case alibi(slopes: [Float])
  /// A table (buckets, heads).
  case buckets(table: Table, DistanceBuckets)

  /// The slopes of `heads` heads: powers of 2^(-8 / heads), where `heads` is a power of two. Otherwise, those of the next
  /// lower power of two, and then every second one of the next higher.
  ///
  /// - Parameter scale: of all slopes; that of the scores where the bias is added before they are scaled (Falcon).
  static func alibi(heads: Int, scale: Float = 1) -> DistanceBias {
    let lower = 1 << (Int.bitWidth - 1 - heads.leadingZeroBitCount)
    let slopes = (0..<heads).map { head in
      head < lower
        ? exp2(-8 * Float(head + 1) / Float(lower)) : exp2(-4 * Float(2 * (head - lower) + 1) / Float(lower))
    }
    return .alibi(slopes: slopes.map { $0 * scale })
  }

  /// The biases (heads, 2 longest - 1) of the distances from 1 - longest to longest - 1.
  func values(heads: Int, longest: Int, _ pass: Pass) -> Activations {
    let distances = Self.distances(longest)
    let values = pass.room(heads * distances.count)
    switch self {
    case .alibi(let slopes):
      for head in 0..<heads {
        for (index, distance) in distances.enumerated() {
          values[head * distances.count + index] = -slopes[head] * Float(abs(distance))
        }
      }
    case .buckets(let table, let buckets):
      let row = pass.room(heads)
      for (index, distance) in distances.enumerated() {
        table.copyRow(buckets.bucket(distance), width: heads, into: row, pass)
        for head in 0..<heads { values[head * distances.count + index] = row[head] }
      }
    }
    return values
  }

  /// Where the gradients of `values` are summed, starting from 0; nil where nothing is trained.
  func gradients(heads: Int, longest: Int, _ pass: Pass) -> Activations? {
    guard case .buckets(let table, _) = self, table.gradient(pass) != nil else { return nil }
    return pass.zeros(heads * Self.distances(longest).count)
  }

  /// Adds the table's gradient for the `gradients` of `values`.
  func backward(_ gradients: Activations, heads: Int, longest: Int, _ pass: Pass) {
    guard case .buckets(let table, let buckets) = self, let sums = table.gradient(pass) else { return }
    let distances = Self.distances(longest)
    for (index, bucket) in distances.map(buckets.bucket).enumerated() {
      for head in 0..<heads { sums[bucket * heads + head] += gradients[head * distances.count + index] }
    }
  }

  private static func distances(_ longest: Int) -> ClosedRange<Int> { 1 - longest...longest - 1 }
}

/// T5's buckets of distances, in both directions: half of them for keys that come later. In each half, the first half is
/// for one distance each, and the others grow with it.
package struct DistanceBuckets: Sendable {
  let count: Int
  let maximumDistance: Int

  /// - Parameters:
  ///   - count: of buckets.
  ///   - maximumDistance: from here on all distances have the last bucket.
  package init(count: Int, maximumDistance: Int) { (self.count, self.maximumDistance) = (count, maximumDistance) }

  /// The bucket of a distance: the key's position less the query's.
  package func bucket(_ distance: Int) -> Int {
    let half = count / 2
    let (exact, length) = (half / 2, abs(distance))
    let first = distance > 0 ? half : 0
    if length < exact { return first + length }
    // In Float as in transformers, since at powers of two the product is an integer.
    let share = log(Float(length) / Float(exact)) / Float(log(Double(maximumDistance) / Double(exact)))
    return first + min(exact + Int(share * Float(half - exact)), half - 1)
  }
}

extension Pass {
  /// Memory for `count` zeros, until the end of the layer.
  func zeros(_ count: Int) -> Activations {
    let result = room(count)
    result.update(repeating: 0, count: count)
    return result
  }
}
