// Where the tokens of a data set's examples are in packed batches and, with a frozen prefix, among the cached hidden
// states.
import Artifacts
import Transformers

/// The layout of the sequences of a data set's examples, one after the other.
struct ExamplePacking: Sendable {
  let data: TokenizedSet
  /// [sequence] The identity that a sequence's random numbers are drawn for, a hash of its row id and its index in the
  /// example: dropout masks then do not depend on the other rows of the file.
  let identities: [UInt32]
  /// [example] The number of tokens, those of the question, that all its sequences begin with and that are computed once
  /// for all choices; 0 if each sequence is computed by itself.
  private let sharedTokens: [Int]
  /// [example + 1] The index of the example's first row when all examples are stored one after the other. Tokens that its
  /// sequences share have one row.
  let rows: [Int]
  /// [example] Whether it has rows. All have, unless a prefix was computed for some examples only.
  let isHeld: [Bool]
  /// [example] Its choices that have the same tokens as an earlier one.
  let repeatedChoices: [[RepeatedChoice]]
  /// Whether batches record the rows of their tokens, for passes that start from cached hidden states.
  let namesOrigins: Bool

  /// About how many tokens a part has, in training and in prediction.
  static let tokensPerPart = 256

  /// The packing of `data`.
  ///
  /// - Parameter examples: the examples that have rows; nil for all.
  init(_ data: TokenizedSet, namesOrigins: Bool, examples: [Int]? = nil) {
    let held = examples.map(Set.init)
    let isHeld = (0..<data.count).map { held?.contains($0) ?? true }
    self.isHeld = isHeld
    (self.data, self.namesOrigins) = (data, namesOrigins)
    identities = (0..<data.count).flatMap { example in
      data.sequences(of: example).indices.map {
        identity(data.rowIDs[example], $0 - data.sequences(of: example).lowerBound)
      }
    }
    repeatedChoices = (0..<data.count).map(data.repeatedChoices)
    let shared = (0..<data.count).map(data.sharedTokens)
    sharedTokens = shared
    rows = (0..<data.count).reduce(into: [0]) { rows, example in
      let sequences = data.sequences(of: example)
      let whole = data.tokenOffsets[sequences.upperBound] - data.tokenOffsets[sequences.lowerBound]
      rows.append(rows.last! + (isHeld[example] ? Int(whole) - shared[example] * (sequences.count - 1) : 0))
    }
  }

  /// `examples` divided into parts of about equal work for `members` members, as indices into `examples`. The division
  /// does not depend on the number of threads.
  func parts(of examples: [Int], members: Int = 1) -> [[Int]] {
    microbatches(lengths: examples.map { members * (rows[$0 + 1] - rows[$0]) }, budget: Self.tokensPerPart)
  }

  /// The sequences of a part's examples, divided into slices. Sequences that share tokens stay together, and so do the
  /// windows of a text.
  ///
  /// - Parameter isAlone: whether it is the only part of its step, which two threads could not share otherwise. Other parts
  ///   have several slices only if they have many more than `tokensPerPart` tokens, as one long question has: halves of a
  ///   part take 5 % more time per token (results/speed.md).
  func slices(of examples: [Int], members: Int, isAlone: Bool) -> [[Division.Sequences]] {
    let pieces = wholes(examples).flatMap { whole in
      sharedTokens[whole.example] > 0 || !data.scoring.hasSequencePerChoice
        ? [whole]
        : whole.range.map {
          Division.Sequences(position: whole.position, example: whole.example, range: $0..<$0 + 1)
        }
    }
    let lengths = pieces.map { members * tokens($0) }
    guard pieces.count > examples.count, isAlone || 2 * lengths.reduce(0, +) > 3 * Self.tokensPerPart else {
      return [pieces]
    }
    return microbatches(lengths: lengths, budget: isAlone ? Self.tokensPerPart / 2 : Self.tokensPerPart).map { slice in
      slice.map { pieces[$0] }
    }
  }

  /// All sequences of each example.
  private func wholes(_ examples: [Int]) -> [Division.Sequences] {
    examples.enumerated().map {
      Division.Sequences(position: $0, example: $1, range: 0..<data.sequences(of: $1).count)
    }
  }

  /// The tokens that are computed for these sequences.
  private func tokens(_ piece: Division.Sequences) -> Int {
    let example = piece.example
    guard sharedTokens[example] == 0 else { return rows[example + 1] - rows[example] }
    let first = data.sequences(of: example).lowerBound
    return piece.range.reduce(0) { $0 + data.tokenRange(first + $1).count }
  }

  /// How many sequences of a batch these are: those that share tokens are one.
  func batchSequences(_ piece: Division.Sequences) -> Int { sharedTokens[piece.example] > 0 ? 1 : piece.range.count }

  /// The sequences of `examples`, once for each member.
  func batch(_ examples: [Int], members: Int = 1) -> PackedBatch {
    batch(wholes(examples), members: members)
  }

  /// The sequences of a slice, once for each member.
  func batch(_ slice: [Division.Sequences], members: Int) -> PackedBatch {
    var batch = PackedBatch()
    for _ in 0..<members { for sequences in slice { append(sequences, to: &batch) } }
    return batch
  }

  private func append(_ chosen: Division.Sequences, to batch: inout PackedBatch) {
    let example = chosen.example
    let sequences = data.sequences(of: example)
    guard sharedTokens[example] > 0 else {
      for sequence in chosen.range { append(sequences.lowerBound + sequence, of: example, to: &batch) }
      return
    }
    precondition(chosen.range.count == sequences.count, "sequences \(chosen.range) of those that share tokens")
    let texts = sequences.map { (data.tokens[data.tokenRange($0)], data.segments[data.tokenRange($0)]) }
    batch.append(
      sharing: sharedTokens[example], texts, identity: identities[sequences.lowerBound],
      origins: namesOrigins ? [rows[example]..<rows[example + 1]] : [])
  }

  /// Adds one sequence of an example with all its tokens, even if the example's sequences share their beginning.
  func append(_ sequence: Int, of example: Int, to batch: inout PackedBatch) {
    let range = data.tokenRange(sequence)
    batch.append(
      data.tokens[range], segments: data.segments[range], identity: identities[sequence],
      origins: namesOrigins ? origins(sequence, of: example) : [],
      isFurtherWindow: data.scoring.hasClasses && sequence > data.sequences(of: example).lowerBound)
  }

  /// The rows of a sequence's tokens: those that all sequences of the example share, and its own, which follow the rows of
  /// the sequences before it.
  private func origins(_ sequence: Int, of example: Int) -> [Range<Int>] {
    let shared = sharedTokens[example]
    let first = data.sequences(of: example).lowerBound
    let before = Int(data.tokenOffsets[sequence] - data.tokenOffsets[first]) - shared * (sequence - first)
    let own = rows[example] + shared + before
    return [rows[example]..<rows[example] + shared, own..<own + data.tokenRange(sequence).count - shared]
  }
}
