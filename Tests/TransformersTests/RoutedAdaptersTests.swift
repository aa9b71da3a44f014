// Adapters that a router weighs for each token, against the formulas of the paper in Double: logits, and gradients by
// differences of these formulas.
import Arrays
import Foundation
import TestSupport
import Testing
import Transformers

@Suite struct RoutedAdaptersTests {
  private static let blends = [
    Members.Block(sequences: 1, blend: Blend(meanOf: [0, 1, 2])), Members.Block(sequences: 2, blend: Blend(1)),
    Members.Block(sequences: 1, blend: Blend(meanOf: [0, 2])),
  ]

  @Test func logitsAreThoseOfTheFormulas() throws {
    let routed = try RoutedNetwork()
    let found = routed.logits(Self.blends, routed.vectors)
    let expected = routed.referenceLogits(Self.blends, routed.vectors.map { Double($0) })
    #expect(found.count == 12 && zip(found, expected).allSatisfy { abs(Double($0) - $1) < 2e-4 * max(1, abs($1)) })
    // The weights matter: with fixed ones the logits are others.
    let mean = routed.logits(Self.blends, routed.vectors, isRouted: false)
    #expect(zip(found, mean).contains { abs($0 - $1) > 1e-3 })
  }

  /// The lower of two blocks gets its gradient through the adapters and the router of the upper one.
  @Test func theGradientOfTheRouterIsThatOfTheFormulas() throws {
    let routed = try RoutedNetwork()
    let gradient = routed.gradient(Self.blends)
    let values = routed.vectors.map { Double($0) }
    for (name, range) in routed.routerTensors {
      let largest = range.map { abs(gradient[$0]) }.max()!
      #expect(largest > 1e-4, "\(name) has a gradient")
      for place in [range.lowerBound, range.lowerBound + range.count / 2, range.upperBound - 1] {
        var (up, down) = (values, values)
        up[routed.router + place] += 1e-4
        down[routed.router + place] -= 1e-4
        let measured = (routed.referenceLoss(Self.blends, up) - routed.referenceLoss(Self.blends, down)) / 2e-4
        #expect(abs(measured - Double(gradient[place])) < 1e-3 * Double(largest) + 1e-6, "\(name) at \(place)")
      }
    }
  }

  /// Halves are exact in binary, so the mean of two adapters has the same bits in both ways.
  @Test(arguments: [(2, Float(0)), (3, 1e-6)]) func aRouterOfZerosIsTheMean(adapters: Int, tolerance: Float) throws {
    let routed = try RoutedNetwork()
    var vectors = routed.vectors
    for (name, range) in routed.routerTensors where name.hasSuffix(".B") {
      for place in range { vectors[routed.router + place] = 0 }
    }
    let blocks = [Members.Block(sequences: 4, blend: Blend(meanOf: Array(0..<adapters)))]
    let found = routed.logits(blocks, vectors)
    let expected = routed.logits(blocks, vectors, isRouted: false)
    #expect(zip(found, expected).allSatisfy { abs($0 - $1) <= tolerance })
  }

  @Test func aSequenceIsComputedAsIfItWereAlone() throws {
    let routed = try RoutedNetwork()
    let together = routed.logits(Self.blends, routed.vectors)
    let blends = Self.blends.flatMap { block in Array(repeating: block.blend, count: block.sequences) }
    for (index, blend) in blends.enumerated() {
      let alone = routed.logits(
        [Members.Block(sequences: 1, blend: blend)], routed.vectors, batch: routed.batch(of: [index]))
      #expect(alone == Array(together[3 * index..<3 * index + 3]))
    }
  }
}

/// A frozen encoder of two blocks, three adapters with heads of three outputs, and a router; all with random values.
private final class RoutedNetwork {
  private static let lengths = [5, 2, 9, 4]
  private static let rank = 3
  private let base: RandomNetwork
  private let memory: UnsafeMutableBufferPointer<Float>
  private let network: Network
  private let head: PooledHead
  private let places: [String: LowRankPlace]
  private let modules: [Architecture.LinearModule]
  private let stride: Int
  /// The adapters, and the router behind them.
  let vectors: [Float]
  /// The offset of the router.
  let router: Int
  /// The places of A and B in the router's vector.
  let routerTensors: [(name: String, range: Range<Int>)]

  init() throws {
    base = try RandomNetwork(RandomNetwork.bert)
    memory = .allocate(capacity: base.values.count)
    _ = memory.initialize(from: base.values)
    nonisolated(unsafe) let start = memory.baseAddress!
    let offsets = Dictionary(uniqueKeysWithValues: base.places.map { ($0.name, $0.range.lowerBound) })
    let adapted = ["query", "value", "intermediate.dense", "output.dense"]
    modules = base.architecture.linearModules.filter { module in adapted.contains(where: module.name.hasSuffix) }
    var (places, tensors, offset) = ([String: LowRankPlace](), [(String, Range<Int>)](), 0)
    for module in modules {
      let (a, b) = (offset, offset + Self.rank * module.inputs)
      offset = b + Self.rank * module.outputs
      places[module.name] = LowRankPlace(rank: Self.rank, scale: 1.5, offsetA: a, offsetB: b)
      tensors += [("\(module.name).A", a..<b), ("\(module.name).B", b..<offset)]
    }
    (self.places, routerTensors) = (places, tensors)
    head = PooledHead(pooling: .mean, hidden: 24, outputs: 3, weightOffset: offset, biasOffset: offset + 72)
    stride = offset + 75
    router = 3 * stride
    let stream = RandomStream(seed: 21, purpose: .test)
    vectors = (0..<router + offset).map { 1.2 * (stream.uniform($0) - 0.5) }
    network = try Network(
      base.architecture, frozen: { .float32(start + offsets[$0]!) }, adapters: places)
  }

  deinit { memory.deallocate() }

  func batch(of sequences: [Int]) -> PackedBatch {
    RandomNetwork.batch(sequences.map { Self.lengths[$0] }, identities: sequences.map(UInt32.init))
  }

  private func members(_ blocks: [Members.Block], isRouted: Bool = true) -> Members {
    Members(blocks: blocks, stride: stride, router: isRouted ? router : nil)
  }

  /// [sequence, output]
  func logits(
    _ blocks: [Members.Block], _ vectors: [Float], isRouted: Bool = true, batch: PackedBatch? = nil
  ) -> [Float] {
    let (arena, batch) = (Arena(), batch ?? self.batch(of: [0, 1, 2, 3]))
    return withExtendedLifetime(arena) {
      let logits = network.logits(
        batch, head: head, parameters: vectors, members: members(blocks, isRouted: isRouted), arena: arena)
      return Array(UnsafeBufferPointer(start: logits, count: 3 * batch.count))
    }
  }

  private let weights = (0..<12).map { 2 * RandomStream(seed: 3, purpose: .test).uniform($0) - 1 }

  /// The gradient of the weighted sum of all logits with respect to the router.
  func gradient(_ blocks: [Members.Block]) -> [Float] {
    var gradient = [Float](repeating: 0, count: vectors.count - router)
    network.accumulateGradient(
      batch(of: [0, 1, 2, 3]), head: head, parameters: vectors, gradients: &gradient, members: members(blocks),
      arena: Arena()
    ) { logits in for (index, weight) in weights.enumerated() { logits[index] = weight } }
    return gradient
  }

  func referenceLoss(_ blocks: [Members.Block], _ vectors: [Double]) -> Double {
    zip(referenceLogits(blocks, vectors), weights).reduce(0) { $0 + $1.0 * Double($1.1) }
  }

  func referenceLogits(_ blocks: [Members.Block], _ vectors: [Double]) -> [Double] {
    let blends = blocks.flatMap { block in Array(repeating: block.blend, count: block.sequences) }
    return blends.enumerated().flatMap { sequence, blend -> [Double] in
      let own = batch(of: [sequence])
      let adapters = blend.terms.map(\.adapter)
      let reference = ReferenceNetwork(base) { self.change($0, $1, adapters, vectors) }
      let hidden = reference.hidden(Array(own.tokens), types: Array(own.segments))
      let pooled = (0..<24).map { column in hidden.reduce(0) { $0 + $1[column] } / Double(hidden.count) }
      return (0..<3).map { output in
        adapters.reduce(0) { sum, adapter in
          let row = adapter * stride + stride - 75 + 24 * output
          let logit = vectors[adapter * stride + stride - 3 + output] + dot(Array(vectors[row..<row + 24]), pooled)
          return sum + logit / Double(adapters.count)
        }
      }
    }
  }

  /// Σ w s v of a module for one token.
  private func change(_ module: String, _ x: [Double], _ adapters: [Int], _ vectors: [Double]) -> [Double] {
    guard let place = places[module], let shape = modules.first(where: { $0.name == module }) else {
      return [Double](repeating: 0, count: base.architecture.linearModules.first { $0.name == module }!.outputs)
    }
    func product(_ start: Int) -> [Double] {
      let u = (0..<Self.rank).map { rank in
        let row = start + place.offsetA + rank * shape.inputs
        return dot(Array(vectors[row..<row + shape.inputs]), x)
      }
      return (0..<shape.outputs).map { output in
        let row = start + place.offsetB + output * Self.rank
        return dot(Array(vectors[row..<row + Self.rank]), u)
      }
    }
    let (query, values) = (product(router), adapters.map { product($0 * stride) })
    let scores = values.map { exp(dot(query, $0) / Double(shape.outputs).squareRoot()) }
    let sum = scores.reduce(0, +)
    return (0..<shape.outputs).map { output in
      zip(scores, values).reduce(0) { $0 + $1.0 / sum * 1.5 * $1.1[output] }
    }
  }
}

private func dot(_ a: [Double], _ b: [Double]) -> Double { zip(a, b).reduce(0) { $0 + $1.0 * $1.1 } }
