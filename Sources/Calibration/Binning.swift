// Which bin a confidence belongs to. Equal width: ((b-1)/B, b/B], right-closed, so that 1 needs no bin of its own and
// 0.2 of five bins is in the first. Equal mass: the sorted confidences in B nearly equal shares.

/// A way to sort confidences into bins.
package enum Binning: Equatable, Sendable {
  /// This many bins of the same width on (0, 1]; 0 joins the first.
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

/// The equally wide, right-closed bin of `confidence`, 0 for the first.
///
/// The product c * B is rounded and may fall on the wrong side of an edge; the comparison with the edge itself decides.
func equalWidthBin(_ confidence: Double, of bins: Int) -> Int {
  var bin = min(max(Int((confidence * Double(bins)).rounded(.up)) - 1, 0), bins - 1)
  while bin > 0 && confidence <= Double(bin) / Double(bins) { bin -= 1 }
  while bin < bins - 1 && confidence > Double(bin + 1) / Double(bins) { bin += 1 }
  return bin
}

/// Examples in the order of a key, and where equal keys form a block: what makes a rank statistic blind to row order.
struct RankOrder: Sendable {
  /// Example indices by falling key.
  let order: [Int]
  /// Where each block of equal keys begins in `order`, and the end.
  let blocks: [Int]

  init(descending keys: [Double]) {
    let order = keys.indices.sorted { (keys[$0], $1) > (keys[$1], $0) }
    blocks = order.indices.filter { $0 == 0 || keys[order[$0]] != keys[order[$0 - 1]] } + [order.count]
    self.order = order
  }
}
