// The network once more, in Double and one value after the other, from the papers' formulas: what every variant of the
// real one is compared with.
import Foundation
import Transformers

/// The blocks of an architecture, for one text at a time.
struct ReferenceNetwork {
  typealias Matrix = [[Double]]

  private let architecture: Architecture
  private let fixture: RandomNetwork
  /// What is added to the output of a linear module for a token's input, in place of the fixture's own adapters.
  private let change: ((_ module: String, _ x: [Double]) -> [Double])?

  init(_ fixture: RandomNetwork, change: ((_ module: String, _ x: [Double]) -> [Double])? = nil) {
    (self.fixture, architecture, self.change) = (fixture, fixture.architecture, change)
  }

  private func values(_ name: String) -> [Double]? {
    fixture.places.first { $0.name == name }.map { fixture.values[$0.range].map { Double($0) } }
  }

  private func row(_ table: String, _ index: Int, width: Int) -> [Double] {
    Array(values("\(table).weight")![index * width..<(index + 1) * width])
  }

  /// The last block's output [token][hidden].
  func hidden(_ tokens: [Int32], types: [UInt8]) -> Matrix {
    let (names, width) = (architecture.names, architecture.hiddenSize)
    var x = tokens.indices.map { index -> [Double] in
      var sum = row(names.words, Int(tokens[index]), width: width)
      if let positions = names.positions { sum += row(positions, index, width: width) }
      if let table = names.tokenTypes { sum += row(table, Int(types[index]), width: width) }
      return sum
    }
    if let name = names.embeddingNorm { x = norm(x, name) }
    for layer in 0..<architecture.layers { x = block(x, layer) }
    return x
  }

  private func block(_ x: Matrix, _ layer: Int) -> Matrix {
    let names = architecture.names
    func name(_ part: String?) -> String { names.block.replacing("#", with: "\(layer)") + "." + part! }
    switch architecture.placement {
    case .post:
      let middle = norm(x + attention(x, layer), name(names.attentionNorm))
      return norm(middle + feedForward(middle, layer), name(names.feedForwardNorm))
    case .pre:
      let middle = x + attention(norm(x, name(names.attentionNorm)), layer)
      return middle + feedForward(norm(middle, name(names.feedForwardNorm)), layer)
    default: fatalError("\(architecture.placement) is not in the reference")
    }
  }

  private func norm(_ x: Matrix, _ name: String) -> Matrix {
    let (scale, shift) = (values("\(name).weight"), values("\(name).bias"))
    return x.map { row in
      let mean = architecture.norm == .rms ? 0 : row.reduce(0, +) / Double(row.count)
      let variance = row.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(row.count)
      return row.indices.map {
        (row[$0] - mean) / (variance + architecture.normEpsilon).squareRoot() * (scale?[$0] ?? 1) + (shift?[$0] ?? 0)
      }
    }
  }

  private func linear(_ x: Matrix, _ module: Architecture.Module, _ layer: Int) -> Matrix {
    let linear = architecture.linearModules(layer: layer).first { $0.module == module }!
    let (weight, bias) = (values("\(linear.name).weight")!, values("\(linear.name).bias"))
    var y = x.map { row in
      (0..<linear.outputs).map { output in
        (0..<linear.inputs).reduce(bias?[output] ?? 0) { $0 + weight[output * linear.inputs + $1] * row[$1] }
      }
    }
    if let change { return zip(x, y).map { $1 + change(linear.name, $0) } }
    guard let a = values("\(linear.name).A"), let b = values("\(linear.name).B") else { return y }
    for (index, row) in x.enumerated() {
      let u = (0..<3).map { rank in (0..<linear.inputs).reduce(0) { $0 + a[rank * linear.inputs + $1] * row[$1] } }
      y[index] += (0..<linear.outputs).map { output in 1.5 * (0..<3).reduce(0) { $0 + b[output * 3 + $1] * u[$1] } }
    }
    return y
  }

  private func feedForward(_ x: Matrix, _ layer: Int) -> Matrix {
    let kind = architecture.feedForward
    let width = architecture.intermediateSize
    var (gate, up): (Matrix?, Matrix)
    if kind.isFused {
      let both = linear(x, .gateUp, layer)
      (gate, up) = (both.map { Array($0[..<width]) }, both.map { Array($0[width...]) })
    } else {
      (gate, up) = (kind.isGated ? linear(x, .gate, layer) : nil, linear(x, .up, layer))
    }
    let inner = up.indices.map { row in
      up[row].indices.map { index in
        gate.map { activate($0[row][index]) * up[row][index] } ?? activate(up[row][index])
      }
    }
    return linear(inner, .down, layer)
  }

  private func activate(_ x: Double) -> Double {
    switch architecture.feedForward.activation {
    case .gelu: x * 0.5 * erfc(-x / 2.0.squareRoot())
    case .geluTanh: x / 2 * (1 + tanh((2 / Double.pi).squareRoot() * (x + 0.044715 * pow(x, 3))))
    case .silu: x / (1 + exp(-x))
    case .relu: max(0, x)
    }
  }

  private func attention(_ x: Matrix, _ layer: Int) -> Matrix {
    let (size, group) = (architecture.headSize, architecture.heads / architecture.keyValueHeads)
    func head(_ y: Matrix, _ index: Int) -> Matrix { y.map { Array($0[index * size..<(index + 1) * size]) } }
    let (q, k, v) = (linear(x, .query, layer), linear(x, .key, layer), linear(x, .value, layer))
    var context = Matrix(repeating: [], count: x.count)
    for index in 0..<architecture.heads {
      let (queries, keys) = (rotated(head(q, index)), rotated(head(k, index / group)))
      let values = head(v, index / group)
      for i in x.indices {
        let seen = x.indices.filter { isVisible(i, $0, layer) }
        let scores = seen.map { score(queries[i], keys[$0], i, $0, head: index, layer) }
        let weights = scores.map { exp($0 - scores.max()!) }
        let sum = weights.reduce(0, +)
        context[i].append(
          contentsOf: (0..<size).map { d in
            zip(seen, weights).reduce(0) { $0 + $1.1 / sum * values[$1.0][d] }
          })
      }
    }
    return linear(context, .output, layer)
  }

  private func isVisible(_ query: Int, _ key: Int, _ layer: Int) -> Bool {
    if architecture.isDecoder && key > query { return false }
    guard architecture.windows.indices.contains(layer), let window = architecture.windows[layer] else { return true }
    return abs(query - key) < window
  }

  private func score(_ q: [Double], _ k: [Double], _ i: Int, _ j: Int, head: Int, _ layer: Int) -> Double {
    let scale = architecture.attention.scale ?? 1 / Double(architecture.headSize).squareRoot()
    var (product, bias) = (dot(q, k), 0.0)
    switch architecture.positionBias {
    case .alibi(let isScaled):
      // Six heads have the slopes of four, and then every second one of eight.
      let slopes = architecture.heads == 4 ? [2, 4, 6, 8] : [2, 4, 6, 8, 1, 3]
      bias = -exp2(-Double(slopes[head])) * Double(i - j) * (isScaled ? scale : 1)
    case .buckets(let count, let maximum):
      let bucket = DistanceBuckets(count: count, maximumDistance: maximum).bucket(j - i)
      bias = row(architecture.names.distances!, bucket, width: architecture.heads)[head]
    case .disentangled(let span, let maximum, let contentToPosition, let positionToContent):
      let index = RelativeDistances(span: span, maximumDistance: maximum).row(i - j)
      var distance = [row(architecture.names.distances!, index, width: architecture.hiddenSize)]
      if let name = architecture.names.distanceNorm { distance = norm(distance, name) }
      let columns = head * architecture.headSize..<(head + 1) * architecture.headSize
      if contentToPosition { product += dot(q, Array(linear(distance, .key, layer)[0][columns])) }
      if positionToContent { product += dot(k, Array(linear(distance, .query, layer)[0][columns])) }
    case nil: break
    }
    let score = scale * product + bias
    return architecture.attention.scoreCap.map { $0 * tanh(score / $0) } ?? score
  }

  private func rotated(_ x: Matrix) -> Matrix {
    guard let rotary = architecture.rotary else { return x }
    let (frequencies, factor) = rotary.frequencies
    return x.enumerated().map { position, row in
      var row = row
      for (pair, frequency) in frequencies.enumerated() {
        let places = rotary.pairing == .halves ? (pair, pair + rotary.width / 2) : (2 * pair, 2 * pair + 1)
        let (c, s) = (factor * cos(Double(position) * frequency), factor * sin(Double(position) * frequency))
        let (a, b) = (row[places.0], row[places.1])
        (row[places.0], row[places.1]) = (a * c - b * s, b * c + a * s)
      }
      return row
    }
  }
}

private func dot(_ a: [Double], _ b: [Double]) -> Double { zip(a, b).reduce(0) { $0 + $1.0 * $1.1 } }

private func + (a: [Double], b: [Double]) -> [Double] { zip(a, b).map { $0 + $1 } }

private func += (a: inout [Double], b: [Double]) { a = a + b }

private func + (a: [[Double]], b: [[Double]]) -> [[Double]] { zip(a, b).map { $0 + $1 } }
