// The mutual information between groups of leaves against its closed form for two-valued leaves.
import Calibration
import Foundation
import Testing

@Suite struct CollapseTests {
  /// Leaves that say 1/2 + a or 1/2 - a with equal chances. For infinitely many groups of k leaves the mutual information is
  /// log 2 minus the mean of the binary entropy at 1/2 + a (2 j - k) / k over j from Binomial(k, 1/2).
  private func law(_ a: Double, _ k: Int) -> Double {
    func entropy(_ p: Double) -> Double { p <= 0 || p >= 1 ? 0 : -p * log(p) - (1 - p) * log(1 - p) }
    var (mean, binomial) = (0.0, pow(0.5, Double(k)))
    for j in 0...k {
      mean += binomial * entropy(0.5 + a * Double(2 * j - k) / Double(k))
      binomial *= Double(k - j) / Double(j + 1)
    }
    return log(2) - mean
  }

  /// `examples` examples whose `leaves` leaves are half of either kind, in the same order.
  private func leaves(_ a: Double, _ leaves: Int, examples: Int = 1, choices: Int = 2) -> PosteriorSamples {
    let row = (0..<leaves).flatMap { leaf -> [Float] in
      let p = 0.5 + (leaf % 2 == 0 ? a : -a)
      return [Float(log(p)), Float(log(1 - p))] + [Float](repeating: 0, count: choices - 2)
    }
    return PosteriorSamples(
      logits: (0..<examples).flatMap { _ in row }, groups: leaves / 4, samples: 4, choices: choices,
      choiceCounts: [Int32](repeating: 2, count: examples))
  }

  @Test(arguments: [0.4, 0.1])
  func groupsOfIndependentLeavesFollowTheClosedForm(a: Double) {
    let collapse = Collapse(leaves(a, 4096, choices: 3), partitions: 8)
    #expect(collapse.points.map(\.size) == [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 2048])
    for point in collapse.points.prefix(6) {
      let expected = law(a, point.size)
      // A half of the leaves is of either kind, so the groups are drawn without replacement; 512 groups and more.
      #expect(
        abs(point.mutualInformation / expected - 1) < 0.05, "\(point.size): \(point.mutualInformation), \(expected)")
    }
    // At size 1 nothing is random.
    #expect(abs(collapse.points[0].mutualInformation - law(a, 1)) < 1e-6)
  }

  /// The values of the closed form in nats, computed once with other software.
  @Test func theClosedFormIsThatOfOtherSoftware() {
    for (k, expected) in [(1, 0.368064), (2, 0.184032), (4, 0.087149), (8, 0.041731), (32, 0.010102)] {
      #expect(abs(law(0.4, k) - expected) < 1e-6)
    }
  }

  @Test func smallDoubtHasASlopeOfMinusOne() throws {
    let slope = try #require(Collapse(leaves(0.05, 64, examples: 3), partitions: 400).slope)
    #expect(abs(slope + 1) < 0.15, "\(slope)")
  }

  @Test func groupsOfEqualLeavesHaveNone() {
    let collapse = Collapse(leaves(0, 16))
    #expect(
      collapse.points.count == 4 && collapse.points.allSatisfy { $0.mutualInformation == 0 } && collapse.slope == nil)
  }

  @Test func itIsUndefinedForOneLeafAndForWeights() {
    let one = PosteriorSamples(logits: [0, 1], choices: 2, choiceCounts: [2])
    #expect(Collapse(one).points.isEmpty && Collapse(one).slope == nil)
    let weighted = PosteriorSamples(
      logits: [0, 1, 1, 0], groups: 2, choices: 2, choiceCounts: [2], weights: [0.25, 0.75])
    #expect(Collapse(weighted).points.isEmpty)
  }

  /// With two groups of one leaf each, the plug-in value is half of what `unbiased` says.
  @Test func theUnbiasedValueDividesByTheSharedMean() {
    let two = PosteriorSamples(logits: [0, 1, 1, 0], groups: 2, choices: 2, choiceCounts: [2])
    let point = Collapse(two).points[0]
    #expect(point.groups == 2 && point.unbiased == 2 * point.mutualInformation && point.mutualInformation > 0)
  }
}

extension Collapse {
  /// The slope of log mutual information over log size, by least squares; nil with fewer than two sizes, or where there is
  /// none to take the logarithm of.
  fileprivate var slope: Double? {
    guard points.count > 1, points.allSatisfy({ $0.unbiased > 0 }) else { return nil }
    let (x, y) = (points.map { log(Double($0.size)) }, points.map { log($0.unbiased) })
    let (meanX, meanY) = (x.reduce(0, +) / Double(x.count), y.reduce(0, +) / Double(y.count))
    let covariance = zip(x, y).reduce(0) { $0 + ($1.0 - meanX) * ($1.1 - meanY) }
    return covariance / x.reduce(0) { $0 + ($1 - meanX) * ($1 - meanX) }
  }
}
