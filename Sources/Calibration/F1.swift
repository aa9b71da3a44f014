// The F1 score of labels that each apply or not: 2 TP / (2 TP + FP + FN). Outcomes are rows of the choices no and yes,
// example after example, with the labels in the same order.

/// An average of the labels' F1 scores.
package struct F1: Statistic {
  /// Over what the counts are summed.
  package enum Average: Sendable {
    /// Over all labels, so that frequent labels count more.
    case micro
    /// Over one label each; the result is the mean of their scores. A label that neither applies nor is predicted has
    /// the score 0, as in scikit-learn.
    case macro
  }

  private let labels: Int
  private let average: Average
  /// [row] Whether the label applies, and whether it is predicted.
  private let applies: [Bool]
  private let isPredicted: [Bool]

  /// - Parameter labels: The number of labels.
  package init(_ outcomes: Outcomes, labels: Int, _ average: Average) {
    (self.labels, self.average) = (labels, average)
    applies = outcomes.labels.map { $0 == 1 }
    isPredicted = outcomes.predictions.map { $0 == 1 }
  }

  package var count: Int { applies.count }

  package func score(weights: [Double]) -> Score {
    // Right positives, and all positives of truth and of prediction.
    var (right, all) = ([Double](repeating: 0, count: labels), [Double](repeating: 0, count: labels))
    for row in applies.indices {
      if applies[row] && isPredicted[row] { right[row % labels] += weights[row] }
      all[row % labels] += weights[row] * ((applies[row] ? 1 : 0) + (isPredicted[row] ? 1 : 0))
    }
    func ratio(_ right: Double, _ all: Double) -> Double { all > 0 ? 2 * right / all : 0 }
    switch average {
    case .micro: return .value(ratio(right.reduce(0, +), all.reduce(0, +)))
    case .macro: return .value(zip(right, all).reduce(0) { $0 + ratio($1.0, $1.1) } / Double(labels))
    }
  }
}

extension Outcomes {
  /// The share of examples all of whose labels are right, if every `labels` rows are one example.
  package func subsetAccuracy(labels: Int) -> Mean {
    Mean(
      correct.indices.map { row in
        let first = row - row % labels
        return correct[first..<first + labels].allSatisfy { $0 == 1 } ? 1 : 0
      })
  }
}
