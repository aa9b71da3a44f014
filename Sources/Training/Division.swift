// How the examples of a step or a prediction are divided over threads. A part is some examples whose losses are computed
// together. A slice is some of a part's sequences, which one thread computes in one pass: two threads can share the
// choices of a single question. The division depends on the examples alone, never on the number of threads.

/// The division of some examples of a scorer's data set.
package struct Division {
  /// Consecutive sequences of one example.
  package struct Sequences: Equatable {
    /// The example's index in its part.
    package let position: Int
    /// Its index in the data set.
    package let example: Int
    /// The sequences, counted from the example's first.
    package let range: Range<Int>
  }

  /// What one thread computes in one pass.
  package struct Slice {
    package let sequences: [Sequences]
    /// [member, index in `sequences`] Where their logits are among those of the division.
    package let logits: [Range<Int>]
  }

  /// Examples whose losses are computed together.
  package struct Part {
    /// Indices of the examples in the data set.
    package let examples: [Int]
    /// [member, example] Where the logits of each example's choices are among those of the division.
    package let choices: [Range<Int>]
    package let slices: [Slice]
  }

  /// In the order of their gradients in the step's sum.
  package private(set) var parts: [Part] = []
  /// The number of logits: those of every text for every member.
  package private(set) var logits = 0

  /// The division of `examples` into the given parts.
  ///
  /// - Parameters:
  ///   - scorer: the scorer whose data set they are from.
  ///   - parts: indices into `examples`.
  package init(_ scorer: Scorer, _ examples: [Int], parts: [[Int]], members: Int) {
    for part in parts { append(part.map { examples[$0] }, scorer, members: members, isAlone: parts.count == 1) }
  }

  private mutating func append(_ examples: [Int], _ scorer: Scorer, members: Int, isAlone: Bool) {
    let (data, outputs, begin) = (scorer.data, scorer.outputs, logits)
    let isPerChoice = data.scoring.hasSequencePerChoice
    // The index of an example's first text; all windows of a text have the same logits.
    let firsts = examples.reduce(into: [0]) { $0.append($0.last! + (isPerChoice ? data.sequences(of: $1).count : 1)) }
    func place(_ text: Int, _ member: Int) -> Int { begin + (member * firsts.last! + text) * outputs }
    let slices = scorer.packing.slices(of: examples, members: members, isAlone: isAlone).map { sequences in
      Slice(
        sequences: sequences,
        logits: (0..<members).flatMap { member in
          sequences.map {
            let texts = isPerChoice ? $0.range : 0..<1
            let start = place(firsts[$0.position] + texts.lowerBound, member)
            return start..<start + texts.count * outputs
          }
        })
    }
    let choices = (0..<members).flatMap { member in
      zip(examples, firsts).map { example, first in
        place(first, member)..<place(first, member) + data.choiceCount(example)
      }
    }
    parts.append(Part(examples: examples, choices: choices, slices: slices))
    logits += members * firsts.last! * outputs
  }
}

extension Division.Slice {
  /// Copies the logits of the slice's pass to their places among those of the division.
  func gather(_ own: UnsafePointer<Float>, into all: UnsafeMutablePointer<Float>) {
    var next = own
    for range in logits {
      (all + range.lowerBound).update(from: next, count: range.count)
      next += range.count
    }
  }

  /// Copies the slice's values from those of the division: the reverse of `gather`.
  func scatter(_ all: UnsafePointer<Float>, into own: UnsafeMutablePointer<Float>) {
    var next = own
    for range in logits {
      next.update(from: all + range.lowerBound, count: range.count)
      next += range.count
    }
  }
}
