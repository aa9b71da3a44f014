// The logits of a text that is read by windows are the means of their logits, forward, backward and for observers.
import Arrays
import Testing
import Transformers

@Suite struct WindowsTests {
  private static let deberta = Variant.encoders.first { $0.testDescription == "disentangled distances" }!.architecture

  /// A head with a dense layer, whose tensors lie at the end of the vector.
  private func head(_ fixture: RandomNetwork) -> PooledHead {
    let offset = fixture.extra
    return PooledHead(
      pooling: .mean,
      dense: DenseLayer(.tanh, width: 24, weightOffset: offset, biasOffset: offset + 24 * 24),
      hidden: 24, outputs: 3, weightOffset: offset + 25 * 24, biasOffset: offset + 28 * 24)
  }

  private func fixture(_ architecture: Architecture) throws -> RandomNetwork {
    try RandomNetwork(architecture, adapted: ["self.query", "self.key"], extra: 28 * 24 + 3)
  }

  @Test(arguments: [RandomNetwork.bert, deberta])
  func theLogitsAreTheMeansOfThoseOfTheWindows(architecture: Architecture) throws {
    let fixture = try fixture(architecture)
    func logits(_ furtherWindows: Set<Int>) -> [Float] {
      let batch = RandomNetwork.batch([7, 7, 5, 9, 3], furtherWindows: furtherWindows)
      return fixture.network.logits(
        batch, head: head(fixture), parameters: fixture.values, count: 3 * (5 - furtherWindows.count))
    }
    let (alone, texts) = (logits([]), logits([1, 2, 4]))
    for output in 0..<3 {
      let first = (alone[output] + alone[3 + output] + alone[6 + output]) / 3
      #expect(abs(texts[output] - first) < 1e-6)
      #expect(abs(texts[3 + output] - (alone[9 + output] + alone[12 + output]) / 2) < 1e-6)
    }
  }

  @Test(arguments: [RandomNetwork.bert, deberta])
  func theGradientIsThatOfTheLoss(architecture: Architecture) throws {
    let fixture = try fixture(architecture)
    GradientTests().check(
      fixture, head: head(fixture), batch: RandomNetwork.batch([5, 2, 9, 75], furtherWindows: [1, 3]),
      outputs: { $0.textWindows.count * 3 }, dropout: Dropout(keepProbability: 0.7, seed: 5))
  }

  /// What an observer sees of a text, of the tokens and of the head, has the gradient of the text's logits.
  @Test(arguments: [RandomNetwork.bert, deberta])
  func anObserverSeesTheRowsOfAllWindowsOfAText(architecture: Architecture) throws {
    let fixture = try fixture(architecture)
    let key = architecture.linearModules.first { $0.name.hasSuffix("self.key") }!.name
    let number = architecture.linearModules.firstIndex { $0.name == key }!
    let place = fixture.places.first { $0.name == key + ".B" }!.range
    func observe(_ batch: PackedBatch) -> (gradient: [Float], ofTexts: [[Float]]) {
      var gradient = [Float](repeating: 0, count: fixture.values.count)
      var parts = [[Float]](repeating: [Float](repeating: 0, count: place.count), count: batch.textWindows.count)
      fixture.network.accumulateGradient(
        batch, head: head(fixture), parameters: fixture.values, gradients: &gradient, arena: Arena(),
        observer: { seen in
          #expect(seen.rows.count == batch.textWindows.count)
          guard seen.number == number, let adapter = seen.adapter else { return }
          for (text, rows) in seen.rows.enumerated() {
            for row in rows {
              for index in 0..<place.count {
                parts[text][index] +=
                  adapter.scale * seen.dy[row * 24 + index / 3] * adapter.u[row * 3 + index % 3]
              }
            }
          }
        }
      ) { for index in 0..<batch.textWindows.count * 3 { $0[index] = Float(index) + 1 } }
      return (gradient, parts)
    }
    let both = observe(RandomNetwork.batch([9, 30, 4, 6], identities: [3, 5, 7, 8], furtherWindows: [1, 3]))
    let sum = zip(both.ofTexts[0], both.ofTexts[1]).map { $0 + $1 }
    #expect(zip(sum, both.gradient[place]).allSatisfy { abs($0 - $1) < 2e-5 })
    let alone = observe(RandomNetwork.batch([9, 30], identities: [3, 5], furtherWindows: [1]))
    #expect(zip(both.ofTexts[0], alone.gradient[place]).allSatisfy { abs($0 - $1) < 2e-5 })
  }
}
