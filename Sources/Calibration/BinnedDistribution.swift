// A predicted distribution of a number, given by the probabilities of adjacent bins. It is uniform inside each bin, so its
// cumulative distribution function is piecewise linear, and everything below has a closed form.

/// The distribution of a number over bins.
package struct BinnedDistribution: Equatable, Sendable {
  /// [bin + 1] The edges of the bins in ascending order, in the unit of the number.
  package let edges: [Double]
  /// [bin + 1] The probability of a number below each edge: 0 at the first one, 1 at the last one.
  private let cumulative: [Double]

  /// The distribution with `probabilities` of the bins between `edges`, which must be ascending.
  package init(edges: [Double], probabilities: some Collection<Double>) {
    precondition(edges.count == probabilities.count + 1, "\(edges.count) edges of \(probabilities.count) bins")
    let sums = probabilities.reduce(into: [0.0]) { $0.append($0[$0.count - 1] + $1) }
    // The sum of all may differ from 1 by rounding.
    cumulative = sums.map { $0 / sums[sums.count - 1] }
    self.edges = edges
  }

  /// The expected number.
  package var mean: Double { moment { ($0 + $1) / 2 } }

  /// The standard deviation of the number.
  package var deviation: Double {
    let mean = mean
    // The mean square of a uniform number between two edges.
    return moment { left, right in Self.meanSquare(left - mean, right - mean) }.squareRoot()
  }

  /// The number below which the distribution has the probability `share`, between 0 and 1.
  package func quantile(_ share: Double) -> Double {
    precondition(share > 0 && share < 1, "share \(share)")
    let bin = cumulative.firstIndex { $0 >= share }! - 1
    let part = (share - cumulative[bin]) / (cumulative[bin + 1] - cumulative[bin])
    return edges[bin] + part * (edges[bin + 1] - edges[bin])
  }

  /// The ends of the central interval with the probability `level`, between 0 and 1.
  package func interval(_ level: Double) -> ClosedRange<Double> {
    quantile((1 - level) / 2)...quantile((1 + level) / 2)
  }

  /// The continuous ranked probability score ∫ (F(x) - 1{x >= y})² dx, where F is the cumulative distribution function
  /// and y the right number (Gneiting and Raftery 2007, eq. 20), in the unit of the number.
  ///
  /// The number may lie outside the bins, where F is 0 or 1.
  package func rankedProbabilityScore(of number: Double) -> Double {
    let inside = min(max(number, edges[0]), edges[edges.count - 1])
    return cumulative.indices.dropLast().reduce(abs(number - inside)) { score, bin in
      let (left, right, below, above) = (edges[bin], edges[bin + 1], cumulative[bin], cumulative[bin + 1])
      let split = min(max(inside, left), right)
      let middle = below + (above - below) * (split - left) / (right - left)
      return score + (split - left) * Self.meanSquare(below, middle)
        + (right - split) * Self.meanSquare(1 - middle, 1 - above)
    }
  }

  /// The expectation of what has the mean `value(left, right)` in the bin between two edges.
  private func moment(_ value: (_ left: Double, _ right: Double) -> Double) -> Double {
    cumulative.indices.dropLast().reduce(0) {
      $0 + (cumulative[$1 + 1] - cumulative[$1]) * value(edges[$1], edges[$1 + 1])
    }
  }

  /// The mean of x² where x is uniform between `a` and `b`.
  private static func meanSquare(_ a: Double, _ b: Double) -> Double { (a * a + a * b + b * b) / 3 }
}

extension Mixture {
  /// [example] The distributions of a number whose bins are the choices.
  ///
  /// - Parameter edges: [choice + 1] The edges of the bins. All examples must have all choices.
  package func binned(_ edges: [Double]) -> [BinnedDistribution] {
    (0..<count).map { BinnedDistribution(edges: edges, probabilities: probabilities[row($0)]) }
  }
}
