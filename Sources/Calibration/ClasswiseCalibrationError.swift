// Calibration of every choice's probability, not only of the most probable one (Kull et al. 2019, arXiv:1910.12656,
// classwise-ECE; Nixon et al. 2019, arXiv:1904.01685, static calibration error).

/// The calibration error of each choice's probability over all examples with this choice, averaged over choices.
package struct ClasswiseCalibrationError: Statistic {
  /// One choice of one example.
  private struct Cell {
    let example: Int
    let bin: Int
    let probability: Double
    /// Its probability minus 1 if it is the label, otherwise its probability.
    let gap: Double
  }

  private let bins: Int
  /// [choice] Its cells.
  private let cells: [[Cell]]

  /// The number of examples.
  package let count: Int

  /// The error of `outcomes`, over equal-width, right-closed bins.
  package init(_ outcomes: Outcomes, bins: Int = 15) {
    let mixture = outcomes.mixture
    (self.bins, count) = (bins, outcomes.count)
    cells = (0..<mixture.choices).map { choice in
      (0..<mixture.count).filter { choice < mixture.choiceCounts[$0] }.map { example in
        let probability = mixture.probabilities[example * mixture.choices + choice]
        return Cell(
          example: example, bin: equalWidthBin(probability, of: bins), probability: probability,
          gap: probability - (outcomes.labels[example] == choice ? 1 : 0))
      }
    }
  }

  /// The bins of all choices. The choices count the same, however many examples have them.
  package var intervalRule: IntervalRule {
    let filled = cells.filter { !$0.isEmpty }
    let all = filled.flatMap { column -> [GapCells.Cell] in
      var bins = [GapCells.Cell](repeating: .init(), count: self.bins)
      let weight = Double(count) / Double(column.count)
      for cell in column {
        bins[cell.bin].sums.count += weight
        bins[cell.bin].sums.confidence += weight * cell.probability
        bins[cell.bin].sums.correct += weight * (cell.probability - cell.gap)
        bins[cell.bin].parts.append(.init(example: cell.example, share: weight, residual: -weight * cell.gap))
      }
      return bins
    }
    return .gaps(GapCells(all, norm: .expected, population: filled.reduce(0) { $0 + $1.count }, areCompared: false))
  }

  /// The mean over the choices that a weighted example has; complexity O(count * choices).
  package func score(weights: [Double]) -> Score {
    var (sum, choices) = (0.0, 0.0)
    var gaps = [Double](repeating: 0, count: bins)
    for column in cells {
      var mass = 0.0
      for bin in gaps.indices { gaps[bin] = 0 }
      for cell in column {
        mass += weights[cell.example]
        gaps[cell.bin] += weights[cell.example] * cell.gap
      }
      guard mass > 0 else { continue }
      sum += gaps.reduce(0) { $0 + abs($1) } / mass
      choices += 1
    }
    return .value(sum / choices)
  }
}
