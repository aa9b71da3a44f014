// The share of each class among texts, with an interval: the mean of its indicator by prediction-powered inference
// (PoweredMean.swift), and for rare classes the exact interval of a binomial share.
import Arrays
import Foundation

/// The shares of all classes.
package struct PoweredShares: Equatable, Sendable {
  /// [class] The shares, 0 to 1. They are estimated one by one and need not sum to exactly 1.
  package let shares: [PoweredMean]

  /// The shares among texts, a random part of which is labelled.
  ///
  /// - Parameters:
  ///   - labelled: labelled rows that no member was trained on, at least one, and all with the same classes.
  ///   - new: the moments of the forecasts for new rows, at least one, under the same temperature.
  ///   - level: how often each interval holds its share, between 0 and 1.
  package init(_ labelled: Outcomes, new: ForecastMoments, level: Double = 0.95) {
    precondition(labelled.count > 0 && new.count > 0, "\(labelled.count) labelled rows, \(new.count) new ones")
    let choices = labelled.mixture.choices
    precondition(choices == new.means.count, "\(choices) classes and \(new.means.count)")
    shares = (0..<choices).map { index in
      let forecasts = (0..<labelled.count).map { labelled.mixture.probabilities[$0 * choices + index] }
      let hits = labelled.labels.map { $0 == index ? 1.0 : 0 }
      return PoweredMean(share: PoweredEstimate(hits, forecasts, new, index), level: level)
    }
  }
}

extension PoweredMean {
  /// The share of a class, whose indicator has the mean `estimate`. Where too few labelled rows have the class, or lack it,
  /// for a nearly normal mean, the interval is that of the labels alone (Clopper and Pearson 1934).
  fileprivate init(share estimate: PoweredEstimate, level: Double) {
    let rows = estimate.labelled.count
    let count = Int((estimate.labelled.mean * Double(rows)).rounded())
    if min(count, rows - count) >= Self.fewestRows {
      let (share, half) = (estimate.value, inverseNormal((1 + level) / 2) * estimate.variance.squareRoot())
      self.init(
        value: min(1, max(0, share)), interval: min(1, max(0, share - half))...min(1, max(0, share + half)),
        basis: .labelsAndForecasts, weight: estimate.weight, effectiveRows: estimate.effectiveRows,
        rowsToHalve: estimate.rowsToHalve)
    } else {
      // The width falls with the root of the number of rows, or faster where no row has the class.
      self.init(
        value: estimate.labelled.mean, interval: BinomialBounds(successes: count, trials: rows).interval(1 - level),
        basis: .labels, weight: 0, effectiveRows: Double(rows), rowsToHalve: 3 * rows)
    }
  }
}
