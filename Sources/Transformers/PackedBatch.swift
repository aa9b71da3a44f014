// Sequences stored one after the other, without padding, so that no product is spent on padding. Texts that begin alike,
// such as a question with each of its choices, can be one sequence with branches: the shared part is computed once.

/// The sequences of one micro-batch.
package struct PackedBatch: Sendable {
  /// [token] Token ids.
  package private(set) var tokens: [Int32] = []
  /// [token] Token types.
  package private(set) var segments: [UInt8] = []
  /// [token] The token's position in its text.
  package private(set) var positions: [Int32] = []
  /// [token] Its row in the cached hidden states; empty where the pass begins at the embeddings.
  private(set) var origins: [Int] = []
  /// [sequence + 1] The index of a sequence's first token.
  package private(set) var offsets: [Int] = [0]
  /// [text] Its sequences: one, or the windows of a text that is too long for one. A pooled head averages their logits.
  package private(set) var textWindows: [Range<Int>] = []
  /// [sequence] The identity that selects the sequence's random numbers.
  package private(set) var identities: [UInt32] = []
  /// [sequence][branch] The rows of each branch; empty for a sequence without.
  private(set) var branches: [[Range<Int>]] = []
  /// [sequence] How many tokens of it come before its first row. Their keys and values are in a cache.
  private(set) var cachedTokens: [Int] = []

  /// An empty batch.
  package init() {}

  /// Adds a sequence at the end.
  ///
  /// - Parameters:
  ///   - origins: the rows of its tokens in the cached hidden states, as ranges that follow each other.
  ///   - isFurtherWindow: whether it is another window of the text that the sequence before it belongs to.
  ///   - cached: how many tokens of the sequence come before these, and are in a cache.
  /// - Precondition: the sequence has at least one token.
  package mutating func append(
    _ sequence: some Collection<Int32>, segments types: some Collection<UInt8>, identity: UInt32,
    origins: [Range<Int>] = [], isFurtherWindow: Bool = false, after cached: Int = 0
  ) {
    add(sequence, types, from: cached)
    close(identity, branches: [], origins, after: cached)
    if isFurtherWindow {
      textWindows.removeLast()
      textWindows[textWindows.count - 1] = textWindows[textWindows.count - 1].lowerBound..<count
    }
  }

  /// Adds texts that share their beginning: the shared part, then the rest of each text as a branch. A branch sees the beginning and
  /// itself, and not the other branches. For decoders, whose beginning sees none of the branches.
  ///
  /// - Parameters:
  ///   - texts: token ids and types of each.
  ///   - origins: as above, of the beginning and then of each branch.
  /// - Precondition: the first `shared` tokens of all texts are the same, and none of them ends there.
  package mutating func append(
    sharing shared: Int, _ texts: [(tokens: ArraySlice<Int32>, segments: ArraySlice<UInt8>)], identity: UInt32,
    origins: [Range<Int>] = []
  ) {
    precondition(shared > 0 && texts.allSatisfy { $0.tokens.count > shared }, "texts that share \(shared) tokens")
    add(texts[0].tokens.prefix(shared), texts[0].segments.prefix(shared), from: 0)
    var branches: [Range<Int>] = []
    for text in texts {
      let start = tokens.count
      add(text.tokens.dropFirst(shared), text.segments.dropFirst(shared), from: shared)
      branches.append(start..<tokens.count)
    }
    close(identity, branches: branches, origins)
  }

  private mutating func add(_ part: some Collection<Int32>, _ types: some Collection<UInt8>, from position: Int) {
    precondition(!part.isEmpty && types.count == part.count, "\(part.count) tokens with \(types.count) types")
    tokens.append(contentsOf: part)
    segments.append(contentsOf: types)
    positions.append(contentsOf: (position..<position + part.count).map { Int32($0) })
  }

  private mutating func close(
    _ identity: UInt32, branches: [Range<Int>], _ origins: [Range<Int>], after cached: Int = 0
  ) {
    self.origins += origins.joined()
    precondition(
      self.origins.isEmpty || self.origins.count == tokens.count,
      "\(self.origins.count) origins, \(tokens.count) tokens")
    textWindows.append(count..<count + 1)
    offsets.append(tokens.count)
    identities.append(identity)
    self.branches.append(branches)
    cachedTokens.append(cached)
  }

  /// How many sequences there are.
  package var count: Int { identities.count }
  /// The rows of sequence `index`.
  package func rows(of index: Int) -> Range<Int> { offsets[index]..<offsets[index + 1] }
}
