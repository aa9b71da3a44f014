// Detection of shifted examples, or of wrong answers, by an uncertainty score: these are the positive class. Equal scores
// count half in AUROC (Mann and Whitney 1947), and form one threshold in AUPR and in the false positive rate.

/// How well a score separates two classes.
///
/// Of two sets, its examples are those in distribution followed by the shifted ones; resample the two separately.
package struct Detection: Statistic {
  /// The summary of the ranking.
  package enum Summary: Sendable {
    /// The probability that a positive example has a higher score than a negative one; equal scores count half.
    case areaUnderROC
    /// Average precision: the sum over thresholds of (recall gained) x (precision there).
    case areaUnderPrecisionRecall
    /// The share of negative examples flagged at the highest threshold that flags 95 % of the positive ones.
    case falsePositiveRateAt95
  }

  private let summary: Summary
  private let ranks: RankOrder
  /// [rank] 1 for an example of the positive class, else 0: a factor in a product, since a branch on it would be
  /// unpredictable.
  private let isPositive: [Double]
  /// Why there is no value without examples of the negative or the positive class.
  private let reasons: (noNegatives: String, noPositives: String)

  /// From uncertainty scores; higher means more uncertain.
  package init(inDistribution: [Double], shifted: [Double], _ summary: Summary) {
    self.init(
      inDistribution + shifted, isPositive: inDistribution.map { _ in false } + shifted.map { _ in true }, summary,
      reasons: ("no in-distribution examples", "no shifted examples"))
  }

  /// From the doubt about each answer: the wrong answers are the positive class; `correct` is 1 for a right answer and 0
  /// for a wrong one.
  package init(ofErrors doubts: [Double], correct: [Double], _ summary: Summary) {
    self.init(
      doubts, isPositive: correct.map { $0 == 0 }, summary, reasons: ("no right answers", "no wrong answers"))
  }

  private init(
    _ scores: [Double], isPositive: [Bool], _ summary: Summary, reasons: (noNegatives: String, noPositives: String)
  ) {
    (self.summary, ranks, self.reasons) = (summary, RankOrder(descending: scores), reasons)
    self.isPositive = ranks.order.map { isPositive[$0] ? 1 : 0 }
  }

  /// The examples of both classes.
  package var count: Int { isPositive.count }

  /// The summary of the weighted examples; undefined if one of the classes is empty.
  package func score(weights: [Double]) -> Score {
    let positives = zip(ranks.order, isPositive).reduce(0) { $0 + weights[$1.0] * $1.1 }
    let negatives = weights.reduce(0, +) - positives
    guard negatives > 0 else { return .undefined(reasons.noNegatives) }
    guard positives > 0 else { return .undefined(reasons.noPositives) }
    var (falsePositives, truePositives, area) = (0.0, 0.0, 0.0)
    for block in ranks.blocks.indices.dropLast() {
      var (newTrue, all) = (0.0, 0.0)
      for rank in ranks.blocks[block]..<ranks.blocks[block + 1] {
        all += weights[ranks.order[rank]]
        newTrue += weights[ranks.order[rank]] * isPositive[rank]
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
