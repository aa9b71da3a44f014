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
}
