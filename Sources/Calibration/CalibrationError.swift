// The gap between confidence and accuracy over bins: ECE (Naeini et al. 2015; Guo et al. 2017, arXiv:1706.04599), its
// maximum and its root mean square. The accuracy of a bin is compared with the mean confidence in it, never with the
// bin's midpoint; empty bins do not count.

/// The calibration error of the most probable choice.
package struct CalibrationError: Statistic {
  /// How the gaps of the bins are reduced to one value.
  package enum Norm: Sendable {
    /// The mean of |accuracy - confidence|, weighted by the bins' counts: ECE.
    case expected
    /// The largest gap of any bin that has an example: MCE.
    case maximum
    /// The square root of the weighted mean of the squared gap.
    case rootMeanSquare
  }

  let confidences: [Double]
  let correct: [Double]
  let norm: Norm
  let binning: Binning
  private let assignment: Assignment

  private enum Assignment: Sendable {
    case fixed([Int])
    case ranked(RankOrder)
  }

  /// The calibration error of `outcomes`, with this binning and norm.
  package init(_ outcomes: Outcomes, binning: Binning, norm: Norm) {
    self.init(confidences: outcomes.confidences, correct: outcomes.correct, binning: binning, norm: norm)
  }

  /// The calibration error of confidences; `correct` is 1 for a right answer and 0 for a wrong one.
  package init(confidences: [Double], correct: [Double], binning: Binning, norm: Norm) {
    precondition(confidences.count == correct.count && binning.count > 0, "\(confidences.count), \(binning.count) bins")
    (self.confidences, self.correct, self.binning, self.norm) = (confidences, correct, binning, norm)
    switch binning {
    case .equalWidth(let bins): assignment = .fixed(confidences.map { equalWidthBin($0, of: bins) })
    case .equalMass: assignment = .ranked(RankOrder(descending: confidences))
    }
  }

  /// The number of examples.
  package var count: Int { confidences.count }

  /// The norm over the bins of the weighted examples; complexity O(count).
  package func score(weights: [Double]) -> Score { .value(norm.value(sums(weights).filter { $0.count > 0 })) }

  /// The sums of a bin.
  struct Sums {
    var count = 0.0
    var confidence = 0.0
    var correct = 0.0
  }

  /// The sums of every bin, lowest confidences first.
  func sums(_ weights: [Double]) -> [Sums] {
    var sums = [Sums](repeating: Sums(), count: binning.count)
    forEachPart(weights) { example, bin, share in
      sums[bin].count += share
      sums[bin].confidence += share * confidences[example]
      sums[bin].correct += share * correct[example]
    }
    return sums
  }

  /// Calls `body` with each weighted example and its bin; `share` is its weight, or the part of it that is in this bin.
  func forEachPart(_ weights: [Double], _ body: (_ example: Int, _ bin: Int, _ share: Double) -> Void) {
    switch assignment {
    case .fixed(let bins): for (example, bin) in bins.enumerated() { body(example, bin, weights[example]) }
    case .ranked(let ranks): forEachPartOfEqualMass(ranks, weights, body)
    }
  }

  /// Fills bins of nearly equal mass from the lowest confidence upwards. A block of equal confidences across an edge is
  /// split in proportion, which equals the mean over all orders of its examples.
  private func forEachPartOfEqualMass(
    _ ranks: RankOrder, _ weights: [Double], _ body: (_ example: Int, _ bin: Int, _ share: Double) -> Void
  ) {
    let (size, longer) = Int(weights.reduce(0, +)).quotientAndRemainder(dividingBy: binning.count)
    func room(_ bin: Int) -> Double { Double(size + (bin < longer ? 1 : 0)) }
    var (bin, filled) = (0, 0.0)
    for block in ranks.blocks.indices.dropLast().reversed() {
      let members = ranks.order[ranks.blocks[block]..<ranks.blocks[block + 1]]
      let mass = members.reduce(0) { $0 + weights[$1] }
      var left = mass
      while left > 0 {
        while filled >= room(bin) { (bin, filled) = (bin + 1, 0) }
        let part = min(left, room(bin) - filled)
        for example in members where weights[example] > 0 { body(example, bin, weights[example] * (part / mass)) }
        filled += part
        left -= part
      }
    }
  }
}

extension CalibrationError.Norm {
  /// The value of bins that have examples.
  func value(_ bins: [CalibrationError.Sums]) -> Double {
    let total = bins.reduce(0) { $0 + $1.count }
    switch self {
    case .expected: return bins.reduce(0) { $0 + abs($1.correct - $1.confidence) } / total
    case .maximum: return bins.reduce(0) { max($0, abs($1.correct - $1.confidence) / $1.count) }
    case .rootMeanSquare:
      let squares = bins.reduce(0) { sum, bin in
        let gap = bin.correct - bin.confidence
        return sum + gap * gap / bin.count
      }
      return (squares / total).squareRoot()
    }
  }
}
