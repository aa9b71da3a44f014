// How examples lie in a packed batch, and their choices among its logits. With members the batch holds the examples once
// for each, in turn.
import Artifacts
import Transformers

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

  /// Letters beyond an example's own choices have no part in its loss.
  func clearUnusedLogits(_ logits: UnsafeMutablePointer<Float>, _ examples: [Int], members: Int) {
    guard data.scoring == .letters else { return }
    for choices in choiceRanges(examples, members: members) {
      for letter in choices.upperBound..<choices.lowerBound + outputs { logits[letter] = 0 }
    }
  }

  /// Parts of `examples` for as many members, as the work alone cuts them.
  package func parts(of examples: [Int], members: Int = 1) -> [[Int]] {
    microbatches(lengths: examples.map { members * tokenCount($0) }, budget: Self.tokensPerPart)
  }

  private func tokenCount(_ example: Int) -> Int {
    let sequences = data.sequences(of: example)
    let whole = Int(data.tokenOffsets[sequences.upperBound] - data.tokenOffsets[sequences.lowerBound])
    return whole - sharedTokens[example] * (sequences.count - 1)
  }

  /// The sequences of `examples`, once for each member.
  func batch(_ examples: [Int], members: Int) -> PackedBatch {
    var batch = PackedBatch()
    for _ in 0..<members { for example in examples { append(example, to: &batch) } }
    return batch
  }

  private func append(_ example: Int, to batch: inout PackedBatch) {
    let sequences = data.sequences(of: example)
    if sharedTokens[example] > 0 {
      let texts = sequences.map { (data.tokens[data.tokenRange($0)], data.segments[data.tokenRange($0)]) }
      batch.append(sharing: sharedTokens[example], texts, identity: identities[sequences.lowerBound])
      return
    }
    for sequence in sequences {
      let range = data.tokenRange(sequence)
      batch.append(data.tokens[range], segments: data.segments[range], identity: identities[sequence])
    }
  }
}
