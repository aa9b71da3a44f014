// The network of a scorer as a writer of texts: it reads a prompt once, and then computes one row for each token of each
// of several texts side by side.
import Arrays
import Artifacts
import Faults
import Transformers

/// A decoder that continues texts.
package struct TextNetwork: Sendable {
  /// One draw of the network's parameters, or several that are computed together.
  package struct Parameters: Sendable {
    /// The network's vectors, one after the other.
    fileprivate let vectors: [Float]
    fileprivate let members: Members
    fileprivate let dropout: Dropout?
    /// How many draws it holds.
    package var count: Int { members.count }
  }

  /// A text that is being written: its last tokens, which the network has not read yet, and what it has read.
  package struct Continuation {
    let tokens: [Int32]
    let identity: UInt32
    /// [draw]
    let caches: [KeyValueCache]

    package init(_ tokens: [Int32], identity: UInt32, caches: [KeyValueCache]) {
      (self.tokens, self.identity, self.caches) = (tokens, identity, caches)
    }

    /// The same with the caches of some of the draws.
    package func caches(of draws: Range<Int>) -> Continuation {
      Continuation(tokens, identity: identity, caches: Array(caches[draws]))
    }
  }

  private let scorer: Scorer
  private let head: ContinuationHead

  /// - Throws: what reading the base throws.
  /// - Precondition: the scorer has a decoder, no prefix, and positions for the longest text.
  package init(_ scorer: Scorer) throws {
    precondition(scorer.prefix == nil, "new tokens have no cached hidden states")
    self.scorer = scorer
    head = try scorer.head as? ContinuationHead ?? scorer.network.continuationHead(frozen: scorer.base.values(of:))
  }

  /// The number of tokens in the vocabulary.
  package var vocabulary: Int { scorer.architecture.vocabularySize }
  /// The number of threads.
  package var threads: Int { scorer.threads }
  /// [byte] The keys and values of a text of `tokens` tokens.
  package func cacheBytes(tokens: Int) -> Int { KeyValueCache.bytes(scorer.architecture, tokens: tokens) }

  /// A draw of the trained vector.
  package func parameters(_ values: [Float], dropout: Dropout?) -> Parameters {
    Parameters(vectors: scorer.expand(values), members: .one, dropout: dropout)
  }

  /// The same draws in as few passes as possible: one, unless they have dropout or train the base itself.
  package func joined(_ draws: [Parameters]) -> [Parameters] {
    guard scorer.layout.trained.isEmpty, draws.allSatisfy({ $0.dropout == nil }) else { return draws }
    let members = Members(count: draws.count, stride: draws[0].vectors.count)
    return [Parameters(vectors: draws.flatMap(\.vectors), members: members, dropout: nil)]
  }

  /// Reads a prompt with one of the draws.
  ///
  /// - Parameters:
  ///   - room: the most tokens that the cache will hold.
  ///   - worker: the index of the thread, whose memory is used.
  /// - Returns: the cache, and the logits (vocabulary) of the token after the prompt.
  package func read(
    _ prompt: ArraySlice<Int32>, identity: UInt32, room: Int, by parameters: Parameters, draw: Int, worker: Int
  ) -> (cache: KeyValueCache, logits: [Float]) {
    let cache = KeyValueCache(scorer.architecture, tokens: room)
    var batch = PackedBatch()
    batch.append(prompt, segments: [UInt8](repeating: 0, count: prompt.count), identity: identity)
    let logits = logits(
      batch, [cache], parameters, members: .one, offset: draw * parameters.members.stride, worker)
    return (cache, logits)
  }

  /// Reads the last tokens of each text.
  ///
  /// - Returns: logits (draw, text, vocabulary) of the next one.
  package func step(_ texts: [Continuation], by parameters: Parameters, worker: Int) -> [Float] {
    var (batch, caches) = (PackedBatch(), [KeyValueCache]())
    for member in 0..<parameters.members.count {
      for text in texts {
        let cache = text.caches[member]
        batch.append(
          text.tokens, segments: [UInt8](repeating: 1, count: text.tokens.count), identity: text.identity,
          after: cache.count)
        caches.append(cache)
      }
    }
    return logits(batch, caches, parameters, members: parameters.members, offset: 0, worker)
  }

  /// The logits (sequence, vocabulary) by the vectors from `offset` on.
  private func logits(
    _ batch: PackedBatch, _ caches: [KeyValueCache], _ parameters: Parameters, members: Members, offset: Int,
    _ worker: Int
  ) -> [Float] {
    let arena = scorer.arenas[worker]
    arena.reset()
    return parameters.vectors.withUnsafeBufferPointer { vectors in
      let logits = scorer.network.nextTokenLogits(
        batch, caches: caches, head: head, parameters: vectors.baseAddress! + offset, members: members,
        dropout: parameters.dropout, arena: arena)
      return Array(UnsafeBufferPointer(start: logits, count: batch.count * vocabulary))
    }
  }

  /// The fault of logits that are not finite after the prompt of `example`.
  package func notFinite(_ example: Int) -> Fault { scorer.notFinite(example) }
}
