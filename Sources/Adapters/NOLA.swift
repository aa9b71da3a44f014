// NOLA (Koohpayegani et al. 2024, arXiv:2310.02556): A = Σ α_j A_j and B = Σ β_j B_j over k frozen random matrices that
// are never stored: every forward and backward pass generates them again from their seed. Only the 2k coefficients of each
// module are trained and stored, few enough for any posterior.
import Arrays
import Artifacts
import Transformers

/// Adapters as combinations of random matrices.
struct NOLA: ModuleParametrisation {
  let layout: LowRankLayout
  let parameters: ParameterTable
  /// k, for A and for B.
  let bases: Int
  /// The seed of the random matrices. All members have the same, so that their coefficients can be compared and averaged.
  let seed: Int

  init(_ layout: LowRankLayout, bases: Int, seed: Int) {
    (self.layout, self.bases, self.seed) = (layout, bases, seed)
    parameters = layout.replacing { module, name, table in
      table.append(name, .generator(.a, "coefficients"), shape: [bases])
      table.append(name, .generator(.b, "coefficients"), shape: [bases])
    }
  }

  /// α is uniform with the bound of LoRA's A, so that A has the same variance as in LoRA; β is zero. The authors' code
  /// starts with zeros everywhere, where both gradients vanish.
  func initialize(_ index: Int, seed: UInt64, _ theta: UnsafeMutablePointer<Float>) {
    let bound = initialBound(inputs: layout.modules[index].inputs)
    let stream = RandomStream(seed: seed, purpose: .initialization, place: (UInt32(index), 1))
    for base in 0..<bases { theta[2 * bases * index + base] = stream.uniform(base, within: bound) }
  }

  func expand(_ index: Int, _ theta: UnsafePointer<Float>, into phi: UnsafeMutablePointer<Float>) {
    for factor in factors(index) {
      var sum = 0.0
      forEachBase(factor, index) { base, uniforms in
        let coefficient = theta[factor.coefficients + base]
        addScaled(uniforms, by: 2 * bound * coefficient, to: phi + factor.offset, count: factor.count)
        sum += Double(coefficient)
      }
      for i in 0..<factor.count { phi[factor.offset + i] -= bound * Float(sum) }
    }
  }

  func pullback(
    _ index: Int, _ dphi: UnsafePointer<Float>, at theta: UnsafePointer<Float>,
    into dtheta: UnsafeMutablePointer<Float>
  ) {
    for factor in factors(index) {
      let total = sum(dphi + factor.offset, count: factor.count)
      forEachBase(factor, index) { base, uniforms in
        let product = dot(uniforms, dphi + factor.offset, count: factor.count)
        dtheta[factor.coefficients + base] = Float(Double(bound) * (2 * product - total))
      }
    }
  }

  /// The entries of a random matrix are uniform on ±sqrt(3 / k), with variance 1 / k. A step of the coefficients then
  /// moves the entries of A and B about as far as a step of LoRA does. The paper uses ±1 and leaves the scale to the
  /// learning rate.
  private var bound: Float { (3 / Float(bases)).squareRoot() }

  /// A factor's index (0 for A, 1 for B), its offset and count in phi, and the offset of its coefficients in theta.
  private typealias Factor = (side: Int, offset: Int, count: Int, coefficients: Int)

  private func factors(_ index: Int) -> [Factor] {
    let module = layout.modules[index]
    let place = layout.adapters[module.name]!
    let start = 2 * bases * index
    return [
      (0, place.offsetA, place.rank * module.inputs, start),
      (1, place.offsetB, place.rank * module.outputs, start + bases),
    ]
  }

  /// Calls `body` with the index of each random matrix and uniform numbers on [0, 1), from which its entries follow.
  private func forEachBase(_ factor: Factor, _ index: Int, _ body: (Int, UnsafePointer<Float>) -> Void) {
    withUnsafeTemporaryAllocation(of: Float.self, capacity: factor.count) { buffer in
      for base in 0..<bases {
        RandomStream(
          seed: UInt64(bitPattern: Int64(seed)), purpose: .basis, place: (UInt32(2 * index + factor.side), UInt32(base))
        ).uniforms(into: buffer.baseAddress!, count: factor.count)
        body(base, buffer.baseAddress!)
      }
    }
  }
}
