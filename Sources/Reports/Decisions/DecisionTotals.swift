// What is counted over all new texts, in memory that does not grow with them.

/// Counts over the answers.
struct DecisionTotals {
  /// Texts.
  private(set) var count = 0
  /// Texts that need no human; meaningless where no risk was asked for.
  private(set) var answered = 0
  /// [choice] How often it is the answer.
  private(set) var answers: [Int: Int] = [:]
  /// Classes in all sets.
  private(set) var setSizes = 0
  /// Sets of one class.
  private(set) var singleSets = 0
  /// Texts whose uncertainty is mostly epistemic.
  private(set) var epistemic = 0

  mutating func add(_ answer: Answer) {
    count += 1
    if answer.asksHuman == false { answered += 1 }
    answers[answer.choice, default: 0] += 1
    setSizes += answer.set?.count ?? 0
    if answer.set?.count == 1 { singleSets += 1 }
    if answer.kind == .epistemic { epistemic += 1 }
  }
}
