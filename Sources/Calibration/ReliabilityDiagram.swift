// The table behind a reliability diagram (DeGroot and Fienberg 1983; Niculescu-Mizil and Caruana 2005): accuracy
// against confidence, bin by bin, with the counts that are needed to judge the gaps.

/// Confidence and accuracy over bins.
package struct ReliabilityDiagram: Equatable, Sendable {
  /// One bin; an empty one has a count of 0 and neither confidence nor accuracy.
  package struct Bin: Equatable, Sendable {
    /// Confidences in the bin are above this (the first bin also holds 0).
    package let lower: Double
    /// ... and at most this.
    package let upper: Double
    /// The number of examples in it.
    package let count: Int
    /// Their mean confidence; nil if there are none.
    package let confidence: Double?
    /// The share of right answers; nil if there are none.
    package let accuracy: Double?
  }

  /// The bins, lowest confidences first.
  package let bins: [Bin]

  /// The diagram of `outcomes` over equal-width bins.
  package init(_ outcomes: Outcomes, bins: Int = 15) {
    let error = CalibrationError(outcomes, binning: .equalWidth(bins), norm: .expected)
    let sums = error.sums([Double](repeating: 1, count: outcomes.count))
    self.bins = sums.enumerated().map { index, sum in
      Bin(
        lower: Double(index) / Double(bins), upper: Double(index + 1) / Double(bins), count: Int(sum.count),
        confidence: sum.count > 0 ? sum.confidence / sum.count : nil,
        accuracy: sum.count > 0 ? sum.correct / sum.count : nil)
    }
  }
}
