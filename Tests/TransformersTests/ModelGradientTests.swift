// The gradients of every model type against differences of the loss: all tensors of the base, and adapters on all modules.
import Arrays
import Testing
import Transformers

@Suite struct ModelGradientTests {
  /// The fixture's network with random parameters, every one of them trained.
  private func random(_ fixture: ModelFixture, extra: Int = 0) throws -> RandomNetwork {
    try RandomNetwork(fixture.longer, adapted: [""], extra: extra)
  }

  @Test(arguments: ModelFixture.all) func aHeadThatReadsAllRows(fixture: ModelFixture) throws {
    let architecture = try fixture.architecture
    guard architecture.isDecoder else { return try checkPooled(fixture, .mean) }
    let network = try random(fixture)
    let offsets = Dictionary(uniqueKeysWithValues: network.places.map { ($0.name, $0.range.lowerBound) })
    let head = try network.network.languageModelHead(trained: offsets) { fatalError("\($0) is not trained") }
    check(network, head: head, outputs: { $0.tokens.count * architecture.vocabularySize })
  }

  @Test(arguments: ModelFixture.all) func aHeadThatReadsOneRowOfEachSequence(fixture: ModelFixture) throws {
    guard try fixture.architecture.isDecoder else { return try checkPooled(fixture, .first) }
    let network = try random(fixture)
    let offsets = Dictionary(uniqueKeysWithValues: network.places.map { ($0.name, $0.range.lowerBound) })
    try network.values.withUnsafeBufferPointer { values in
      nonisolated(unsafe) let start = values.baseAddress!
      // The head's own tensors are frozen: only what lies below it is compared.
      let head = try network.network.letterHead(tokens: [4, 9, 2]) { .float32(start + offsets[$0]!) }
      let own = network.architecture.tensors.filter(\.role.isOutput).map(\.name)
      check(network, head: head, outputs: { 3 * $0.count }, except: own)
    }
  }

  private func checkPooled(_ fixture: ModelFixture, _ pooling: PooledHead.Pooling) throws {
    let width = try fixture.architecture.hiddenSize
    let network = try random(fixture, extra: 3 * width + 3)
    let head = PooledHead(
      pooling: pooling, hidden: width, outputs: 3, weightOffset: network.extra, biasOffset: network.extra + 3 * width)
    check(network, head: head, outputs: { 3 * $0.count })
  }

  /// Compares the gradient with differences at a few coordinates of each tensor.
  private func check(
    _ network: RandomNetwork, head: some Head, outputs: (PackedBatch) -> Int, except frozen: [String] = []
  ) {
    let loss = CombinedLogits(network, head: head, outputs: outputs)
    let gradient = loss.gradient()
    for (number, (name, range)) in network.places.enumerated() where !range.isEmpty && !frozen.contains(name) {
      let largest = range.max { abs(gradient[$0]) < abs(gradient[$1]) }!
      let random = RandomStream(seed: 5, purpose: .test, place: (UInt32(number), 0))
      let drawn = (0..<2).map { range.lowerBound + Int(random.word($0) % UInt32(range.count)) }
      for index in [largest] + drawn {
        let measured = slope(loss, network.values, at: index)
        let error = abs(measured - Double(gradient[index]))
        #expect(
          error <= 0.01 * Double(abs(gradient[largest])) + 5e-3,
          "\(name)[\(index - range.lowerBound)]: \(measured) measured, \(gradient[index]) computed")
      }
    }
  }

  /// The derivative by central differences of two widths, whose errors of second order cancel.
  private func slope<H>(_ loss: CombinedLogits<H>, _ values: [Float], at index: Int) -> Double {
    func difference(_ step: Float) -> Double {
      var (up, down) = (values, values)
      up[index] += step
      down[index] -= step
      return (loss(up) - loss(down)) / (Double(up[index]) - Double(down[index]))
    }
    return (4 * difference(0.005) - difference(0.01)) / 3
  }
}
