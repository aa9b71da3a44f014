// Detection of shifted examples by an uncertainty score. The shifted set is the positive class. Equal scores count half
// in AUROC (Mann and Whitney 1947), and form one threshold in AUPR and in the false positive rate.

/// How well a score separates two sets.
///
/// Its examples are those in distribution followed by the shifted ones; resample the two separately.
package struct Detection: Statistic {
  /// The summary of the ranking.
  package enum Summary: Sendable {
    /// The probability that a shifted example has the higher score; equal scores count half.
    case areaUnderROC
    /// Average precision: the sum over thresholds of (recall gained) x (precision there).
    case areaUnderPrecisionRecall
    /// The share of in-distribution examples flagged at the highest threshold that flags 95 % of the shifted ones.
    case falsePositiveRateAt95
  }

  private let summary: Summary
  private let ranks: RankOrder
  /// [rank] 1 for a shifted example, else 0: a factor in a product, since a branch on it would be unpredictable.
  private let isShifted: [Double]
  private let inliers: Int
  private let outliers: Int

  /// From uncertainty scores; higher means more uncertain.
  package init(inDistribution: [Double], shifted: [Double], _ summary: Summary) {
    (self.summary, inliers, outliers) = (summary, inDistribution.count, shifted.count)
    let ranks = RankOrder(descending: inDistribution + shifted)
    isShifted = ranks.order.map { $0 < inDistribution.count ? 0 : 1 }
    self.ranks = ranks
  }

  /// The examples of both sets.
  package var count: Int { inliers + outliers }

  /// The summary of the weighted examples; undefined if one of the sets is empty.
  package func score(weights: [Double]) -> Score {
    guard inliers > 0 else { return .undefined("no in-distribution examples") }
    guard outliers > 0 else { return .undefined("no shifted examples") }
    let (negatives, positives) = (weights.prefix(inliers).reduce(0, +), weights.suffix(outliers).reduce(0, +))
    var (falsePositives, truePositives, area) = (0.0, 0.0, 0.0)
    for block in ranks.blocks.indices.dropLast() {
      var (newTrue, all) = (0.0, 0.0)
      for rank in ranks.blocks[block]..<ranks.blocks[block + 1] {
        all += weights[ranks.order[rank]]
        newTrue += weights[ranks.order[rank]] * isShifted[rank]
      }
      let newFalse = all - newTrue
      falsePositives += newFalse
      truePositives += newTrue
      switch summary {
      case .areaUnderROC: area += newTrue * (negatives - falsePositives + newFalse / 2)
      case .areaUnderPrecisionRecall:
        if newTrue > 0 { area += newTrue * truePositives / (truePositives + falsePositives) }
      case .falsePositiveRateAt95:
        if truePositives >= 0.95 * positives { return .value(falsePositives / negatives) }
      }
    }
    return .value(summary == .areaUnderROC ? area / positives / negatives : area / positives)
  }
}
