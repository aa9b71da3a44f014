// Adapters with a small matrix or vector between their factors: W + s B C A with C (rank, rank), as in Me-LoRA, and
// W + s B diag(c) A, as in ScalaBL. The network reads the product C A as its A, so it does not need to know about C.
import Arrays
import Artifacts
import Transformers

/// Trains A, C and B of each module. C starts as the identity, A and B as in LoRA.
struct Cores: ModuleParametrisation {
  let layout: LowRankLayout
  let parameters: ParameterTable
  /// Whether C is a diagonal matrix, stored as a vector.
  let isDiagonal: Bool

  init(_ layout: LowRankLayout, isDiagonal: Bool) {
    (self.layout, self.isDiagonal) = (layout, isDiagonal)
    let rank = layout.rank
    parameters = layout.replacing { module, name, table in
      table.append(name, .factor(.a), shape: [rank, module.inputs])
      table.append(name, .core, shape: isDiagonal ? [rank] : [rank, rank])
      table.append(name, .factor(.b), shape: [module.outputs, rank])
    }
  }

  func initialize(_ index: Int, seed: UInt64, _ theta: UnsafeMutablePointer<Float>) {
    let at = offsets(index)
    let bound = initialBound(inputs: at.inputs)
    let stream = RandomStream(seed: seed, purpose: .initialization, place: (UInt32(index), 2))
    for i in 0..<rank * at.inputs { theta[at.a + i] = stream.uniform(i, within: bound) }
    for row in 0..<rank { theta[at.c + row * (isDiagonal ? 1 : rank + 1)] = 1 }
  }

  func expand(_ index: Int, _ theta: UnsafePointer<Float>, into phi: UnsafeMutablePointer<Float>) {
    let (at, place) = (offsets(index), layout.adapters[layout.modules[index].name]!)
    let core = core(theta + at.c)
    GEMM.multiply(
      rows: rank, columns: at.inputs, inner: rank, core, rank, .plain, theta + at.a, at.inputs, .plain,
      into: phi + place.offsetA, at.inputs)
    (phi + place.offsetB).update(from: theta + at.b, count: at.outputs * rank)
  }

  /// dA = Cᵀ d(C A), dC = d(C A) Aᵀ.
  func pullback(
    _ index: Int, _ dphi: UnsafePointer<Float>, at theta: UnsafePointer<Float>,
    into dtheta: UnsafeMutablePointer<Float>
  ) {
    let (at, place) = (offsets(index), layout.adapters[layout.modules[index].name]!)
    let product = dphi + place.offsetA
    (dtheta + at.b).update(from: dphi + place.offsetB, count: at.outputs * rank)
    let core = core(theta + at.c)
    GEMM.multiply(
      rows: rank, columns: at.inputs, inner: rank, core, rank, .transposed, product, at.inputs, .plain,
      into: dtheta + at.a, at.inputs)
    if isDiagonal {
      for row in 0..<rank {
        dtheta[at.c + row] = Float(
          dot(product + row * at.inputs, theta + at.a + row * at.inputs, count: at.inputs))
      }
    } else {
      GEMM.multiply(
        rows: rank, columns: rank, inner: at.inputs, product, at.inputs, .plain, theta + at.a, at.inputs, .transposed,
        into: dtheta + at.c, rank)
    }
  }

  private var rank: Int { layout.rank }

  /// C (rank, rank) as a full matrix.
  private func core(_ values: UnsafePointer<Float>) -> [Float] {
    var core = [Float](repeating: 0, count: rank * rank)
    for i in 0..<(isDiagonal ? rank : rank * rank) { core[isDiagonal ? i * (rank + 1) : i] = values[i] }
    return core
  }

  /// The offsets of A, C and B of module `index` in theta, and the module's widths.
  private func offsets(_ index: Int) -> (a: Int, c: Int, b: Int, inputs: Int, outputs: Int) {
    let entries = parameters.entries[3 * index..<3 * index + 3].map(\.offset)
    return (entries[0], entries[1], entries[2], layout.modules[index].inputs, layout.modules[index].outputs)
  }
}
