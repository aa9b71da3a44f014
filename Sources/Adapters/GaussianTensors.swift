// The Gaussian of a variational method, with independent entries: for each random tensor of the trained vector its means
// and, under a name of their own, the roots G, whose squares are the standard deviations (Wang et al. 2024, "BLoB",
// arXiv:2406.11675, section 3). A G of either sign means the same, so that no step can leave the family.
import Arrays
import Artifacts
import Foundation

/// The random tensors of a trained vector.
package struct GaussianTensors: Sendable {
  /// Where the means of one tensor begin, where its roots begin, and how many there are.
  struct Tensor: Sendable {
    let mean: Int
    let root: Int
    let count: Int
  }

  let tensors: [Tensor]
  private let names: Set<String>

  /// Those of `parameters`: the tensors that have roots.
  package init(_ parameters: ParameterTable) {
    let entries = Dictionary(uniqueKeysWithValues: parameters.entries.map { ($0.name, $0) })
    let pairs = parameters.entries.compactMap { mean in entries[Self.root(of: mean.name)].map { (mean, $0) } }
    tensors = pairs.map { Tensor(mean: $0.offset, root: $1.offset, count: $0.count) }
    names = Set(pairs.flatMap { [$0.name, $1.name] })
  }

  /// Whether no tensor is random.
  package var isEmpty: Bool { tensors.isEmpty }

  /// The name of the roots of a tensor `<name>.weight`: `<name>.root`.
  static func root(of name: String) -> String {
    name.hasSuffix(".weight") ? name.dropLast("weight".count) + "root" : name + ".root"
  }

  /// Whether the tensor's numbers have a prior, or are the roots of such.
  func hasPrior(_ entry: ParameterTable.Entry) -> Bool { names.contains(entry.name) }

  /// The roots at the start: uniform between ε / √2 and ε.
  func initialRoots(largest: Float, seed: Int) -> [Float] {
    let least = largest / Float(2).squareRoot()
    return tensors.enumerated().flatMap { index, tensor in
      let stream = RandomStream(
        seed: UInt64(bitPattern: Int64(seed)), purpose: .initialization, place: (UInt32(index), 3))
      return (0..<tensor.count).map { least + (largest - least) * stream.uniform($0) }
    }
  }

  /// `values` with mean + G² ∘ E in the means' place: a sample of the Gaussian.
  ///
  /// - Parameter member: tells apart the samples of an ensemble's members under one seed.
  package func drawn(from values: [Float], seed: UInt64, member: UInt32 = 0) -> [Float] {
    var result = values
    forEachNoise(seed, member: member) { _, tensor, noise in
      for place in 0..<tensor.count {
        let root = values[tensor.root + place]
        result[tensor.mean + place] += root * root * noise[place]
      }
    }
    return result
  }

  /// Calls `body` with each tensor, its number and its standard normal numbers.
  func forEachNoise(_ seed: UInt64, member: UInt32 = 0, _ body: (Int, Tensor, [Float]) -> Void) {
    for (index, tensor) in tensors.enumerated() {
      var noise = [Float](repeating: 0, count: tensor.count)
      RandomStream(seed: seed, purpose: .perturbation, place: (UInt32(index), member))
        .normals(into: &noise, count: tensor.count, from: 0)
      body(index, tensor, noise)
    }
  }
}
