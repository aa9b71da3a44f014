// Sequences laid end to end, without padding: a product costs only tokens that exist.

/// The sequences of one micro-batch.
public struct PackedBatch: Sendable {
  /// [token] Token ids.
  public private(set) var tokens: [Int32] = []
  /// [token] BERT's token types.
  public private(set) var segments: [UInt8] = []
  /// [sequence + 1] Where a sequence begins.
  public private(set) var offsets: [Int] = [0]
  /// [sequence] What the sequence is called outside, for random numbers that belong to it.
  public private(set) var identities: [UInt32] = []

  /// An empty batch.
  public init() {}

  /// Adds a sequence at the end.
  ///
  /// - Precondition: the sequence has at least one token.
  public mutating func append(
    _ sequence: some Collection<Int32>, segments types: some Collection<UInt8>, identity: UInt32
  ) {
    precondition(!sequence.isEmpty && types.count == sequence.count, "a sequence of \(sequence.count) tokens")
    tokens.append(contentsOf: sequence)
    segments.append(contentsOf: types)
    offsets.append(tokens.count)
    identities.append(identity)
  }

  /// How many sequences there are.
  public var count: Int { identities.count }
  /// The rows of sequence `index`.
  public func rows(of index: Int) -> Range<Int> { offsets[index]..<offsets[index + 1] }
}
