// Where the choices of examples lie among a batch's logits. With members the batch holds the examples once for each, in
// turn.
import Artifacts

extension Scorer {
  /// Logits of one sequence.
  var outputs: Int {
    switch data.scoring {
    case .letters: data.labelTokens.count
    case .pairs, .continuations: 1
    case .classes: layout.headOutputs
    }
  }

  /// [member, example] Where the choices lie among the batch's logits (sequence, output).
  func choiceRanges(_ examples: [Int], members: Int) -> [Range<Int>] {
    var sequence = 0
    return (0..<members).flatMap { _ in
      examples.map { example in
        defer { sequence += data.sequences(of: example).count }
        let start = sequence * outputs
        return start..<start + data.choiceCount(example)
      }
    }
  }

  /// Sets the logits of choices with the same tokens to that of the first of them, among an example's own `logits`.
  func shareLogits(_ logits: UnsafeMutablePointer<Float>, of example: Int) {
    for repeated in packing.repeatedChoices[example] { logits[repeated.choice] = logits[repeated.first] }
  }

  /// The way back: the logit of the first of such choices has the gradients of all.
  func shareGradients(_ gradients: UnsafeMutablePointer<Float>, of example: Int) {
    for repeated in packing.repeatedChoices[example] {
      gradients[repeated.first] += gradients[repeated.choice]
      gradients[repeated.choice] = 0
    }
  }

  /// Letters beyond an example's own choices have no part in its loss.
  func clearUnusedLogits(_ logits: UnsafeMutablePointer<Float>, _ examples: [Int], members: Int) {
    guard data.scoring == .letters else { return }
    for choices in choiceRanges(examples, members: members) {
      for letter in choices.upperBound..<choices.lowerBound + outputs { logits[letter] = 0 }
    }
  }

  /// Parts of `examples` for as many members, as the work alone cuts them.
  package func parts(of examples: [Int], members: Int = 1) -> [[Int]] { packing.parts(of: examples, members: members) }
}
