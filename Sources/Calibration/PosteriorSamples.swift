// The predictions of all samples of a posterior for each example: the input of every metric in this module.

/// Log-probabilities of every sample: [example, group, sample, choice].
///
/// A group is an independently trained member, a sample a draw from it. Examples may have different numbers of choices;
/// values beyond an example's number of choices are ignored.
package struct PosteriorSamples: Equatable, Sendable {
  /// [example, group, sample, choice] Natural logarithms, up to a constant for each (example, group, sample).
  package let logits: [Float]
  /// Independently trained members, M.
  package let groups: Int
  /// Draws from each member, S.
  package let samples: Int
  /// The stride of the last axis.
  package let choices: Int
  /// [example] The number of choices of the example, at least one.
  package let choiceCounts: [Int32]
  /// [example, group] What the groups count, not negative and not all zero; empty where they count the same.
  package let weights: [Float]

  /// Traps if the shapes do not fit, or if a value within an example's number of choices is not finite: both are bugs
  /// of the caller.
  package init(
    logits: [Float], groups: Int = 1, samples: Int = 1, choices: Int, choiceCounts: [Int32], weights: [Float] = []
  ) {
    precondition(groups > 0 && samples > 0 && choices > 0, "\(groups) groups, \(samples) samples, \(choices) choices")
    precondition(
      logits.count == choiceCounts.count * groups * samples * choices,
      "\(logits.count) logits for \(choiceCounts.count) x \(groups) x \(samples) x \(choices)")
    precondition(choiceCounts.allSatisfy { (1...choices).contains(Int($0)) }, "choice counts beyond 1...\(choices)")
    precondition(weights.isEmpty || weights.count == choiceCounts.count * groups, "\(weights.count) weights")
    (self.logits, self.groups, self.samples, self.weights) = (logits, groups, samples, weights)
    (self.choices, self.choiceCounts) = (choices, choiceCounts)
  }

  /// The number of examples.
  package var count: Int { choiceCounts.count }
  /// Whether there is more than one leaf (one sample of one group): with a single one no spread can be measured.
  package var hasSpread: Bool { groups * samples > 1 }

  /// The log-probabilities of one leaf for one example, normalised in Double: [choice].
  func leaf(_ example: Int, _ group: Int, _ sample: Int) -> [Double] {
    let start = ((example * groups + group) * samples + sample) * choices
    let row = logits[start..<(start + Int(choiceCounts[example]))].map(Double.init)
    precondition(row.allSatisfy(\.isFinite), "example \(example), group \(group), sample \(sample): \(row)")
    return logSoftmax(row)
  }

  /// [group] The shares of the groups for one example, which sum to 1; nil where they are equal.
  func shares(_ example: Int) -> [Double]? {
    guard !weights.isEmpty else { return nil }
    let own = weights[example * groups..<(example + 1) * groups].map(Double.init)
    let sum = own.reduce(0, +)
    precondition(sum > 0 && own.allSatisfy { $0 >= 0 }, "example \(example): weights \(own)")
    return own.map { $0 / sum }
  }

  /// The first `samples` samples of the first `members` groups.
  package func first(members: Int, samples: Int) -> PosteriorSamples {
    precondition((1...groups).contains(members) && (1...self.samples).contains(samples), "\(members) x \(samples)")
    var kept: [Float] = []
    kept.reserveCapacity(count * members * samples * choices)
    for example in 0..<count {
      for group in 0..<members {
        let start = (example * groups + group) * self.samples * choices
        kept += logits[start..<start + samples * choices]
      }
    }
    let keptWeights = weights.isEmpty ? [] : (0..<count).flatMap { weights[$0 * groups..<$0 * groups + members] }
    return PosteriorSamples(
      logits: kept, groups: members, samples: samples, choices: choices, choiceCounts: choiceCounts,
      weights: keptWeights)
  }

  /// The examples at `indices`, in that order.
  package func selecting(_ indices: [Int]) -> PosteriorSamples {
    let width = groups * samples * choices
    return PosteriorSamples(
      logits: indices.flatMap { logits[($0 * width)..<(($0 + 1) * width)] }, groups: groups, samples: samples,
      choices: choices, choiceCounts: indices.map { choiceCounts[$0] },
      weights: weights.isEmpty ? [] : indices.flatMap { weights[$0 * groups..<($0 + 1) * groups] })
  }
}
