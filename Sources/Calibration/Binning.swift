// Assignment of confidences to bins. Equal width: ((b-1)/B, b/B], right-closed, so that 1 needs no bin of its own and
// 0.2 of five bins is in the first. Equal mass: the sorted confidences in B nearly equal shares.

/// A rule that assigns confidences to bins.
package enum Binning: Equatable, Sendable {
  /// This many bins of equal width on (0, 1]; 0 belongs to the first.
  case equalWidth(Int)
  /// This many bins of nearly the same number of examples: N/B each, the first N mod B of them one more.
  case equalMass(Int)

  /// The number of bins.
  package var count: Int {
    switch self {
    case .equalWidth(let count), .equalMass(let count): count
    }
  }
}

/// The index of the equal-width, right-closed bin of `confidence`, 0 for the first.
///
/// Rounding of the product c * B can put it on the wrong side of an edge; comparing with the edge itself decides.
func equalWidthBin(_ confidence: Double, of bins: Int) -> Int {
  var bin = min(max(Int((confidence * Double(bins)).rounded(.up)) - 1, 0), bins - 1)
  while bin > 0 && confidence <= Double(bin) / Double(bins) { bin -= 1 }
  while bin < bins - 1 && confidence > Double(bin + 1) / Double(bins) { bin += 1 }
  return bin
}

/// Examples sorted by a key, with blocks of equal keys: so a rank statistic cannot depend on the order of rows.
struct RankOrder: Sendable {
  /// Example indices by decreasing key.
  let order: [Int]
  /// The offset of each block of equal keys in `order`, and the end.
  let blocks: [Int]

  init(descending keys: [Double]) {
    let order = keys.indices.sorted { (keys[$0], $1) > (keys[$1], $0) }
    blocks = order.indices.filter { $0 == 0 || keys[order[$0]] != keys[order[$0 - 1]] } + [order.count]
    self.order = order
  }
}
