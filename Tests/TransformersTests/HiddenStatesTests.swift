// A network may be cut between two blocks: the upper ones go on from what the lower ones have made.
import Arrays
import Testing
import Transformers

@Suite struct HiddenStatesTests {
  /// The network of `fixture` with some of its blocks, on states where any are below them.
  private func network(
    _ fixture: RandomNetwork, _ layers: Range<Int>, on states: UnsafePointer<Float>? = nil
  ) throws -> Network {
    let trained = Dictionary(uniqueKeysWithValues: fixture.places.map { ($0.name, $0.range.lowerBound) })
    return try Network(
      fixture.architecture, frozen: { fatalError("\($0) is not trained") }, layers: layers,
      states: states.map { HiddenStates($0, width: fixture.architecture.hiddenSize) }, trained: trained)
  }

  @Test(arguments: ModelFixture.all, [0, 1])
  func theUpperBlocksGoOnFromTheStatesOfTheLowerOnes(model: ModelFixture, cut: Int) throws {
    let architecture = try model.longer
    let fixture = try RandomNetwork(architecture)
    let lengths = [7, 11, 3]
    let plain = RandomNetwork.batch(lengths)
    let whole = fixture.network.hiddenStates(plain, parameters: fixture.values)
    let lower = try network(fixture, 0..<cut).hiddenStates(plain, parameters: fixture.values)

    // The states lie in another order than the batch asks for them, and the last sequence in two pieces.
    let width = architecture.hiddenSize
    let rows = Array(18..<21) + Array(0..<18)
    let stored = rows.flatMap { lower[$0 * width..<($0 + 1) * width] }
    var batch = PackedBatch()
    for (index, origins) in [[3..<10], [10..<21], [0..<1, 1..<3]].enumerated() {
      let range = plain.rows(of: index)
      batch.append(plain.tokens[range], segments: plain.segments[range], identity: UInt32(index), origins: origins)
    }
    try stored.withUnsafeBufferPointer { stored in
      let upper = try network(fixture, cut..<architecture.layers, on: stored.baseAddress!)
      #expect(upper.hiddenStates(batch, parameters: fixture.values) == whole)
    }
  }
}
