// A decoder that keeps keys and values computes what a pass over the whole text computes, bit for bit.
import Arrays
import Testing
import Transformers

@Suite struct KeyValueCacheTests {
  /// The logits after each of `tokens` from `read` on, one token at a time behind a prompt of `read` tokens.
  private func cachedLogits(
    _ network: Network, _ head: ContinuationHead, _ tokens: [Int32], read: Int, _ values: [Float],
    dropout: Dropout? = nil, beside other: [Int32] = []
  ) -> [[Float]] {
    let texts = other.isEmpty ? [tokens] : [other, tokens]
    let caches = texts.map { _ in KeyValueCache(network.architecture, tokens: tokens.count) }
    let arena = Arena()
    func logits(_ range: Range<Int>) -> [Float] {
      arena.reset()
      var batch = PackedBatch()
      for (text, tokens) in texts.enumerated() {
        batch.append(
          tokens[range], segments: range.map { _ in UInt8(0) }, identity: text == texts.count - 1 ? 7 : 8,
          after: range.lowerBound)
      }
      return withExtendedLifetime(arena) {
        let width = network.architecture.vocabularySize
        let all = network.nextTokenLogits(
          batch, caches: caches, head: head, parameters: values, dropout: dropout, arena: arena)
        return Array(UnsafeBufferPointer(start: all + (texts.count - 1) * width, count: width))
      }
    }
    return [logits(0..<read)] + (read..<tokens.count).map { logits($0..<$0 + 1) }
  }

  /// The logits of the same rows from one pass over the whole text.
  private func wholeLogits(
    _ network: Network, _ head: LanguageModelHead, _ tokens: [Int32], read: Int, _ values: [Float],
    dropout: Dropout? = nil
  ) -> [[Float]] {
    var batch = PackedBatch()
    batch.append(tokens, segments: tokens.map { _ in UInt8(0) }, identity: 7)
    let width = network.architecture.vocabularySize
    let all = network.logits(
      batch, head: head, parameters: values, dropout: dropout, count: tokens.count * width)
    return (read - 1..<tokens.count).map { Array(all[$0 * width..<($0 + 1) * width]) }
  }

  @Test(arguments: ModelFixture.decoders) func frozenModelsWithAdapters(model: ModelFixture) throws {
    let reference = try model.reference
    let loaded = try reference.model
    let adapter = try ReferenceAdapter(reference, of: loaded.architecture)
    let network = try Network(loaded.architecture, frozen: loaded.frozen, adapters: adapter.places)
    let cached = try network.continuationHead(frozen: loaded.frozen)
    let whole = try network.languageModelHead(trained: [:], frozen: loaded.frozen)
    let tokens = try #require(try reference.sequences.max { $0.count < $1.count })
    let read = tokens.count / 3
    #expect(
      cachedLogits(network, cached, tokens, read: read, adapter.values)
        == wholeLogits(network, whole, tokens, read: read, adapter.values))
  }

  /// Longer than a block of queries and than every window, with dropout and beside another text.
  @Test(arguments: ModelFixture.decoders) func longTextsWithDropout(model: ModelFixture) throws {
    let fixture = try RandomNetwork(try model.longer, adapted: [""])
    let places = Dictionary(uniqueKeysWithValues: fixture.places.map { ($0.name, $0.range.lowerBound) })
    let (network, values) = (fixture.network, fixture.values)
    let vocabulary = UInt32(min(30, fixture.architecture.vocabularySize))
    let stream = RandomStream(seed: 3, purpose: .test)
    let tokens = (0..<90).map { Int32(stream.word($0) % vocabulary) }
    let other = (0..<90).map { Int32(stream.word(100 + $0) % vocabulary) }
    let dropout = Dropout(keepProbability: 0.7, seed: 5)
    try values.withUnsafeBufferPointer { numbers in
      nonisolated(unsafe) let start = numbers.baseAddress!
      let cached = try network.continuationHead { .float32(start + places[$0]!) }
      let whole = try network.languageModelHead(trained: [:]) { .float32(start + places[$0]!) }
      let expected = wholeLogits(network, whole, tokens, read: 70, values, dropout: dropout)
      #expect(
        cachedLogits(network, cached, tokens, read: 70, values, dropout: dropout, beside: other) == expected)
      #expect(cachedLogits(network, cached, tokens, read: 70, values) != expected, "dropout does nothing")
    }
  }

  @Test func aCopyGoesOnByItself() throws {
    let model = try #require(ModelFixture.decoders.first { $0.name == "qwen2" })
    let loaded = try model.reference.model
    let network = try Network(loaded.architecture, frozen: loaded.frozen)
    let head = try network.continuationHead(frozen: loaded.frozen)
    let cache = KeyValueCache(loaded.architecture, tokens: 6)
    func logits(_ cache: KeyValueCache, _ tokens: [Int32]) -> [Float] {
      let arena = Arena()
      var batch = PackedBatch()
      batch.append(tokens, segments: tokens.map { _ in UInt8(0) }, identity: 0, after: cache.count)
      return withExtendedLifetime(arena) {
        let logits = network.nextTokenLogits(batch, caches: [cache], head: head, parameters: [], arena: arena)
        return Array(UnsafeBufferPointer(start: logits, count: loaded.architecture.vocabularySize))
      }
    }
    _ = logits(cache, [3, 1, 4])
    let copy = cache.copy()
    let first = logits(copy, [1])
    #expect(copy.count == 4 && cache.count == 3)
    _ = logits(cache, [5])
    #expect(logits(copy, [9]) == logits(KeyValueCache(loaded.architecture, tokens: 6), [3, 1, 4, 1, 9]))
    #expect(first != logits(cache, [9]))
  }
}
