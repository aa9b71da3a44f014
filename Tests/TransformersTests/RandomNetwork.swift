// Small networks with random weights, every one of them trained, for tests that move weights.
import Artifacts
import Arrays
import Transformers

/// A network whose whole weights are one vector, with adapters on some modules.
struct RandomNetwork {
  let architecture: Architecture
  private(set) var network: Network
  private let trained: [String: Int]
  private var adapters: [String: LowRankPlace]
  /// Where each tensor lies in `values`.
  let places: [(name: String, range: Range<Int>)]
  let values: [Float]

  static let llama = Architecture.llama(
    hiddenSize: 24, layers: 2, heads: 4, keyValueHeads: 2, headSize: 6, intermediateSize: 40, vocabularySize: 30,
    maximumPositions: 96, tiedHead: false
  ).changing(["model_type": "qwen2"])
  static let bert = Architecture.bert(
    hiddenSize: 24, heads: 3, intermediateSize: 40, vocabularySize: 30, maximumPositions: 96)

  /// - Parameters:
  ///   - adapted: ends of the names of modules with adapters of rank 3.
  ///   - zeroB: whether the adapters' B are zero.
  init(_ architecture: Architecture, adapted: [String] = [], zeroB: Bool = false, extra: Int = 0) throws {
    self.architecture = architecture
    var (offset, places, trained) = (0, [(String, Range<Int>)](), [String: Int]())
    func place(_ name: String, _ count: Int) -> Int {
      defer { offset += count }
      places.append((name, offset..<offset + count))
      return offset
    }
    for tensor in architecture.tensors { trained[tensor.name] = place(tensor.name, tensor.shape.reduce(1, *)) }
    var adapters: [String: LowRankPlace] = [:]
    for module in architecture.linearModules where adapted.contains(where: module.name.hasSuffix) {
      let (a, b) = (place("\(module.name).A", 3 * module.inputs), place("\(module.name).B", 3 * module.outputs))
      adapters[module.name] = LowRankPlace(rank: 3, scale: 1.5, offsetA: a, offsetB: b)
    }
    _ = place("extra", extra)
    let stream = RandomStream(seed: 7, purpose: .test)
    var values = (0..<offset).map { 0.6 * (stream.uniform($0) - 0.5) }
    for (name, range) in places {
      if name.lowercased().contains("norm") && name.hasSuffix("weight") { for index in range { values[index] += 1 } }
      if zeroB && name.hasSuffix(".B") { for index in range { values[index] = 0 } }
    }
    (self.places, self.values, self.trained, self.adapters) = (places, values, trained, adapters)
    network = try Network(
      architecture, frozen: { fatalError("\($0) is not trained") }, trained: trained, adapters: adapters)
  }

  /// Lets a pass with Flipout change the A of a module by the numbers at `offset`.
  mutating func setChange(of module: String, to offset: Int) throws {
    adapters[module]!.offsetChange = offset
    network = try Network(
      architecture, frozen: { fatalError("\($0) is not trained") }, trained: trained, adapters: adapters)
  }

  /// The offset of the last `extra` numbers.
  var extra: Int { places.last!.range.lowerBound }

  /// Four sequences, one of them longer than 64 tokens: attention works on 64 queries at a time.
  static let fourSequences = batch([5, 2, 9, 75])

  /// Sequences of these lengths, with identities that do not depend on the other sequences; those with the indices
  /// `furtherWindows` belong to the text of the sequence before them.
  static func batch(
    _ lengths: [Int], identities: [UInt32]? = nil, furtherWindows: Set<Int> = []
  ) -> PackedBatch {
    var batch = PackedBatch()
    for (index, length) in lengths.enumerated() {
      let identity = identities?[index] ?? UInt32(index)
      let stream = RandomStream(seed: 1, purpose: .test, place: (identity, 0))
      batch.append(
        (0..<length).map { Int32(stream.word($0) % 30) }, segments: (0..<length).map { $0 * 2 < length ? 0 : 1 },
        identity: identity, isFurtherWindow: furtherWindows.contains(index))
    }
    return batch
  }
}

extension Network {
  /// The first `count` logits of a batch, copied out of the arena.
  func logits(
    _ batch: PackedBatch, head: some Head, parameters: [Float], dropout: Dropout? = nil, count: Int
  ) -> [Float] {
    let arena = Arena()
    return withExtendedLifetime(arena) {
      let logits = logits(batch, head: head, parameters: parameters, dropout: dropout, arena: arena)
      return Array(UnsafeBufferPointer(start: logits, count: count))
    }
  }

  /// The last block's output (rows, hidden), copied out of the arena.
  func hiddenStates(_ batch: PackedBatch, parameters: [Float], flipout: Flipout? = nil) -> [Float] {
    let arena = Arena()
    return withExtendedLifetime(arena) {
      let hidden = hidden(batch, parameters: parameters, flipout: flipout, arena: arena)
      return Array(UnsafeBufferPointer(start: hidden, count: batch.tokens.count * architecture.hiddenSize))
    }
  }
}
