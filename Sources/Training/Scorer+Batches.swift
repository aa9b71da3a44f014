// Finds the choices of examples among the logits of a batch. With several members, a batch contains the examples once for
// each member, member after member.
import Artifacts

extension Scorer {
  /// The number of logits of one sequence, or of one text that is read by windows.
  var outputs: Int {
    switch data.scoring {
    case .letters: data.labelTokens.count
    case .pairs, .continuations: 1
    case .classes, .labels: layout.headOutputs
    }
  }

  /// [member, example] The range of an example's choices among the batch's logits (text, output).
  func choiceRanges(_ examples: [Int], members: Int) -> [Range<Int>] {
    var text = 0
    return (0..<members).flatMap { _ in
      examples.map { example in
        defer { text += data.scoring.hasSequencePerChoice ? data.choiceCount(example) : 1 }
        let start = text * outputs
        return start..<start + data.choiceCount(example)
      }
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

  /// Zeroes the gradients of letters beyond an example's own choices, which have no part in its loss.
  func clearUnusedLogits(_ logits: UnsafeMutablePointer<Float>, _ examples: [Int], members: Int) {
    guard data.scoring == .letters else { return }
    for choices in choiceRanges(examples, members: members) {
      for letter in choices.upperBound..<choices.lowerBound + outputs { logits[letter] = 0 }
    }
  }

  /// `examples` divided into parts of about equal work for `members` members; see `ExamplePacking.parts`.
  package func parts(of examples: [Int], members: Int = 1) -> [[Int]] { packing.parts(of: examples, members: members) }
}
