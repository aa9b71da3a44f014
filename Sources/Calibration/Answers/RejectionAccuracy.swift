// The area under the curve of accuracy against the share of answers kept, when the most doubtful ones are rejected first
// (Farquhar et al. 2024). Published code sums 20 quantiles; here it is the mean over all numbers of kept answers.

/// 1 minus the area under the curve of risk against coverage: 0 to 1, higher is better.
package struct RejectionAccuracy: Statistic {
  private let risk: SelectiveRisk

  /// From the doubt about each answer; `correct` is 1 for a right answer and 0 for a wrong one.
  package init(doubts: [Double], correct: [Double]) {
    risk = SelectiveRisk(confidences: doubts.map { -$0 }, correct: correct, .area)
  }

  /// The number of answers.
  package var count: Int { risk.count }

  /// The mean accuracy of the n least doubtful of the weighted answers, over all n.
  package func score(weights: [Double]) -> Score {
    switch risk.score(weights: weights) {
    case .value(let area): .value(1 - area)
    case .undefined(let reason): .undefined(reason)
    }
  }
}
