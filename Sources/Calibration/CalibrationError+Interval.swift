// What the intervals of a calibration error are computed from, and the error that noise alone would make.

extension CalibrationError {
  /// That of the true error; none for the maximum over bins, whose distribution single examples decide.
  package var intervalRule: IntervalRule {
    if case .maximum = norm { return .none }
    return .gaps(cells)
  }

  /// The bins with their examples.
  var cells: GapCells {
    var cells = [GapCells.Cell](repeating: .init(), count: binning.count)
    forEachPart([Double](repeating: 1, count: count)) { example, bin, share in
      cells[bin].parts.append(
        .init(example: example, share: share, residual: share * (correct[example] - confidences[example])))
    }
    for (bin, sums) in sums([Double](repeating: 1, count: count)).enumerated() { cells[bin].sums = sums }
    return GapCells(cells, norm: norm, population: count, areCompared: true)
  }
}

/// The calibration error that a perfectly calibrated method with the same confidences would show. Its interval is the
/// null band: 95 of 100 such methods are in it (the consistency band of Bröcker and Smith 2007).
package struct CalibrationNull: Statistic {
  private let error: CalibrationError
  /// Of the method whose calibration error is `error`.
  package init(_ error: CalibrationError) { self.error = error }

  /// The number of examples.
  package var count: Int { error.count }
  package var intervalRule: IntervalRule { .nullBand(error.cells) }

  /// The mean over such methods: Σ √(2/π) √(share c (1 - c) / n) over the bins, with their mean confidence c.
  package func score(weights: [Double]) -> Score {
    let bins = error.sums(weights).filter { $0.count > 0 }
    let total = bins.reduce(0) { $0 + $1.count }
    return .value(
      bins.reduce(0) { sum, bin in
        let confidence = bin.confidence / bin.count
        return sum + (2 / Double.pi * bin.count * confidence * (1 - confidence)).squareRoot() / total
      })
  }
}
