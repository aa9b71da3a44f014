// TT-LoRA (Anjum et al. 2024, arXiv:2408.01008): the weight's change as a tensor train. The inputs n = n1 n2 ... and the
// outputs m = m1 m2 ... are split into modes. A is the product of the cores of the input modes, B that of the output
// modes. The bond between the two halves has the dimension of the rank, as all bonds have.
import Arrays
import Artifacts
import Transformers

/// Adapters as products of small cores.
struct TensorTrain: ModuleParametrisation {
  let layout: LowRankLayout
  let parameters: ParameterTable
  /// [module] The cores of A and of B.
  private let chains: [(a: Chain, b: Chain)]

  init(_ layout: LowRankLayout) {
    self.layout = layout
    var chains: [(a: Chain, b: Chain)] = []
    parameters = layout.replacing { module, name, table in
      let (rank, a, b) = (layout.rank, modes(of: module.inputs), modes(of: module.outputs))
      chains.append(
        (
          Chain(rank: rank, modes: a, offset: table.append(cores: a, rank: rank, of: .a, name)),
          Chain(rank: rank, modes: b, offset: table.append(cores: b, rank: rank, of: .b, name))
        ))
    }
    self.chains = chains
  }

  /// A starts with LoRA's variance, spread over its cores. B starts at zero, because its last core does.
  func initialize(_ index: Int, seed: UInt64, _ theta: UnsafeMutablePointer<Float>) {
    let (chain, bound) = (chains[index], initialBound(inputs: layout.modules[index].inputs))
    for (side, (half, first)) in [(chain.a, bound / Float(3).squareRoot()), (chain.b, 1)].enumerated() {
      for core in half.modes.indices where side == 0 || core + 1 < half.modes.count {
        let (offset, count) = half.core(core)
        let stream = RandomStream(
          seed: seed, purpose: .initialization, place: (UInt32(index), UInt32(16 + 2 * core + side)))
        stream.normals(into: theta + offset, count: count)
        multiply(theta + offset, by: core == 0 ? first : 1 / Float(layout.rank).squareRoot(), count: count)
      }
    }
  }

  func expand(_ index: Int, _ theta: UnsafePointer<Float>, into phi: UnsafeMutablePointer<Float>) {
    let (chain, module, r) = (chains[index], layout.modules[index], layout.rank)
    let place = layout.adapters[module.name]!
    let a = chain.a.products(theta).last!
    for input in 0..<module.inputs {
      for row in 0..<r { phi[place.offsetA + row * module.inputs + input] = a[input * r + row] }
    }
    (phi + place.offsetB).update(from: chain.b.products(theta).last!, count: module.outputs * r)
  }

  func pullback(
    _ index: Int, _ dphi: UnsafePointer<Float>, at theta: UnsafePointer<Float>,
    into dtheta: UnsafeMutablePointer<Float>
  ) {
    let (chain, module, r) = (chains[index], layout.modules[index], layout.rank)
    let place = layout.adapters[module.name]!
    var transposed = [Float](repeating: 0, count: module.inputs * r)
    for input in 0..<module.inputs {
      for row in 0..<r { transposed[input * r + row] = dphi[place.offsetA + row * module.inputs + input] }
    }
    chain.a.pullback(transposed, at: theta, into: dtheta)
    chain.b.pullback(
      Array(UnsafeBufferPointer(start: dphi + place.offsetB, count: module.outputs * r)), at: theta, into: dtheta)
  }
}

/// Half of a train: cores (n1, r), (r, n2, r), ... whose product is a matrix (n1 n2 ..., r).
struct Chain: Sendable {
  let rank: Int
  let modes: [Int]
  /// The offset of the first core in theta; the others follow it.
  let offset: Int

  /// The offset of core `index` in theta, and the number of its entries.
  func core(_ index: Int) -> (offset: Int, count: Int) {
    let before = index == 0 ? 0 : rank * modes[0] + modes[1..<index].reduce(0) { $0 + rank * $1 * rank }
    return (offset + before, (index == 0 ? 1 : rank) * modes[index] * rank)
  }

  /// The products of the first core, the first two, ...: T_k = T_(k-1) G_k of the shapes (N_(k-1), r) and (r, n_k r). Each
  /// row of the result, n_k r entries, is read as n_k rows of T_k (N_k, r).
  func products(_ theta: UnsafePointer<Float>) -> [[Float]] {
    var result = [Array(UnsafeBufferPointer(start: theta + offset, count: modes[0] * rank))]
    for index in modes.indices.dropFirst() {
      let (rows, width) = (result[index - 1].count / rank, modes[index] * rank)
      var product = [Float](repeating: 0, count: rows * width)
      GEMM.multiply(
        rows: rows, columns: width, inner: rank, result[index - 1], rank, .plain, theta + core(index).offset, width,
        .plain, into: &product, width)
      result.append(product)
    }
    return result
  }

  /// Writes the gradients of the cores, given that of the last product: dG_k = T_(k-1)ᵀ dT_k, dT_(k-1) = dT_k G_kᵀ.
  func pullback(_ gradient: [Float], at theta: UnsafePointer<Float>, into dtheta: UnsafeMutablePointer<Float>) {
    let products = products(theta)
    var gradient = gradient
    for index in modes.indices.dropFirst().reversed() {
      let (rows, width, offset) = (products[index - 1].count / rank, modes[index] * rank, core(index).offset)
      GEMM.multiply(
        rows: rank, columns: width, inner: rows, products[index - 1], rank, .transposed, gradient, width, .plain,
        into: dtheta + offset, width)
      var below = [Float](repeating: 0, count: rows * rank)
      GEMM.multiply(
        rows: rows, columns: rank, inner: width, gradient, width, .plain, theta + offset, width, .transposed,
        into: &below, rank)
      gradient = below
    }
    (dtheta + offset).update(from: gradient, count: gradient.count)
  }
}

/// Splits `width` into factors of about eight, the modes; into at least two unless it is prime. The prime factors are
/// dealt out from the largest to the smallest, each to the mode that is smallest so far.
package func modes(of width: Int) -> [Int] {
  var (primes, rest, factor) = ([Int](), width, 2)
  while rest > 1 {
    if rest % factor == 0 {
      primes.append(factor)
      rest /= factor
    } else {
      factor += 1
    }
  }
  let eighths = (Double(width.bitWidth - width.leadingZeroBitCount) / 3).rounded()
  var modes = [Int](repeating: 1, count: max(1, min(primes.count, max(2, Int(eighths)))))
  for prime in primes.reversed() { modes[modes.indices.min { modes[$0] < modes[$1] }!] *= prime }
  return modes
}

extension ParameterTable {
  /// Adds the cores of half a train and returns the offset of the first.
  fileprivate mutating func append(
    cores modes: [Int], rank: Int, of factor: ParameterRole.Factor, _ module: String
  ) -> Int {
    let offset = count
    for (index, mode) in modes.enumerated() {
      append(module, .generator(factor, "core_\(index)"), shape: index == 0 ? [mode, rank] : [rank, mode, rank])
    }
    return offset
  }
}
