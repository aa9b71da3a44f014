// The gradient of every tensor against differences of the loss, for each kind of head.
import Arrays
import Foundation
import Testing
import Transformers

@Suite struct GradientTests {
  /// Compares the gradient of each tensor with the difference of the loss along it.
  func check(
    _ fixture: RandomNetwork, head: some Head, batch: PackedBatch = RandomNetwork.fourSequences,
    outputs: (PackedBatch) -> Int, dropout: Dropout? = nil,
    except frozen: [String] = [], sourceLocation: SourceLocation = #_sourceLocation
  ) {
    let loss = CombinedLogits(fixture, head: head, batch: batch, outputs: outputs, dropout: dropout)
    let gradient = loss.gradient()
    for (name, range) in fixture.places where !range.isEmpty && !frozen.contains(name) {
      // Along the gradient itself the difference is largest and its rounding error smallest.
      let norm = range.reduce(0.0) { $0 + Double(gradient[$1]) * Double(gradient[$1]) }.squareRoot()
      let step = 2e-3
      var (up, down) = (fixture.values, fixture.values)
      let random = RandomStream(seed: 9, purpose: .test)
      var slope = 0.0
      for index in range {
        let direction = norm > 0 ? Double(gradient[index]) / norm + 0.1 * Double(random.uniform(index) - 0.5) : 0
        slope += Double(gradient[index]) * direction
        up[index] += Float(step * direction)
        down[index] -= Float(step * direction)
      }
      let measured = (loss(up) - loss(down)) / (2 * step)
      #expect(
        abs(measured - slope) <= 0.02 * abs(slope) + 2e-3, "\(name): \(measured) measured, \(slope) computed",
        sourceLocation: sourceLocation)
    }
  }

  @Test func everyTensorOfALlamaWithAdaptersAndTheWholeVocabulary() throws {
    let fixture = try RandomNetwork(
      RandomNetwork.llama, adapted: ["q_proj", "v_proj", "o_proj", "down_proj", "gate_proj"])
    let places = Dictionary(uniqueKeysWithValues: fixture.places.map { ($0.name, $0.range.lowerBound) })
    let head = try fixture.network.languageModelHead(trained: places) { fatalError("\($0)") }
    check(fixture, head: head, outputs: { $0.tokens.count * 30 })
  }

  @Test func theLogProbabilityOfAContinuation() throws {
    let fixture = try RandomNetwork(RandomNetwork.llama, adapted: ["q_proj", "v_proj", "up_proj"])
    let places = Dictionary(uniqueKeysWithValues: fixture.places.map { ($0.name, $0.range.lowerBound) })
    let values = fixture.values
    try values.withUnsafeBufferPointer { numbers in
      nonisolated(unsafe) let start = numbers.baseAddress!
      let head = try fixture.network.continuationHead { .float32(start + places[$0]!) }
      let batch = RandomNetwork.batch([5, 2, 9, 17])
      let whole = fixture.network.logits(
        batch, head: try fixture.network.languageModelHead(trained: places) { fatalError("\($0)") },
        parameters: values, count: batch.tokens.count * 30)
      let sums = fixture.network.logits(batch, head: head, parameters: values, count: 4)
      for sequence in 0..<4 {
        let expected = batch.rows(of: sequence).dropFirst().filter { batch.segments[$0] == 1 }.reduce(0.0) { sum, row in
          let logits = whole[(row - 1) * 30..<row * 30].map { Double($0) }
          return sum + logits[Int(batch.tokens[row])] - log(logits.reduce(0) { $0 + exp($1) })
        }
        #expect(abs(Double(sums[sequence]) - expected) < 1e-4)
      }
      // The head's own tensors stand still here: only what lies below it is compared.
      check(fixture, head: head, outputs: { $0.count }, except: ["lm_head.weight", "model.norm.weight"])
    }
  }

  @Test(arguments: [PooledHead.Pooling.mean, .first])
  func everyTensorOfABertWithAdaptersAndAPooledHead(pooling: PooledHead.Pooling) throws {
    let fixture = try RandomNetwork(
      RandomNetwork.bert, adapted: ["query", "value", "output.dense", "intermediate.dense"], extra: 3 * 24 + 3)
    let head = PooledHead(
      pooling: pooling, hidden: 24, outputs: 3, weightOffset: fixture.extra, biasOffset: fixture.extra + 72)
    check(fixture, head: head, outputs: { $0.count * 3 })
  }

  /// As in BERT's class for sequence classification, and as in ModernBERT's.
  @Test(arguments: [false, true]) func aDenseLayerBeforeTheOutputLayer(hasNorm: Bool) throws {
    let fixture = try RandomNetwork(RandomNetwork.bert, adapted: ["query"], extra: 24 * 24 + 24 + 3 * 24 + 3)
    let (bias, output) = (fixture.extra + 24 * 24, fixture.extra + 24 * 24 + 24)
    let scale = (0..<24).map { 0.5 + Float($0) / 24 }
    scale.withUnsafeBufferPointer { scale in
      let dense = DenseLayer(
        hasNorm ? .gelu : .tanh, width: 24, weightOffset: fixture.extra, biasOffset: hasNorm ? nil : bias,
        norm: hasNorm ? .init(epsilon: 1e-5, scale: scale.baseAddress) : nil)
      let head = PooledHead(
        pooling: .first, dense: dense, hidden: 24, outputs: 3, weightOffset: output, biasOffset: output + 72)
      check(fixture, head: head, outputs: { $0.count * 3 })
    }
  }

  @Test func dropoutOnTheAdaptersInputs() throws {
    let fixture = try RandomNetwork(RandomNetwork.bert, adapted: ["query", "value"], extra: 24 + 1)
    let head = PooledHead(
      pooling: .mean, hidden: 24, outputs: 1, weightOffset: fixture.extra, biasOffset: fixture.extra + 24)
    check(fixture, head: head, outputs: { $0.count }, dropout: Dropout(keepProbability: 0.7, seed: 5))
  }

  @Test func frozenPrefixGetsNoGradientAndChangesNone() throws {
    // Adapters on the upper block alone: the backward pass stops there, and what it computes is the same.
    let full = try RandomNetwork(RandomNetwork.llama, adapted: ["model.layers.1.self_attn.q_proj"])
    let adapter = full.places.filter { $0.name.hasSuffix(".A") || $0.name.hasSuffix(".B") }
    let offset = adapter[0].range.lowerBound
    let adapted = Array(full.values[offset...])
    let base = full.values
    let places = Dictionary(uniqueKeysWithValues: full.places.map { ($0.name, $0.range.lowerBound) })
    base.withUnsafeBufferPointer { base in
      nonisolated(unsafe) let numbers = base.baseAddress!
      let frozen = { (name: String) -> StoredNumbers in .float32(numbers + places[name]!) }
      let module = "model.layers.1.self_attn.q_proj"
      let network = try! Network(
        RandomNetwork.llama, frozen: frozen,
        adapters: [module: LowRankPlace(rank: 3, scale: 1.5, offsetA: 0, offsetB: adapter[0].range.count)])
      let batch = RandomNetwork.batch([6, 4])
      func gradient(_ network: Network, _ values: [Float]) -> [Float] {
        let head = try! network.letterHead(tokens: [1, 2, 3], frozen: frozen)
        var gradient = [Float](repeating: 0, count: values.count)
        network.accumulateGradient(batch, head: head, parameters: values, gradients: &gradient, arena: Arena()) {
          for index in 0..<6 { $0[index] = Float(index) - 2 }
        }
        return gradient
      }
      // Frozen and trained matrices are multiplied by different libraries.
      let expected = gradient(full.network, full.values)[offset...]
      let error = zip(gradient(network, adapted), expected).map { abs($0 - $1) }.max()!
      #expect(error < 3e-6)
    }
  }
}
