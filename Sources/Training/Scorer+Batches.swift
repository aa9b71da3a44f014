// The logits of an example's choices, and the examples that are computed together.
import Artifacts

extension Scorer {
  /// The number of logits of one sequence, or of one text that is read by windows.
  var outputs: Int {
    switch data.scoring {
    case .letters: data.labelTokens.count
    case .pairs, .continuations, .answers: 1
    case .classes, .labels: layout.headOutputs
    }
  }

  /// Gives choices of an example that have the same tokens the logit of the first of them. `logits` are the example's own.
  func shareLogits(_ logits: UnsafeMutablePointer<Float>, of example: Int) {
    for repeated in packing.repeatedChoices[example] { logits[repeated.choice] = logits[repeated.first] }
  }

  /// The backward pass of `shareLogits`: adds the gradients of such choices to that of the first of them.
  func shareGradients(_ gradients: UnsafeMutablePointer<Float>, of example: Int) {
    for repeated in packing.repeatedChoices[example] {
      gradients[repeated.first] += gradients[repeated.choice]
      gradients[repeated.choice] = 0
    }
  }

  /// Zeroes the gradients of letters beyond the `used` choices of an example, which have no part in its loss.
  func clearUnusedLogits(_ logits: UnsafeMutablePointer<Float>, used: Int) {
    guard data.scoring == .letters else { return }
    for letter in used..<outputs { logits[letter] = 0 }
  }

  /// `examples` divided into parts of about equal work for `members` members; see `ExamplePacking.parts`.
  package func parts(of examples: [Int], members: Int = 1) -> [[Int]] { packing.parts(of: examples, members: members) }
}
