// How uncertain a posterior is, and of which kind: total = aleatoric + epistemic, in nats (Depeweg et al. 2018,
// arXiv:1710.07283; Houlsby et al. 2011, arXiv:1112.5745). The epistemic part is computed over all leaves (members
// times samples) and split by the chain rule, MI = MI between groups + mean MI within a group. Averaging a group's
// samples first would hide their spread, and MI between such averages falls with S although nothing was learned.

/// The uncertainty about each example.
package struct Uncertainty: Equatable, Sendable {
  /// [example] The entropy of the mixture.
  package private(set) var total: [Double] = []
  /// [example] The mean entropy of the leaves: the uncertainty that they share.
  package private(set) var aleatoric: [Double] = []
  /// [example] The mutual information of label and leaf, `total - aleatoric`: the uncertainty from their disagreement.
  package private(set) var epistemic: [Double] = []
  /// [example] The mutual information of label and group.
  package private(set) var betweenGroups: [Double] = []
  /// [example] The mean over groups of the mutual information of label and sample.
  package private(set) var withinGroups: [Double] = []
  /// [example] The share of leaves whose prediction differs from the mixture's. In all of these, groups count as in the
  /// mixture.
  package private(set) var disagreement: [Double] = []
  package let groups: Int
  package let samples: Int

  /// The uncertainty of `posterior` about each of its examples.
  package init(_ posterior: PosteriorSamples) {
    (groups, samples) = (posterior.groups, posterior.samples)
    let mixture = Mixture(posterior)
    for example in 0..<posterior.count { add(example, of: posterior, prediction: mixture.prediction(example)) }
  }

  private mutating func add(_ example: Int, of posterior: PosteriorSamples, prediction: Int) {
    let shares = posterior.shares(example)
    func part(_ value: Double, of group: Int) -> Double { shares.map { value * $0[group] } ?? value / Double(groups) }
    var groupMeans: [[Double]] = []
    var (leafEntropy, groupEntropy, within, dissenting) = (0.0, 0.0, 0.0, 0.0)
    for group in 0..<groups {
      let leaves = (0..<samples).map { posterior.leaf(example, group, $0) }
      let mean = logSoftmax(logMeanExp(leaves))
      let entropies = leaves.reduce(0) { $0 + entropy($1) } / Double(samples)
      leafEntropy += part(entropies, of: group)
      groupEntropy += shares.map { $0[group] * entropy(mean) } ?? entropy(mean)
      within += part(max(0, entropy(mean) - entropies), of: group)
      let dissentingLeaves = Double(leaves.count { firstMaximum($0) != prediction })
      dissenting += shares.map { $0[group] * Double(groups) * dissentingLeaves } ?? dissentingLeaves
      groupMeans.append(mean)
    }
    let total = entropy(logSoftmax(logMeanExp(groupMeans, shares: shares)))
    if shares == nil { groupEntropy /= Double(groups) }
    self.total.append(total)
    aleatoric.append(leafEntropy)
    // Negative only by rounding.
    epistemic.append(max(0, total - leafEntropy))
    betweenGroups.append(max(0, total - groupEntropy))
    withinGroups.append(within)
    disagreement.append(dissenting / Double(groups * samples))
  }

  /// The mean total entropy, 0 to log C.
  package var meanTotal: any Statistic { Mean(total) }
  /// The mean aleatoric entropy; it needs a spread, since with a single leaf it equals the total.
  package var meanAleatoric: any Statistic { measured(aleatoric, leaves: groups * samples) }
  /// The mean mutual information of label and leaf.
  package var meanEpistemic: any Statistic { measured(epistemic, leaves: groups * samples) }
  /// The mean mutual information of label and group.
  package var meanBetweenGroups: any Statistic { measured(betweenGroups, leaves: groups, "one group") }
  /// The mean mutual information of label and sample within a group.
  package var meanWithinGroups: any Statistic { measured(withinGroups, leaves: samples, "one sample a group") }
  /// The mean disagreement of a leaf with the mixture.
  package var meanDisagreement: any Statistic { measured(disagreement, leaves: groups * samples) }

  private func measured(_ values: [Double], leaves: Int, _ what: String = "one set of weights") -> any Statistic {
    leaves > 1 ? Mean(values) : Undefined(count: values.count, "no spread measured: \(what)")
  }
}

extension Mixture {
  /// [example] The entropy of each row in nats.
  package var entropies: [Double] { (0..<count).map { entropy(Array(logProbabilities[row($0)])) } }
}
