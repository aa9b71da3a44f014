// Reordering of the choices: the question stays the same, its letters move.
import Arrays

/// Share of the questions that are reordered, by severity.
private let reorderedRates: [Float] = [0.2, 0.4, 0.6, 0.8, 1]

/// `question` with every choice moved to another position, if it is among the share that `severity` reorders. Each
/// question has only its original order and one new order over all severities, so that a wrong answer at one severity
/// does not become right by chance at the next.
func reorderingChoices(of question: Question, severity: Int, _ stream: RandomStream) -> Question {
  guard damagedIndices(1, rates: reorderedRates, severity: severity, stream).contains(0) else { return question }
  // Sattolo's algorithm: a single cycle through all positions, so that no choice stays where it was.
  var order = Array(question.choices.indices)
  for last in stride(from: order.count - 1, to: 0, by: -1) {
    order.swapAt(last, stream.integer(last, below: last))
  }
  var reordered = question
  reordered.choices = order.map { question.choices[$0] }
  reordered.label = question.label.flatMap(order.firstIndex(of:))
  return reordered
}
