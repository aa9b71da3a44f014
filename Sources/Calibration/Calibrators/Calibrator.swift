// Maps from the mixture's probabilities to better ones, fitted on held-out answers. README, "Calibrators", says when which
// one is worth trying.

/// A kind of map.
package enum Calibrator: String, CaseIterable, Sendable {
  /// softmax(log p / T) of the mixture (Guo et al. 2017, arXiv:1706.04599).
  case temperature
  /// The same mixed with a uniform distribution that has the weight of one example in n + 1, so that no probability is 0.
  case smoothed = "ts-mix"
  /// softmax(log p / T) of every member and sample, before their mean.
  case inside = "ts-inside"
  /// softmax(a log p + b): for two classes Platt scaling (Platt 1999) of the log-odds.
  case platt
  /// softmax((a + v) log p + b) with a number v and b for every class: vector scaling (Guo et al. 2017), for two classes
  /// beta calibration (Kull et al. 2017) without its constraint on signs.
  case vector
  /// softmax(W log p + b): matrix scaling, for log-probabilities Dirichlet calibration (Kull et al. 2019, arXiv:1910.12656).
  case matrix
  /// An isotonic regression of each class against the others, normalised (Zadrozny and Elkan 2002).
  case isotonic
  /// The one of those that apply whose cross-validated likelihood is the highest.
  case chosen

  /// The kinds among which `chosen` chooses.
  static let choices = allCases.filter { $0 != .chosen }
}

/// Held-out predictions that calibrators are fitted on.
package struct CalibrationAnswers: Sendable {
  /// The samples, for `ts-inside`.
  package let samples: PosteriorSamples
  package let outcomes: Outcomes
  /// [example][choice] The shares of the annotators' votes; nil where only the labels are known.
  let votes: [[Double]]?
  /// The smallest and the largest number of choices of a row that a calibrator is for.
  let choices: ClosedRange<Int>
  /// [example] Its fold where something is cross-validated.
  let folds: [Int]

  /// Predictions of examples that all have a label, and must be held out from training and test.
  ///
  /// - Parameters:
  ///   - votes: [example][choice] The shares of the annotators' votes; nil where only the labels are known.
  ///   - choices: The smallest and the largest number of choices of these rows and those that calibrators will be
  ///     applied to; nil where those are as these.
  ///   - folds: [example] Its fold where something is cross-validated; nil where no examples belong together.
  package init(
    _ samples: PosteriorSamples, labels: [Int32], votes: [[Double]]? = nil, choices: ClosedRange<Int>? = nil,
    folds: [Int]? = nil
  ) {
    precondition(labels.allSatisfy { $0 >= 0 }, "an example without a label")
    (self.samples, self.votes) = (samples, votes)
    self.choices = choices ?? samples.rangeOfChoices
    self.folds = folds ?? Refinement.folds(Clusters(independent: samples.count), rows: 1, seed: 0)
    precondition(self.folds.count == samples.count, "\(self.folds.count) folds of \(samples.count) examples")
    outcomes = Outcomes(Mixture(samples), labels: labels)
  }

  var count: Int { outcomes.count }
  /// [example][class] What the likelihood is summed with: the shares of the votes, or 1 for the label.
  var targets: [[Double]] {
    votes
      ?? outcomes.labels.enumerated().map { example, label in
        (0..<Int(outcomes.mixture.choiceCounts[example])).map { $0 == label ? 1 : 0 }
      }
  }

  func selecting(_ rows: [Int]) -> CalibrationAnswers {
    CalibrationAnswers(
      samples.selecting(rows), labels: rows.map { Int32(outcomes.labels[$0]) },
      votes: votes.map { votes in rows.map { votes[$0] } }, choices: choices, folds: rows.map { folds[$0] })
  }

  /// The mean over examples of -Σ share log p under another mixture.
  package func loss(_ mixture: Mixture) -> Double {
    targets.enumerated().reduce(0) { sum, row in
      zip(mixture.row(row.offset), row.element).reduce(sum) {
        $1.1 > 0 ? $0 - $1.1 * mixture.logProbabilities[$1.0] : $0
      }
    } / Double(count)
  }

  /// [fold] The answers of each fold, and those of the others; nothing where there is a single fold.
  var splits: some Sequence<(own: CalibrationAnswers, others: CalibrationAnswers)> {
    let all = Set(folds).sorted()
    return (all.count > 1 ? all : []).lazy.map { fold in
      (
        own: selecting(folds.indices.filter { folds[$0] == fold }),
        others: selecting(folds.indices.filter { folds[$0] != fold })
      )
    }
  }
}

extension PosteriorSamples {
  fileprivate var rangeOfChoices: ClosedRange<Int> {
    Int(choiceCounts.min() ?? 1)...Int(choiceCounts.max() ?? 1)
  }
}
