// The parametrisation of a variational method, which trains with noise. The trained vector is that of another
// parametrisation, whose random tensors hold their means, followed by the roots G of these tensors. A training step
// computes loss and gradient at mean + G² ∘ E, where E is standard normal.
import Artifacts
import Transformers

/// A parametrisation with some random tensors.
package struct Variational: Parametrisation {
  package let parameters: ParameterTable
  private let inner: any Parametrisation
  private let layout: LowRankLayout
  private let settings: VariationalSettings
  private let tensors: GaussianTensors
  /// [tensor] The offset of the tensor's change in the network's vector; nil without Flipout, where the change is added to
  /// the means before the network reads them.
  private let changes: [Int]?

  /// A Gaussian over those tensors of `inner` which the settings make random.
  init(_ inner: any Parametrisation, _ layout: LowRankLayout, _ settings: VariationalSettings) {
    (self.inner, self.layout, self.settings) = (inner, layout, settings)
    var table = inner.parameters
    for entry in inner.parameters.entries where settings.isRandom(entry.role) {
      table.append(entry.module, entry.role.root!, shape: entry.shape)
    }
    (parameters, tensors) = (table, GaussianTensors(table))
    changes = settings.hasFlipout ? layout.modules.map { layout.adapters[$0.name]!.offsetChange! } : nil
  }

  /// The means start as in `inner`, G uniform between ε / √2 and ε.
  package func initialValues(seed: Int) -> [Float] {
    inner.initialValues(seed: seed) + tensors.initialRoots(largest: Float(settings.initialRoot), seed: seed)
  }

  /// The network's vector at the means.
  package func expand(_ values: [Float], threads: Int) -> [Float] {
    inner.expand(Array(values.prefix(inner.parameters.count)), threads: threads)
  }

  package func perturbed(by seed: UInt64) -> any Parametrisation { Perturbed(map: self, seed: seed) }

  /// The map with the noise of one step.
  private struct Perturbed: Parametrisation {
    let map: Variational
    let seed: UInt64
    var parameters: ParameterTable { map.parameters }
    func initialValues(seed: Int) -> [Float] { map.initialValues(seed: seed) }
    func expand(_ values: [Float], threads: Int) -> [Float] { map.expand(values, noise: seed, threads: threads) }
    func pullback(
      _ networkGradient: inout [Float], at values: [Float], into gradient: inout [Float], threads: Int
    ) {
      map.pullback(&networkGradient, at: values, noise: seed, into: &gradient, threads: threads)
    }
  }

  /// Without noise the loss does not depend on the roots, and their gradient is zero.
  package func pullback(
    _ networkGradient: inout [Float], at values: [Float], into gradient: inout [Float], threads: Int
  ) {
    let means = Array(values.prefix(inner.parameters.count))
    var ofMeans = [Float](repeating: 0, count: means.count)
    networkGradient.removeLast(networkGradient.count - layout.parameters.count)
    inner.pullback(&networkGradient, at: means, into: &ofMeans, threads: threads)
    for index in gradient.indices { gradient[index] = index < ofMeans.count ? ofMeans[index] : 0 }
  }

  /// The network's vector with the noise of `seed`. With Flipout it is the vector at the means followed by the changes
  /// G² ∘ E, which the network adds token by token; otherwise it is the vector at mean + G² ∘ E.
  package func expand(_ values: [Float], noise seed: UInt64, threads: Int) -> [Float] {
    guard let changes else { return expand(tensors.drawn(from: values, seed: seed), threads: threads) }
    var result = expand(values, threads: threads)
    result.append(contentsOf: repeatElement(0, count: layout.networkCount - result.count))
    for tensor in tensors.tensors {
      let (noise, change) = (tensors.stepNoise(tensor, seed), changes[tensor.index])
      for i in 0..<tensor.count {
        let root = values[tensor.root + i]
        result[change + i] = root * root * noise[i]
      }
    }
    return result
  }

  /// The gradient with respect to means and roots, for the noise of `seed`: dL/dG = 2 G ∘ E ∘ dL/dΔ with the change
  /// Δ = G² ∘ E.
  package func pullback(
    _ networkGradient: inout [Float], at values: [Float], noise seed: UInt64, into gradient: inout [Float], threads: Int
  ) {
    let ofChanges = settings.hasFlipout ? networkGradient : []
    let point = settings.hasFlipout ? values : tensors.drawn(from: values, seed: seed)
    pullback(&networkGradient, at: point, into: &gradient, threads: threads)
    for tensor in tensors.tensors {
      let (noise, change) = (tensors.stepNoise(tensor, seed), changes?[tensor.index])
      for i in 0..<tensor.count {
        let slope = change.map { ofChanges[$0 + i] } ?? gradient[tensor.mean + i]
        gradient[tensor.root + i] = 2 * values[tensor.root + i] * noise[i] * slope
      }
    }
  }
}
