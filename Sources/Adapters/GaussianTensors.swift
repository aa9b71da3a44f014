// The Gaussian of a variational method, with independent entries. The trained vector holds the means of each random tensor
// and, as a tensor with a name of its own, the roots G; the standard deviations are G² (Wang et al. 2024, "BLoB",
// arXiv:2406.11675, section 3). Every G is valid, whatever its sign, so no step can leave the family.
import Arrays
import Artifacts
import Foundation

/// The random tensors of a trained vector.
package struct GaussianTensors: Sendable {
  /// One of the random tensors.
  package struct Tensor: Sendable {
    /// Its index among the random tensors.
    let index: Int
    /// The offset of its means in the vector.
    package let mean: Int
    /// The offset of its roots in the vector.
    package let root: Int
    /// The number of its entries.
    package let count: Int
    /// The mean of the prior of each entry.
    let priorMean: Double
    /// The number of entries of all random tensors before it.
    package let first: Int
  }

  package let tensors: [Tensor]
  /// The offsets of the means and of the roots.
  private let offsets: Set<Int>

  /// The random tensors of `parameters`: those that have roots.
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
      return Tensor(
        index: index, mean: pair.0.offset, root: pair.1.offset, count: pair.0.count, priorMean: pair.0.role.priorMean,
        first: count)
    }
    offsets = Set(pairs.flatMap { [$0.offset, $1.offset] })
  }

  /// Whether the prior acts on the tensor: it is random, or holds the roots of a random one.
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

  /// A sample of the Gaussian: `values` with the means replaced by mean + G² ∘ E.
  ///
  /// - Parameter noise: E of each tensor, standard normal.
  package func drawn(from values: [Float], noise: (Tensor) -> [Float]) -> [Float] {
    var result = values
    for tensor in tensors {
      let noise = noise(tensor)
      for i in 0..<tensor.count {
        let root = values[tensor.root + i]
        result[tensor.mean + i] += root * root * noise[i]
      }
    }
    return result
  }

  /// [parameter] The standard deviations G² of `values`; zero for what is not random.
  package func standardDeviations(in values: [Float]) -> [Float] {
    var result = [Float](repeating: 0, count: values.count)
    for tensor in tensors {
      for i in 0..<tensor.count {
        let root = values[tensor.root + i]
        result[tensor.mean + i] = root * root
      }
    }
    return result
  }

  /// The mean of the standard deviations of all random entries.
  package func meanDeviation(in values: [Float]) -> Double {
    let (sum, count) = tensors.reduce(into: (0.0, 0)) { total, tensor in
      total.0 += values[tensor.root..<tensor.root + tensor.count].reduce(0) { $0 + Double($1) * Double($1) }
      total.1 += tensor.count
    }
    return sum / Double(max(count, 1))
  }

  /// The sample of the training step that `seed` belongs to.
  func drawn(from values: [Float], seed: UInt64) -> [Float] {
    drawn(from: values) { tensor in stepNoise(tensor, seed) }
  }

  /// E of a tensor in the training step that `seed` belongs to.
  func stepNoise(_ tensor: Tensor, _ seed: UInt64) -> [Float] {
    var noise = [Float](repeating: 0, count: tensor.count)
    RandomStream(seed: seed, purpose: .perturbation, place: (UInt32(tensor.index), 0))
      .normals(into: &noise, count: tensor.count)
    return noise
  }
}
