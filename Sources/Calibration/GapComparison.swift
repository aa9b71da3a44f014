// Whether two methods on the same examples are equally well calibrated. The errors themselves cannot be compared: noise
// makes both larger, by amounts that depend on how their confidences are spread, and resampling does so twice. So their
// squares are compared: Σ w gap² minus its noise is unbiased (Kumar et al. 2019), also for a difference, and its variance
// is known. How often the test fires where it should not, and where it should: results/calibration.md.

/// The paired test of two methods' squared gaps.
struct GapComparison {
  /// The difference of the unbiased Σ w gap², first minus second, in units of its standard deviation.
  let z: Double

  /// - Parameter clusters: [example] the index of the cluster of dependent examples that it belongs to.
  ///
  /// With x the gaps as shares of all examples, of both methods, S their covariance and D = diag(± 1 / w), the difference
  /// is xᵀ D x - tr D S, and the variance of this quadratic form of a Gaussian is 4 μᵀ D S D μ + 2 tr D S D S. The first
  /// term is estimated by 4 xᵀ D S D x - 4 tr D S D S, but not below 0.
  init(_ first: GapCells, minus second: GapCells, clusters: [Int]) {
    let (one, other) = (Side(first, clusters), Side(second, clusters))
    var covariance = [Double](repeating: 0, count: one.cells * other.cells)
    var linear = 0.0
    for cluster in 0..<(one.cells == 0 ? 0 : one.deviations.count / one.cells) {
      let (own, others) = (one.deviations(of: cluster), other.deviations(of: cluster))
      var slope = 0.0
      for (cell, deviation) in others.enumerated() where deviation != 0 { slope -= other.gaps[cell] * deviation }
      for (cell, deviation) in own.enumerated() where deviation != 0 {
        slope += one.gaps[cell] * deviation
        for (index, value) in others.enumerated() { covariance[cell * other.cells + index] += deviation * value }
      }
      linear += slope * slope
    }
    let between = covariance.indices.reduce(0) { sum, index in
      let (cell, second) = index.quotientAndRemainder(dividingBy: other.cells)
      return sum + covariance[index] * covariance[index] / one.weights[cell] / other.weights[second]
    }
    let trace = one.trace + other.trace - 2 * between
    let variance = max(4 * linear - 2 * trace, 2 * trace)
    z = variance > 0 ? (one.square - other.square) / variance.squareRoot() : 0
  }

  /// One method. Cells with a single example have no known noise, and are left out.
  private struct Side {
    /// [cell] The share of the examples.
    private(set) var weights: [Double] = []
    /// [cell] accuracy - confidence.
    private(set) var gaps: [Double] = []
    /// [cluster, cell] The sum of what its examples have beyond the gap, as a share of all examples.
    private(set) var deviations: [Double] = []
    /// Σ w gap² without the noise.
    private(set) var square = 0.0
    /// tr D S D S within the method, where cells share no example.
    private(set) var trace = 0.0

    var cells: Int { weights.count }
    func deviations(of cluster: Int) -> ArraySlice<Double> { deviations[cluster * cells..<(cluster + 1) * cells] }

    init(_ all: GapCells, _ clusters: [Int]) {
      let total = all.cells.reduce(0) { $0 + $1.sums.count }
      let known = all.cells.filter { $0.parts.count > 1 }
      weights = known.map { $0.sums.count / total }
      gaps = known.map { ($0.sums.correct - $0.sums.confidence) / $0.sums.count }
      deviations = [Double](repeating: 0, count: ((clusters.max() ?? -1) + 1) * known.count)
      for (index, cell) in known.enumerated() {
        let size = Double(cell.parts.count)
        let scale = (size / (size - 1)).squareRoot() / total
        for part in cell.parts {
          deviations[clusters[part.example] * known.count + index] += scale * (part.residual - part.share * gaps[index])
        }
        let variance = stride(from: index, to: deviations.count, by: known.count).reduce(0) {
          $0 + deviations[$1] * deviations[$1]
        }
        square += weights[index] * gaps[index] * gaps[index] - variance / weights[index]
        trace += variance * variance / weights[index] / weights[index]
      }
    }
  }
}
