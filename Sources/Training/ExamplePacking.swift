// How the examples of a data set lie in packed batches, and in the rows of states that blocks below have made of them.
import Artifacts
import Transformers

/// The sequences of a data set's examples, as they are laid end to end.
struct ExamplePacking: Sendable {
  let data: TokenizedSet
  /// [sequence] What a sequence's random numbers belong to: its row id and its place in the example, so that dropout is
  /// the same whatever else is in the file.
  let identities: [UInt32]
  /// [example] Tokens with which all its sequences begin, the question, where they are worked on once for all choices.
  private let sharedTokens: [Int]
  /// [example + 1] Where the example's rows begin when examples are laid end to end, what its sequences share once.
  let rows: [Int]
  /// [example] Whether it has rows; without a prefix that holds some examples alone, each has.
  let isHeld: [Bool]
  /// [example] Its choices with the tokens of an earlier one.
  let repeatedChoices: [[RepeatedChoice]]
  /// Whether batches say which of these rows their tokens are, for passes that begin at states.
  let namesOrigins: Bool

  /// Tokens of one part in training and in prediction.
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

  /// Parts of `examples` for as many members, as the work alone cuts them.
  func parts(of examples: [Int], members: Int = 1) -> [[Int]] {
    microbatches(lengths: examples.map { members * (rows[$0 + 1] - rows[$0]) }, budget: Self.tokensPerPart)
  }

  /// The sequences of `examples`, once for each member.
  func batch(_ examples: [Int], members: Int = 1) -> PackedBatch {
    var batch = PackedBatch()
    for _ in 0..<members { for example in examples { append(example, to: &batch) } }
    return batch
  }

  private func append(_ example: Int, to batch: inout PackedBatch) {
    let sequences = data.sequences(of: example)
    guard sharedTokens[example] > 0 else {
      for sequence in sequences { append(sequence, of: example, to: &batch) }
      return
    }
    let texts = sequences.map { (data.tokens[data.tokenRange($0)], data.segments[data.tokenRange($0)]) }
    batch.append(
      sharing: sharedTokens[example], texts, identity: identities[sequences.lowerBound],
      origins: namesOrigins ? [rows[example]..<rows[example + 1]] : [])
  }

  /// Adds one sequence of an example by itself, also where the example's sequences share their beginning.
  func append(_ sequence: Int, of example: Int, to batch: inout PackedBatch) {
    let range = data.tokenRange(sequence)
    batch.append(
      data.tokens[range], segments: data.segments[range], identity: identities[sequence],
      origins: namesOrigins ? origins(sequence, of: example) : [])
  }

  /// The rows of a sequence's tokens: those that all of the example's share, and its own, behind those of the sequences
  /// before it.
  private func origins(_ sequence: Int, of example: Int) -> [Range<Int>] {
    let shared = sharedTokens[example]
    let first = data.sequences(of: example).lowerBound
    let before = Int(data.tokenOffsets[sequence] - data.tokenOffsets[first]) - shared * (sequence - first)
    let own = rows[example] + shared + before
    return [rows[example]..<rows[example] + shared, own..<own + data.tokenRange(sequence).count - shared]
  }
}
