// Training under noise: the parametrisation of a variational method. The trained vector is that of another
// parametrisation, whose random tensors are means, and behind it their roots G. A step is taken at mean + G² ∘ E.
import Artifacts
import Transformers

/// A parametrisation of which some tensors are random.
package struct Variational: Parametrisation {
  package let parameters: ParameterTable
  private let inner: any Parametrisation
  private let layout: LowRankLayout
  private let settings: VariationalSettings
  private let tensors: GaussianTensors
  /// [tensor] Where the network reads the tensor's change; nil where the change is made before it.
  private let changes: [Int?]

  /// A Gaussian over those tensors of `inner` that the settings name.
  init(_ inner: any Parametrisation, _ layout: LowRankLayout, _ settings: VariationalSettings) {
    (self.inner, self.layout, self.settings) = (inner, layout, settings)
    var table = inner.parameters
    if let root = settings.role.root {
      for entry in inner.parameters.entries where entry.role == settings.role {
        table.append(entry.module, root, shape: entry.shape)
      }
    }
    (parameters, tensors) = (table, GaussianTensors(table))
    changes = layout.modules.map { layout.adapters[$0.name]!.offsetChange }
  }

  /// The means as in the parametrisation itself, G uniform between ε / √2 and ε.
  package func initialValues(seed: Int) -> [Float] {
    inner.initialValues(seed: seed) + tensors.initialRoots(largest: Float(settings.initialRoot), seed: seed)
  }

  /// The network's vector at the means.
  package func expand(_ values: [Float], threads: Int) -> [Float] {
    inner.expand(Array(values.prefix(inner.parameters.count)), threads: threads)
  }

  package func perturbed(by seed: UInt64) -> any Parametrisation { Perturbed(map: self, seed: seed) }

  /// The map under the noise of one step.
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

  /// Without noise the roots have no gradient.
  package func pullback(
    _ networkGradient: inout [Float], at values: [Float], into gradient: inout [Float], threads: Int
  ) {
    let means = Array(values.prefix(inner.parameters.count))
    var ofMeans = [Float](repeating: 0, count: means.count)
    networkGradient.removeLast(networkGradient.count - layout.parameters.count)
    inner.pullback(&networkGradient, at: means, into: &ofMeans, threads: threads)
    for index in gradient.indices { gradient[index] = index < ofMeans.count ? ofMeans[index] : 0 }
  }

  /// The network's vector under the noise of `seed`: with the changes G² ∘ E behind it where the network adds them token
  /// by token, and else made of mean + G² ∘ E.
  package func expand(_ values: [Float], noise seed: UInt64, threads: Int) -> [Float] {
    guard settings.hasFlipout else { return expand(tensors.drawn(from: values, seed: seed), threads: threads) }
    var result = expand(values, threads: threads)
    result.append(contentsOf: repeatElement(0, count: layout.networkCount - result.count))
    for tensor in tensors.tensors {
      let (noise, change) = (tensors.stepNoise(tensor, seed), changes[tensor.index]!)
      for place in 0..<tensor.count {
        let root = values[tensor.root + place]
        result[change + place] = root * root * noise[place]
      }
    }
    return result
  }

  /// The gradient by means and roots of a loss under the noise of `seed`: d/dG = 2 G E d/dΔ, with Δ the change.
  package func pullback(
    _ networkGradient: inout [Float], at values: [Float], noise seed: UInt64, into gradient: inout [Float], threads: Int
  ) {
    let ofChanges = settings.hasFlipout ? networkGradient : []
    let point = settings.hasFlipout ? values : tensors.drawn(from: values, seed: seed)
    pullback(&networkGradient, at: point, into: &gradient, threads: threads)
    for tensor in tensors.tensors {
      let (noise, change) = (tensors.stepNoise(tensor, seed), changes[tensor.index])
      for place in 0..<tensor.count {
        let slope = change.map { ofChanges[$0 + place] } ?? gradient[tensor.mean + place]
        gradient[tensor.root + place] = 2 * values[tensor.root + place] * noise[place] * slope
      }
    }
  }
}
