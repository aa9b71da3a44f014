// OLoRA (Büyükakyüz 2024, arXiv:2406.01775): A and B start as the first rows of R and columns of Q in W = Q R, and their
// product is subtracted from W. The base is shared and must not change, so the network reads factors of twice the rank,
// [B, -B0] and [A; A0], which give the same weight. All members start from the same values; the order of the data and
// dropout make them differ.
import Arrays
import Artifacts
import Transformers

/// Adapters that start from the QR decomposition of W.
struct OLoRA: ModuleParametrisation {
  let layout: LowRankLayout
  let parameters: ParameterTable
  /// The trained rank: half of the network's.
  private let rank: Int
  /// [module] A0 (rank, inputs) and B0 (outputs, rank).
  private let initial: [(a: [Float], b: [Float])]

  /// - Parameter weight: returns W (outputs, inputs) of a module.
  init(
    _ layout: LowRankLayout, weight: (Architecture.LinearModule) throws -> [Float]
  ) rethrows {
    let rank = layout.rank / 2
    (self.layout, self.rank) = (layout, rank)
    parameters = layout.replacing { module, name, table in
      table.append(name, .factor(.a), shape: [rank, module.inputs])
      table.append(name, .factor(.b), shape: [module.outputs, rank])
    }
    initial = try layout.modules.map { Self.factors(try weight($0), $0, rank: rank) }
  }

  /// B0 is the first columns of Q, which depend on the first columns of W alone, and A0 = B0ᵀ W.
  private static func factors(
    _ weight: [Float], _ module: Architecture.LinearModule, rank: Int
  ) -> (a: [Float], b: [Float]) {
    let (inputs, outputs) = (module.inputs, module.outputs)
    let columns = orthonormalized(
      (0..<rank).map { column in (0..<outputs).map { Double(weight[$0 * inputs + column]) } })
    var (a, b) = ([Float](), [Float](repeating: 0, count: outputs * rank))
    for (index, column) in columns.enumerated() {
      var row = [Double](repeating: 0, count: inputs)
      for output in 0..<outputs {
        b[output * rank + index] = Float(column[output])
        for input in 0..<inputs { row[input] += column[output] * Double(weight[output * inputs + input]) }
      }
      a += row.map { Float($0) }
    }
    return (a, b)
  }

  func initialize(_ index: Int, seed: UInt64, _ theta: UnsafeMutablePointer<Float>) {
    let (a, b) = offsets(index)
    (theta + a).update(from: initial[index].a, count: initial[index].a.count)
    (theta + b).update(from: initial[index].b, count: initial[index].b.count)
  }

  func expand(_ index: Int, _ theta: UnsafePointer<Float>, into phi: UnsafeMutablePointer<Float>) {
    let ((a, b), start, module) = (offsets(index), initial[index], layout.modules[index])
    let place = layout.adapters[module.name]!
    (phi + place.offsetA).update(from: theta + a, count: start.a.count)
    (phi + place.offsetA + start.a.count).update(from: start.a, count: start.a.count)
    for output in 0..<module.outputs {
      let row = phi + place.offsetB + output * 2 * rank
      row.update(from: theta + b + output * rank, count: rank)
      for column in 0..<rank { row[rank + column] = -start.b[output * rank + column] }
    }
  }

  func pullback(
    _ index: Int, _ dphi: UnsafePointer<Float>, at theta: UnsafePointer<Float>,
    into dtheta: UnsafeMutablePointer<Float>
  ) {
    let ((a, b), module) = (offsets(index), layout.modules[index])
    let place = layout.adapters[module.name]!
    (dtheta + a).update(from: dphi + place.offsetA, count: rank * module.inputs)
    for output in 0..<module.outputs {
      (dtheta + b + output * rank).update(from: dphi + place.offsetB + output * 2 * rank, count: rank)
    }
  }

  /// The offsets of A and B of module `index` in theta.
  private func offsets(_ index: Int) -> (a: Int, b: Int) {
    (parameters.entries[2 * index].offset, parameters.entries[2 * index + 1].offset)
  }
}
