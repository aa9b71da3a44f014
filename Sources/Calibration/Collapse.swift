// How epistemic uncertainty collapses when ensembles are made of ensembles (Kirsch 2024, arXiv:2409.02628): the mutual
// information between groups of leaves falls as the groups grow, although no leaf changes. For independent leaves it is
// about 1 / (2 k) of the sum over the classes of Var(p) / p, for groups of k leaves: a line of slope -1 on log axes.
import Arrays
import Foundation

/// The mutual information between groups of the leaves of a posterior, by the size of a group.
package struct Collapse: Equatable, Sendable {
  /// All leaves in groups of one size.
  package struct Point: Equatable, Sendable {
    /// k: the leaves of a group.
    package let size: Int
    /// The number of groups.
    package let groups: Int
    /// [nats] The mutual information between the groups' means, averaged over examples and partitions.
    package let mutualInformation: Double
    /// [nats] The same, times G / (G - 1) for G groups: what infinitely many groups would have, to second order.
    package var unbiased: Double { mutualInformation * Double(groups) / Double(groups - 1) }
  }

  /// Groups of 1, 2, ... leaves, for each divisor of the number of leaves but itself. Empty where the leaves do not count
  /// the same.
  package let points: [Point]

  /// - Parameters:
  ///   - samples: the leaves: all samples of all members.
  ///   - partitions: over how many random partitions a value is averaged.
  package init(_ samples: PosteriorSamples, partitions: Int = 20, seed: UInt64 = 0) {
    let leaves = samples.groups * samples.samples
    let sizes = samples.weights.isEmpty ? (1..<leaves).filter { leaves % $0 == 0 } : []
    let orders = (0..<partitions).map {
      RandomStream(seed: seed, purpose: .partition, place: (UInt32($0), 0)).permutation(leaves)
    }
    var sums = [Double](repeating: 0, count: sizes.count)
    for example in 0..<samples.count where !sizes.isEmpty {
      let probabilities = (0..<leaves).map { leaf in
        samples.leaf(example, leaf / samples.samples, leaf % samples.samples).map(exp)
      }
      for (index, size) in sizes.enumerated() {
        // Every partition into single leaves is the same.
        let used = size == 1 ? orders.prefix(1) : orders[...]
        let values = used.map { Self.mutualInformation(probabilities, order: $0, size: size) }
        sums[index] += values.reduce(0, +) / Double(values.count)
      }
    }
    points = zip(sizes, sums).map {
      Point(size: $0, groups: leaves / $0, mutualInformation: $1 / Double(samples.count))
    }
  }

  /// H(mean) - mean of H over the means of consecutive groups of `size` leaves in `order`.
  private static func mutualInformation(_ leaves: [[Double]], order: [Int], size: Int) -> Double {
    let classes = leaves[0].count
    var total = [Double](repeating: 0, count: classes)
    var conditional = 0.0
    for start in stride(from: 0, to: order.count, by: size) {
      var mean = [Double](repeating: 0, count: classes)
      for leaf in order[start..<start + size] {
        for c in 0..<classes { mean[c] += leaves[leaf][c] / Double(size) }
      }
      for c in 0..<classes { total[c] += mean[c] * Double(size) / Double(order.count) }
      conditional += entropyOfMasses(mean) * Double(size) / Double(order.count)
    }
    return max(0, entropyOfMasses(total) - conditional)
  }
}
