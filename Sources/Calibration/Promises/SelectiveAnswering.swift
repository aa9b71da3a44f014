// Which answers need no human: those that are confident enough for the share of errors among them to stay below a given
// risk. The threshold is chosen by data and the promise still holds (Learn then Test: Angelopoulos et al. 2021,
// arXiv:2110.01052), because the thresholds to be tested, and their order, come from rows other than the labelled ones
// that test them.
import Foundation

/// What is asked of the answers.
package struct RiskTarget: Equatable, Sendable {
  /// The largest share of errors among the answers, between 0 and 1.
  package let risk: Double
  /// The probability with which the promise may fail, between 0 and 1.
  package let delta: Double

  /// Traps unless both are between 0 and 1.
  package init(risk: Double, delta: Double) {
    precondition(risk > 0 && risk < 1 && delta > 0 && delta < 1, "risk \(risk), delta \(delta)")
    (self.risk, self.delta) = (risk, delta)
  }

  /// The fewest answers that show a risk of at most `risk` if none of them is wrong: (1 - risk)^n <= delta.
  package var neededAnswers: Int { Int((log(delta) / log1p(-risk)).rounded(.up)) }
}

/// Thresholds in the order in which they are tested.
///
/// The order must not depend on the rows that test them: so it is made of the calibration rows, which chose the
/// temperature. It begins where these forecast the strongest evidence for a low risk, and goes on to ever lower
/// thresholds.
package struct ThresholdOrder: Equatable, Sendable {
  /// [step] Thresholds of the confidence, from high to low.
  package let thresholds: [Double]

  /// At most this many thresholds: each more is one more at which a sequence of tests can end.
  private static let limit = 100

  /// The order for tests on `testRows` labelled rows.
  ///
  /// - Parameter calibration: forecasts for rows that are not among the labelled ones, under the same temperature. Their
  ///   labels are not used: a calibrated forecast's own confidence says how often it is wrong.
  package init(calibration: Mixture, testRows: Int, _ target: RiskTarget) {
    let confidences = (0..<calibration.count).map(calibration.confidence).sorted(by: >)
    let steps = min(Self.limit, confidences.count)
    // The lowest one answers everything.
    let ranks = steps == 0 ? [] : (1...steps).map { $0 * confidences.count / steps - 1 }
    var (doubt, done) = (0.0, 0)
    let forecasts = ranks.map { rank in
      while done <= rank {
        doubt += 1 - confidences[done]
        done += 1
      }
      let answers = Int((Double(testRows) * Double(done) / Double(confidences.count)).rounded())
      let errors = min(answers, Int((Double(answers) * doubt / Double(done)).rounded()))
      return BinomialBounds(successes: errors, trials: answers).atMost(ifShareIs: target.risk)
    }
    let start = firstMaximum(forecasts.map { -$0 })
    var thresholds = ranks.dropFirst(start).map { confidences[$0] }
    if thresholds.isEmpty { thresholds = [0] } else { thresholds[thresholds.count - 1] = 0 }
    self.thresholds = thresholds
  }
}

/// The threshold that was found, and what it rests on.
package struct SelectiveAnswering: Equatable, Sendable {
  /// The least confidence of an answer that needs no human.
  package let threshold: Double
  /// The labelled rows that are at least as confident.
  package let answers: Int
  /// How many of them are answered wrongly.
  package let errors: Int
  /// What was asked for.
  package let target: RiskTarget

  /// The lowest threshold of `order` that keeps the risk: nil if not even the first one does.
  ///
  /// Fixed-sequence testing: each threshold is tested at level delta, and the first failure ends it. Among the rows that
  /// are confident enough for a fixed threshold, errors are independent with its risk as their probability, so the test
  /// is exact. The promise can only fail at the first threshold of the order whose risk is too large, and that one passes
  /// with probability delta at most. A threshold at the smallest bound over *all* of them, without the order, would break
  /// the promise more often.
  ///
  /// The promise is about the risk: the share of errors among ever more answers. Among a few new texts it varies around
  /// that.
  package init?(_ outcomes: Outcomes, _ order: ThresholdOrder, _ target: RiskTarget) {
    let ranks = RankOrder(descending: outcomes.confidences)
    var (answers, errors) = (0, 0)
    var found: (threshold: Double, answers: Int, errors: Int)?
    for threshold in order.thresholds {
      while answers < outcomes.count, outcomes.confidences[ranks.order[answers]] >= threshold {
        errors += outcomes.correct[ranks.order[answers]] == 1 ? 0 : 1
        answers += 1
      }
      guard BinomialBounds(successes: errors, trials: answers).upper(target.delta) <= target.risk else { break }
      found = (threshold, answers, errors)
    }
    guard let found else { return nil }
    (threshold, self.answers, self.errors, self.target) = (found.threshold, found.answers, found.errors, target)
  }

  /// The bound of the risk, which is at most the one asked for.
  package var bound: Double { BinomialBounds(successes: errors, trials: answers).upper(target.delta) }
}
