// Laws of the network: what is the same whatever else is computed beside it.
import Arrays
import Testing
import Transformers

@Suite struct NetworkLawTests {
  /// A network with random parameters, and room for a pooled head with `width` outputs behind them.
  private func network(_ model: ModelFixture, adapted: [String] = [""], zeroB: Bool = false) throws -> RandomNetwork {
    let architecture = try model.longer
    let width = architecture.hiddenSize
    return try RandomNetwork(architecture, adapted: adapted, zeroB: zeroB, extra: width * width + width)
  }

  private func pooled(
    _ fixture: RandomNetwork, _ batch: PackedBatch, _ pooling: PooledHead.Pooling = .mean, values: [Float]? = nil,
    dropout: Dropout? = nil
  ) -> [Float] {
    let width = fixture.architecture.hiddenSize
    let head = PooledHead(
      pooling: pooling, hidden: width, outputs: width, weightOffset: fixture.extra,
      biasOffset: fixture.extra + width * width)
    return fixture.network.logits(
      batch, head: head, parameters: values ?? fixture.values, dropout: dropout, count: batch.count * width)
  }

  @Test(arguments: ModelFixture.all) func aSequenceIsTheSameWhateverIsBesideIt(model: ModelFixture) throws {
    let fixture = try network(model)
    let alone = pooled(fixture, RandomNetwork.batch([11], identities: [4]))
    let beside = pooled(fixture, RandomNetwork.batch([7, 11, 30], identities: [3, 4, 5]))
    #expect(largestDifference(alone, beside[alone.count..<2 * alone.count]) <= 1e-5)
  }

  @Test(arguments: ModelFixture.all) func aDropoutMaskIsTheSameWhateverIsBesideIt(model: ModelFixture) throws {
    let fixture = try network(model)
    let dropout = Dropout(keepProbability: 0.5, seed: 8)
    let one = RandomNetwork.batch([11], identities: [4])
    let alone = pooled(fixture, one, dropout: dropout)
    let beside = pooled(fixture, RandomNetwork.batch([7, 11], identities: [3, 4]), dropout: dropout)
    #expect(largestDifference(alone, beside.suffix(alone.count)) <= 1e-5)
    #expect(alone != pooled(fixture, one), "dropout does nothing")
    #expect(alone != pooled(fixture, one, dropout: Dropout(keepProbability: 0.5, seed: 9)))
  }

  @Test(arguments: ModelFixture.all) func anAdapterWithBZeroIsTheBaseExactly(model: ModelFixture) throws {
    let (adapted, plain) = (try network(model, zeroB: true), try network(model, adapted: []))
    var values = plain.values
    values.replaceSubrange(plain.extra..., with: adapted.values[adapted.extra...])
    let batch = RandomNetwork.batch([3, 12])
    #expect(pooled(adapted, batch, .first) == pooled(plain, batch, .first, values: values))
  }

  @Test(arguments: ModelFixture.decoders) func causalAttentionDoesNotSeeWhatComesLater(model: ModelFixture) throws {
    let fixture = try network(model)
    var (short, long) = (PackedBatch(), PackedBatch())
    let tokens: [Int32] = [3, 14, 15, 9, 2, 6]
    short.append(tokens[..<4], segments: [UInt8](repeating: 0, count: 4), identity: 0)
    long.append(tokens, segments: [UInt8](repeating: 0, count: 6), identity: 0)
    let width = fixture.architecture.hiddenSize
    let one = fixture.network.hiddenStates(short, parameters: fixture.values)
    let other = fixture.network.hiddenStates(long, parameters: fixture.values)
    #expect(largestDifference(one, other[..<(4 * width)]) == 0)
  }

  @Test(arguments: ModelFixture.decoders)
  func textsThatShareTheirBeginningScoreTheSameInOneSequence(model: ModelFixture) throws {
    let fixture = try network(model)
    let places = Dictionary(uniqueKeysWithValues: fixture.places.map { ($0.name, $0.range.lowerBound) })
    let question: [Int32] = [5, 9, 2, 21, 7, 30, 8, 8, 12, 1]
    let texts: [[Int32]] = [[3], [3, 8], [11, 4, 6], [1, 1]].map { question + $0 }
    let types = texts.map { $0.indices.map { $0 < question.count ? UInt8(0) : 1 } }
    var (apart, together) = (RandomNetwork.batch([4]), RandomNetwork.batch([4]))
    for (text, types) in zip(texts, types) { apart.append(text, segments: types, identity: 9) }
    together.append(sharing: question.count, zip(texts, types).map { ($0[...], $1[...]) }, identity: 9)
    #expect(together.tokens.count == 4 + question.count + 8)

    try fixture.values.withUnsafeBufferPointer { numbers in
      nonisolated(unsafe) let start = numbers.baseAddress!
      let head = try fixture.network.continuationHead { .float32(start + places[$0]!) }
      func results(_ batch: PackedBatch) -> (logits: [Float], gradient: [Float]) {
        var gradient = [Float](repeating: 0, count: fixture.values.count)
        fixture.network.accumulateGradient(
          batch, head: head, parameters: fixture.values, gradients: &gradient, arena: Arena()
        ) { for text in 0..<5 { $0[text] = Float(text) - 1.5 } }
        return (fixture.network.logits(batch, head: head, parameters: fixture.values, count: 5), gradient)
      }
      let (one, other) = (results(apart), results(together))
      #expect(largestDifference(one.logits, other.logits) < 1e-4)
      #expect(largestDifference(one.gradient, other.gradient) < 1e-4 * one.gradient.map(abs).max()!)
    }
  }
}
