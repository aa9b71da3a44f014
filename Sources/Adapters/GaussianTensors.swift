// The Gaussian of a variational method, with independent entries: for each random tensor of the trained vector its means
// and, under a name of their own, the roots G, whose squares are the standard deviations (Wang et al. 2024, "BLoB",
// arXiv:2406.11675, section 3). A G of either sign means the same, so that no step can leave the family.
import Arrays
import Artifacts
import Foundation

/// The random tensors of a trained vector.
package struct GaussianTensors: Sendable {
  /// Which of the random tensors it is, where its means and its roots begin, how many there are, and how many random
  /// numbers the tensors before it have.
  package struct Tensor: Sendable {
    let index: Int
    package let mean: Int
    package let root: Int
    package let count: Int
    package let first: Int
  }

  package let tensors: [Tensor]
  /// The offsets of the means and of the roots.
  private let offsets: Set<Int>

  /// Those of `parameters`: the tensors that have roots.
  package init(_ parameters: ParameterTable) {
    struct Key: Hashable { let (module, role): (String, ParameterRole) }
    let entries = Dictionary(
      uniqueKeysWithValues: parameters.entries.map { (Key(module: $0.module, role: $0.role), $0) })
    let pairs = parameters.entries.compactMap { mean in
      mean.role.root.flatMap { entries[Key(module: mean.module, role: $0)] }.map { (mean, $0) }
    }
    var count = 0
    tensors = pairs.enumerated().map { index, pair in
      defer { count += pair.0.count }
      return Tensor(index: index, mean: pair.0.offset, root: pair.1.offset, count: pair.0.count, first: count)
    }
    offsets = Set(pairs.flatMap { [$0.offset, $1.offset] })
  }

  /// Whether the tensor has a prior or holds the roots of one that has.
  package func hasPrior(_ entry: ParameterTable.Entry) -> Bool { offsets.contains(entry.offset) }

  /// The roots at the start: uniform between ε / √2 and ε.
  func initialRoots(largest: Float, seed: Int) -> [Float] {
    let least = largest / Float(2).squareRoot()
    return tensors.flatMap { tensor in
      let stream = RandomStream(
        seed: UInt64(bitPattern: Int64(seed)), purpose: .initialization, place: (UInt32(tensor.index), 3))
      return (0..<tensor.count).map { least + (largest - least) * stream.uniform($0) }
    }
  }

  /// `values` with mean + G² ∘ E in the means' place: a sample of the Gaussian.
  ///
  /// - Parameter noise: E of each tensor, standard normal.
  package func drawn(from values: [Float], noise: (Tensor) -> [Float]) -> [Float] {
    var result = values
    for tensor in tensors {
      let noise = noise(tensor)
      for place in 0..<tensor.count {
        let root = values[tensor.root + place]
        result[tensor.mean + place] += root * root * noise[place]
      }
    }
    return result
  }

  /// The same with the noise of a step of training.
  func drawn(from values: [Float], seed: UInt64) -> [Float] {
    drawn(from: values) { tensor in stepNoise(tensor, seed) }
  }

  /// Standard normal numbers for a tensor, of the step that `seed` belongs to.
  func stepNoise(_ tensor: Tensor, _ seed: UInt64) -> [Float] {
    var noise = [Float](repeating: 0, count: tensor.count)
    RandomStream(seed: seed, purpose: .perturbation, place: (UInt32(tensor.index), 0))
      .normals(into: &noise, count: tensor.count)
    return noise
  }
}
