// Passes in which every choice of an example has a sequence of its own, so that one backward pass has each choice's
// gradient in rows of its own. Where one sequence gives the logits of all choices (letters, classes), the sequence is
// repeated for each. Curvature and Jacobians are made of such passes.
import Arrays
import Artifacts
import Faults
import Transformers

/// Which sequences of a pass belong to which choice.
package struct ChoiceSequences: Sendable {
  /// [example] The sequences of its choices, in order.
  package let ofExample: [Range<Int>]
  /// Whether an example's sequences are copies of one.
  package let areCopies: Bool

  /// The rows of all choices of example `place`.
  package func rows(_ place: Int, _ seen: LinearObservation) -> Range<Int> {
    let sequences = ofExample[place]
    return seen.rows[sequences.lowerBound].lowerBound..<seen.rows[sequences.upperBound - 1].upperBound
  }

  /// The rows that hold inputs: those of the first copy, or of every sequence.
  package func inputRows(_ place: Int, _ seen: LinearObservation) -> Range<Int> {
    areCopies ? seen.rows[ofExample[place].lowerBound] : rows(place, seen)
  }
}

extension Scorer {
  /// Whether the pass repeats sequences: one forward and backward pass then costs as much as one for each choice.
  package var repeatsSequences: Bool { !data.scoring.hasSequencePerChoice }

  /// The network's shape.
  package var architecture: Architecture { network.architecture }

  /// What the random numbers of an example belong to, whatever else is in the file.
  package func drawIdentity(of example: Int) -> UInt32 { packing.identities[data.sequences(of: example).lowerBound] }

  /// The choices of an example that have the tokens of an earlier one.
  package func repeatedChoices(of example: Int) -> [RepeatedChoice] { packing.repeatedChoices[example] }

  /// One forward and backward pass of `examples`, with a sequence for each choice.
  ///
  /// - Parameters:
  ///   - worker: which thread's memory is used.
  ///   - directions: (choice, choice), of an example's place and its logits: row c is the gradient of the logits that
  ///     goes back from choice c's copy of the sequence. Where every choice has its own sequence, the sequence of choice
  ///     c has one logit alone, and the length of column c goes back from it.
  ///   - observer: looks at every trained linear module.
  /// - Throws: `Fault` of kind `.internalError` naming the first example whose logits are not finite; of kind
  ///   `.configuration` naming the first that the prefix does not hold.
  package func backward(
    _ examples: [Int], parameters: [Float], worker: Int,
    directions: (_ place: Int, _ logits: [Float]) -> [[Double]],
    observer: @escaping (ChoiceSequences, LinearObservation) -> Void
  ) throws {
    try checkPrefix(holds: examples)
    let (batch, choices) = choiceBatch(examples)
    let arena = arenas[worker]
    arena.reset()
    // The backward pass sums gradients; they are not used here.
    let gradients = arena.allocate(parameters.count)
    gradients.update(repeating: 0, count: parameters.count)
    var failure: Fault?
    parameters.withUnsafeBufferPointer { parameters in
      network.accumulateGradient(
        batch, head: head, parameters: parameters.baseAddress!, gradients: gradients, arena: arena,
        observer: { if failure == nil { observer(choices, $0) } }
      ) { logits in
        for (place, sequences) in choices.ofExample.enumerated() {
          let own = self.logits(sequences, of: examples[place], logits)
          if failure == nil, !own.allSatisfy(\.isFinite) { failure = self.notFinite(examples[place]) }
          self.setGradient(failure == nil ? directions(place, own) : nil, sequences, logits)
        }
      }
    }
    if let failure { throw failure }
  }

  private func choiceBatch(_ examples: [Int]) -> (PackedBatch, ChoiceSequences) {
    var batch = PackedBatch()
    let sequences = examples.map { example in
      let begin = batch.count
      for choice in 0..<data.choiceCount(example) {
        let sequence = data.sequences(of: example).lowerBound + (repeatsSequences ? 0 : choice)
        packing.append(sequence, of: example, to: &batch)
      }
      return begin..<batch.count
    }
    return (batch, ChoiceSequences(ofExample: sequences, areCopies: repeatsSequences))
  }

  /// The logits of an example's choices, whose sequences these are.
  private func logits(
    _ sequences: Range<Int>, of example: Int, _ logits: UnsafeMutablePointer<Float>
  ) -> [Float] {
    let start = sequences.lowerBound * outputs
    shareLogits(logits + start, of: example)
    return (start..<start + sequences.count).map { logits[$0] }
  }

  private func setGradient(
    _ directions: [[Double]]?, _ sequences: Range<Int>, _ logits: UnsafeMutablePointer<Float>
  ) {
    for (choice, sequence) in sequences.enumerated() {
      if repeatsSequences {
        for output in 0..<outputs {
          logits[sequence * outputs + output] =
            output < sequences.count ? Float(directions?[choice][output] ?? 0) : 0
        }
      } else {
        let square = directions?.reduce(0) { $0 + $1[choice] * $1[choice] } ?? 0
        logits[sequence] = Float(square.squareRoot())
      }
    }
  }
}
