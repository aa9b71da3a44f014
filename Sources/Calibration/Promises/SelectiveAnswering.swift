// Which answers need no human: those that are confident enough for the share of errors among them to stay below a given
// risk. The threshold is chosen by data and the promise still holds (Learn then Test: Angelopoulos et al. 2021,
// arXiv:2110.01052), because the thresholds to be tested, and their order, come from rows other than the labelled ones
// that test them. ThresholdOrder.swift makes the order.
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

/// Not even one threshold keeps the risk.
package struct NoThreshold: Error, Equatable, Sendable {
  /// The labelled rows that are confident enough for the strictest threshold that was tried.
  package let answers: Int
  /// How many of them are answered wrongly.
  package let errors: Int
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
  /// The bound of the risk, which is at most the one asked for. It holds at the level of this threshold's test.
  package let bound: Double

  /// The lowest threshold of `order` that keeps the risk.
  ///
  /// Fixed-sequence testing with several starts. The tests go down the order. A start is tested at its own share of
  /// delta; a threshold that passes hands on its level to the next one, where a start's own share is added to it; one
  /// that fails hands on nothing. So at most a probability of delta is spent, and all of it on a last start that is
  /// reached without a failure (the fallback procedure: Wiens 2003; Wiens and Dmitrienko 2005).
  ///
  /// Among the rows that are confident enough for a fixed threshold, errors are independent with its risk as their
  /// probability, so each test is exact. A threshold at the smallest bound over *all* of them, without the order, would
  /// break the promise more often.
  ///
  /// The promise is about the risk: the share of errors among ever more answers. Among a few new texts it varies around
  /// that.
  ///
  /// - Throws: `NoThreshold` if every start fails.
  package init(_ outcomes: Outcomes, _ order: ThresholdOrder, _ target: RiskTarget) throws(NoThreshold) {
    let ranks = RankOrder(descending: outcomes.confidences)
    var (answers, errors, level) = (0, 0, 0.0)
    var found: (threshold: Double, answers: Int, errors: Int, level: Double)?
    var strictest: NoThreshold?
    for step in order.steps {
      while answers < outcomes.count, outcomes.confidences[ranks.order[answers]] >= step.threshold {
        errors += outcomes.correct[ranks.order[answers]] == 1 ? 0 : 1
        answers += 1
      }
      level += target.delta * step.share
      strictest = strictest ?? NoThreshold(answers: answers, errors: errors)
      let chance = BinomialBounds(successes: errors, trials: answers).atMost(ifShareIs: target.risk)
      // Rounding may make the chance 0, which is not below a level of 0.
      if level > 0 && chance <= level {
        found = (step.threshold, answers, errors, level)
      } else {
        level = 0
      }
    }
    guard let found else { throw strictest ?? NoThreshold(answers: 0, errors: 0) }
    (threshold, self.answers, self.errors, self.target) = (found.threshold, found.answers, found.errors, target)
    bound = BinomialBounds(successes: found.errors, trials: found.answers).upper(found.level)
  }
}
