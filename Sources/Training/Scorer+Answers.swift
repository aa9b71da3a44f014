// From the logits of an example to the log-probabilities of its answers: a softmax over the choices, or for each label by
// itself those of no and yes, 1 - σ(x) and σ(x). The logit of an answer that is written is its log-probability already.
import Arrays

extension Scorer {
  /// Writes the log-probabilities of an example with these logits (choices) to `row`, with class weights undone.
  func answer(_ logits: UnsafeMutablePointer<Float>, choices: Int, into row: UnsafeMutablePointer<Float>) {
    if data.scoring == .answers { return row.update(from: logits, count: choices) }
    guard data.scoring == .labels else {
      undoClassWeights(logits, count: choices)
      return logSoftmax(logits, into: row, count: choices)
    }
    for label in 0..<choices { logSoftmax([0, logits[label]], into: row + 2 * label, count: 2) }
  }

  /// The logarithm of the sum of exp(logit) of the row at `index`, given what `answer` made of the logits: a logit minus its
  /// log-probability. The first choice's may be far below the others', so it is that of the largest logit. 0 for written
  /// answers.
  func logSum(
    _ logits: UnsafeMutablePointer<Float>, choices: Int, row index: Int, of answers: UnsafeMutablePointer<Float>
  ) -> Float {
    if data.scoring == .answers { return 0 }
    // Of no and yes, no has the logit 0.
    if data.scoring == .labels { return max(0, logits[index]) - max(answers[2 * index], answers[2 * index + 1]) }
    let largest = (0..<choices).reduce(0) { logits[$1] > logits[$0] ? $1 : $0 }
    return logits[largest] - answers[largest]
  }
}
