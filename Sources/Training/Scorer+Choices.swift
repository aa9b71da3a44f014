// Passes in which every choice of an example has its own sequence, so that one backward pass keeps the gradients of the
// choices in separate rows. If one sequence gives the logits of all choices (letters, classes), it is repeated for each
// choice, as are the windows of a long text. Curvature and Jacobians are computed from such passes.
import Arrays
import Artifacts
import Faults
import Transformers

/// The sequences of each choice in a pass. With windows, each stands for all windows of a text.
package struct ChoiceSequences: Sendable {
  /// [example] The sequences of its choices, in order.
  package let ofExample: [Range<Int>]
  /// Whether an example's sequences are copies of one sequence.
  package let areCopies: Bool

  /// The rows of all choices of the example at `index` in the pass.
  package func rows(_ index: Int, _ seen: LinearObservation) -> Range<Int> {
    let sequences = ofExample[index]
    return seen.rows[sequences.lowerBound].lowerBound..<seen.rows[sequences.upperBound - 1].upperBound
  }

  /// The rows whose inputs count: those of the first copy, or of all sequences if they are not copies.
  package func inputRows(_ index: Int, _ seen: LinearObservation) -> Range<Int> {
    areCopies ? seen.rows[ofExample[index].lowerBound] : rows(index, seen)
  }
}

extension Scorer {
  /// Whether the pass repeats sequences. It then costs as much as one pass for each choice, or for each but one.
  package var repeatsSequences: Bool { !data.scoring.hasSequencePerChoice }

  /// The network's architecture.
  package var architecture: Architecture { network.architecture }

  /// The identity that random numbers of an example are drawn for. It does not depend on the other rows of the file.
  package func drawIdentity(of example: Int) -> UInt32 { packing.identities[data.sequences(of: example).lowerBound] }

  /// The choices of an example that have the same tokens as an earlier one.
  package func repeatedChoices(of example: Int) -> [RepeatedChoice] { packing.repeatedChoices[example] }

  /// The tokens that `backward` computes for these examples, as a multiple of those that a prediction computes.
  package func repetition(of examples: [Int], contrasts: Bool) -> Double {
    let (all, once) = examples.reduce(into: (0, 0)) { counts, example in
      counts.0 += passSequences(of: example, contrasts).reduce(0) { $0 + data.tokenRange($1).count }
      counts.1 += packing.rows[example + 1] - packing.rows[example]
    }
    return Double(all) / Double(max(once, 1))
  }

  /// One forward and backward pass of `examples`, with a sequence for each choice.
  ///
  /// - Parameters:
  ///   - worker: the index of the thread, whose memory is used.
  ///   - contrasts: whether a sequence that gives the logits of all choices is repeated once less than there are choices.
  ///   - directions: returns a matrix (sequence, choice), given an example's index in `examples` and its logits. Row s is
  ///     the gradient with respect to the logits that enters the backward pass at copy s of the sequence. If the
  ///     sequences are not copies, the sequence of choice c has a single logit, and the norm of column c enters there.
  ///   - observer: called for every trained linear module.
  /// - Throws: `Fault` of kind `.internalError` naming the first example whose logits are not finite; of kind
  ///   `.configuration` naming the first that the prefix does not hold.
  package func backward(
    _ examples: [Int], parameters: [Float], worker: Int, contrasts: Bool = false,
    directions: (_ index: Int, _ logits: [Float]) -> [[Double]],
    observer: @escaping (ChoiceSequences, LinearObservation) -> Void
  ) throws {
    try checkPrefix(holds: examples)
    let (batch, choices) = choiceBatch(examples, contrasts)
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
        for (index, sequences) in choices.ofExample.enumerated() {
          let own = self.logits(sequences, of: examples[index], logits)
          if failure == nil, !own.allSatisfy(\.isFinite) { failure = self.notFinite(examples[index]) }
          self.setGradient(failure == nil ? directions(index, own) : nil, sequences, logits)
        }
      }
    }
    if let failure { throw failure }
  }

  private func choiceBatch(_ examples: [Int], _ contrasts: Bool) -> (PackedBatch, ChoiceSequences) {
    var batch = PackedBatch()
    let sequences = examples.map { example in
      let begin = batch.textWindows.count
      for sequence in passSequences(of: example, contrasts) { packing.append(sequence, of: example, to: &batch) }
      return begin..<batch.textWindows.count
    }
    return (batch, ChoiceSequences(ofExample: sequences, areCopies: repeatsSequences))
  }

  /// The sequences of an example in a pass, in order; all windows of a text are repeated together.
  private func passSequences(of example: Int, _ contrasts: Bool) -> [Int] {
    let all = data.sequences(of: example)
    guard repeatsSequences else { return Array(all) }
    return (0..<data.choiceCount(example) - (contrasts ? 1 : 0)).flatMap { _ in all }
  }

  /// The logits of an example's choices, whose sequences are `sequences`.
  private func logits(
    _ sequences: Range<Int>, of example: Int, _ logits: UnsafeMutablePointer<Float>
  ) -> [Float] {
    let start = sequences.lowerBound * outputs
    shareLogits(logits + start, of: example)
    return (start..<start + data.choiceCount(example)).map { logits[$0] }
  }

  private func setGradient(
    _ directions: [[Double]]?, _ sequences: Range<Int>, _ logits: UnsafeMutablePointer<Float>
  ) {
    for (choice, sequence) in sequences.enumerated() {
      if repeatsSequences {
        let row = directions?[choice] ?? []
        for output in 0..<outputs {
          logits[sequence * outputs + output] = output < row.count ? Float(row[output]) : 0
        }
      } else {
        let square = directions?.reduce(0) { $0 + $1[choice] * $1[choice] } ?? 0
        logits[sequence] = Float(square.squareRoot())
      }
    }
  }
}
