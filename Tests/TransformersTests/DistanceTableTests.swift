// DeBERTa's table of distances passes through adapted modules beside the tokens: what that means for dropout, Flipout,
// members trained together, and observers.
import Arrays
import Testing
import Transformers

@Suite struct DistanceTableTests {
  private static let architecture = Variant.encoders.first { $0.testDescription == "disentangled distances" }!
    .architecture
  private let fixture: RandomNetwork

  init() throws {
    fixture = try RandomNetwork(Self.architecture, adapted: ["self.query", "self.key"], extra: 24 + 1 + 3 * 24)
  }

  /// A head whose tensors lie at `offset`.
  private func head(_ offset: Int) -> PooledHead {
    PooledHead(pooling: .mean, hidden: 24, outputs: 1, weightOffset: offset, biasOffset: offset + 24)
  }

  @Test("The gradient under dropout is that of the loss")
  func dropout() {
    GradientTests().check(
      fixture, head: head(fixture.extra), outputs: { $0.count }, dropout: Dropout(keepProbability: 0.7, seed: 5))
  }

  @Test("A sequence has the same masks and signs whatever is beside it")
  func besideOthers() throws {
    var fixture = fixture
    try fixture.setChange(of: "encoder.layer.0.attention.self.key", to: fixture.extra + 25)
    let (dropout, flipout) = (Dropout(keepProbability: 0.5, seed: 8), Flipout(seed: 4))
    // The longer sequence needs more rows of the table.
    let beside = RandomNetwork.batch([7, 40], identities: [3, 5])
    let alone = RandomNetwork.batch([7], identities: [3])
    func logit(_ batch: PackedBatch) -> Float {
      fixture.network.logits(
        batch, head: head(fixture.extra), parameters: fixture.values, dropout: dropout, count: 1)[0]
    }
    #expect(abs(logit(alone) - logit(beside)) < 1e-5)
    func states(_ batch: PackedBatch, _ flipout: Flipout?) -> ArraySlice<Float> {
      fixture.network.hiddenStates(batch, parameters: fixture.values, flipout: flipout)[..<(7 * 24)]
    }
    #expect(zip(states(alone, flipout), states(beside, flipout)).allSatisfy { abs($0 - $1) < 1e-5 })
    #expect(states(alone, flipout) != states(alone, nil))
  }

  @Test("Members trained together get the gradients that they get alone")
  func members() throws {
    let start = fixture.places.first { $0.name.hasSuffix(".A") }!.range.lowerBound
    let count = fixture.values.count - start
    try fixture.values.withUnsafeBufferPointer { base in
      nonisolated(unsafe) let numbers = base.baseAddress!
      let places = Dictionary(uniqueKeysWithValues: fixture.places.map { ($0.name, $0.range.lowerBound) })
      let adapters = Self.architecture.linearModules.filter { places[$0.name + ".A"] != nil }.map {
        (
          $0.name,
          LowRankPlace(
            rank: 3, scale: 1.5, offsetA: places[$0.name + ".A"]! - start, offsetB: places[$0.name + ".B"]! - start)
        )
      }
      let network = try Network(
        Self.architecture, frozen: { .float32(numbers + places[$0]!) },
        adapters: Dictionary(uniqueKeysWithValues: adapters))
      var vectors = [Float](repeating: 0, count: 2 * count)
      RandomStream(seed: 3, purpose: .test).normals(into: &vectors, count: 2 * count)
      for index in vectors.indices { vectors[index] *= 0.3 }
      func gradient(_ vectors: [Float], members: Members, seed: UInt64) -> [Float] {
        var batch = PackedBatch()
        for _ in 0..<members.count {
          for (identity, length) in [5, 20].enumerated() {
            batch.append(
              (0..<length).map { Int32($0 % 30) }, segments: repeatElement(0, count: length),
              identity: UInt32(identity))
          }
        }
        var gradient = [Float](repeating: 0, count: vectors.count)
        network.accumulateGradient(
          batch, head: head(fixture.extra - start), parameters: vectors, gradients: &gradient, members: members,
          dropout: Dropout(keepProbability: 0.8, seed: seed), arena: Arena()
        ) { for index in 0..<batch.count { $0[index] = index % 2 == 0 ? 1 : -0.5 } }
        return gradient
      }
      let together = gradient(vectors, members: Members(count: 2, stride: count), seed: 6)
      for member in 0..<2 {
        let own = member * count..<(member + 1) * count
        let alone = gradient(
          Array(vectors[own]), members: .one, seed: 6 &+ UInt64(member) &* Dropout.memberStride)
        #expect(zip(together[own], alone).allSatisfy { abs($0 - $1) < 1e-5 })
      }
    }
  }

  @Test("An observer sees each sequence's own part of the gradient")
  func observer() throws {
    func observe(_ batch: PackedBatch) throws -> (gradient: [Float], ofSequences: [[Float]]) {
      var gradient = [Float](repeating: 0, count: fixture.values.count)
      var parts = [[Float]](repeating: [Float](repeating: 0, count: 3 * 24), count: batch.count)
      let key = Self.architecture.linearModules.firstIndex { $0.name == "encoder.layer.0.attention.self.key" }!
      var counts: [Int] = []
      fixture.network.accumulateGradient(
        batch, head: head(fixture.extra), parameters: fixture.values, gradients: &gradient, arena: Arena(),
        observer: { seen in
          guard seen.number == key, let adapter = seen.adapter else { return }
          counts.append(seen.rows.count)
          for (sequence, rows) in seen.rows.enumerated() where sequence < parts.count {
            for row in rows {
              for output in 0..<24 {
                for rank in 0..<3 {
                  parts[sequence][output * 3 + rank] +=
                    adapter.scale * seen.dy[row * 24 + output] * adapter.u[row * 3 + rank]
                }
              }
            }
          }
        }
      ) { for index in 0..<batch.count { $0[index] = Float(index) + 1 } }
      // The tokens and the table.
      #expect(counts == [batch.count, batch.count])
      return (gradient, parts)
    }
    let both = try observe(RandomNetwork.batch([9, 30], identities: [3, 5]))
    let place = fixture.places.first { $0.name == "encoder.layer.0.attention.self.key.B" }!.range
    let sum = zip(both.ofSequences[0], both.ofSequences[1]).map { $0 + $1 }
    #expect(zip(sum, both.gradient[place]).allSatisfy { abs($0 - $1) < 1e-5 })
    let alone = try observe(RandomNetwork.batch([9], identities: [3]))
    #expect(zip(both.ofSequences[0], alone.gradient[place]).allSatisfy { abs($0 - $1) < 1e-5 })
  }
}
