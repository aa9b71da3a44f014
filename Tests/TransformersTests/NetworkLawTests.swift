// Laws of the network: what is the same whatever else is computed beside it.
import Arrays
import Testing
import Transformers

@Suite struct NetworkLawTests {
  private func hidden(_ fixture: RandomNetwork, _ batch: PackedBatch, _ dropout: Dropout? = nil) -> [Float] {
    let head = PooledHead(
      pooling: .mean, hidden: 24, outputs: 24, weightOffset: fixture.extra, biasOffset: fixture.extra + 576)
    return fixture.network.logits(
      batch, head: head, parameters: fixture.values, dropout: dropout, count: batch.count * 24)
  }

  @Test(arguments: GradientTests.families) func aSequenceIsTheSameWhateverIsBesideIt(architecture: Architecture) throws
  {
    let fixture = try RandomNetwork(architecture, adapted: ["query", "q_proj"], extra: 600)
    let alone = hidden(fixture, RandomNetwork.batch([11], identities: [4]))
    let beside = hidden(fixture, RandomNetwork.batch([7, 11, 30], identities: [3, 4, 5]))
    for index in 0..<24 { #expect(abs(alone[index] - beside[24 + index]) <= 1e-6) }
  }

  @Test func aDropoutMaskIsTheSameWhateverIsBesideIt() throws {
    let fixture = try RandomNetwork(RandomNetwork.llama, adapted: ["q_proj", "down_proj"], extra: 600)
    let dropout = Dropout(keepProbability: 0.5, seed: 8)
    let alone = hidden(fixture, RandomNetwork.batch([11], identities: [4]), dropout)
    let beside = hidden(fixture, RandomNetwork.batch([7, 11], identities: [3, 4]), dropout)
    for index in 0..<24 { #expect(abs(alone[index] - beside[24 + index]) <= 1e-6) }
    #expect(alone != hidden(fixture, RandomNetwork.batch([11], identities: [4])), "dropout does nothing")
    #expect(
      alone != hidden(fixture, RandomNetwork.batch([11], identities: [4]), Dropout(keepProbability: 0.5, seed: 9)))
  }

  @Test(arguments: GradientTests.families) func anAdapterWithBZeroIsTheBaseExactly(architecture: Architecture) throws {
    let modules = ["query", "value", "output.dense", "q_proj", "v_proj", "down_proj"]
    let adapted = try RandomNetwork(architecture, adapted: modules, zeroB: true, extra: 600)
    let plain = try RandomNetwork(architecture, extra: 600)
    var values = plain.values
    values.replaceSubrange(plain.extra..., with: adapted.values[adapted.extra...])
    let batch = RandomNetwork.batch([3, 12])
    let head = { (fixture: RandomNetwork) in
      PooledHead(pooling: .first, hidden: 24, outputs: 24, weightOffset: fixture.extra, biasOffset: fixture.extra + 576)
    }
    let one = adapted.network.logits(batch, head: head(adapted), parameters: adapted.values, count: 48)
    let other = plain.network.logits(batch, head: head(plain), parameters: values, count: 48)
    for index in 0..<48 { #expect(one[index] == other[index]) }
  }

  @Test func causalAttentionDoesNotSeeWhatComesLater() throws {
    let fixture = try RandomNetwork(RandomNetwork.llama, extra: 600)
    var (short, long) = (PackedBatch(), PackedBatch())
    let tokens: [Int32] = [3, 14, 15, 9, 2, 6]
    short.append(tokens[..<4], segments: [UInt8](repeating: 0, count: 4), identity: 0)
    long.append(tokens, segments: [UInt8](repeating: 0, count: 6), identity: 0)
    let head = PooledHead(
      pooling: .first, hidden: 24, outputs: 24, weightOffset: fixture.extra, biasOffset: fixture.extra + 576)
    let one = fixture.network.logits(short, head: head, parameters: fixture.values, count: 24)
    let other = fixture.network.logits(long, head: head, parameters: fixture.values, count: 24)
    for index in 0..<24 { #expect(abs(one[index] - other[index]) <= 1e-6) }
  }

  @Test func textsThatShareTheirBeginningScoreTheSameInOneSequence() throws {
    let fixture = try RandomNetwork(RandomNetwork.llama, adapted: ["q_proj", "v_proj", "up_proj"])
    let places = Dictionary(uniqueKeysWithValues: fixture.places.map { ($0.name, $0.range.lowerBound) })
    let question: [Int32] = [5, 9, 2, 21, 7]
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
      for text in 0..<5 { #expect(abs(one.logits[text] - other.logits[text]) < 1e-5) }
      let error = zip(one.gradient, other.gradient).map { abs($0 - $1) }.max()!
      #expect(error < 1e-4)
    }
  }
}
