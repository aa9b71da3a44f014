// A learning rate that falls to zero and starts again, and the vectors that are kept on the way: snapshot ensembles (Huang
// et al. 2017, arXiv:1704.00109) and cyclical SG-MCMC (Zhang et al. 2020, arXiv:1902.03932).
import Faults
import Foundation

/// The cycles of a fit. All have the same number of steps, up to one.
package struct CycleSettings: Codable, Equatable, Sendable {
  /// The number of cycles.
  package var count: Int
  /// How many vectors are kept from each.
  package var snapshots: Int
  /// The share at the end of a cycle in which the optimizer adds its noise, if it has any. The snapshots are the vectors
  /// after each of as many equal parts of it; a single one is the vector after the last step.
  package var samplingShare: Double
  /// The share of the fit's steps before the first cycle, at the largest rate, of which no vector is kept; nil for none.
  package var exploration: Double?

  package init(count: Int, snapshots: Int = 1, samplingShare: Double = 0.1, exploration: Double? = nil) {
    (self.count, self.snapshots, self.samplingShare) = (count, snapshots, samplingShare)
    self.exploration = exploration
  }

  /// The number of vectors that a fit keeps.
  package var vectors: Int { count * snapshots }

  /// The steps before the first cycle.
  private func explorationSteps(_ total: Int) -> Int { Int(((exploration ?? 0) * Double(total)).rounded()) }

  /// The cycle of `step` (0 for the first) of `total`: its first step, and the one after its last; nil before the first.
  private func cycle(of step: Int, total: Int) -> Range<Int>? {
    let start = explorationSteps(total)
    guard step >= start else { return nil }
    let index = ((step - start + 1) * count - 1) / (total - start)
    return start + index * (total - start) / count..<start + (index + 1) * (total - start) / count
  }

  /// Whether a cycle begins with `step`.
  package func begins(step: Int, total: Int) -> Bool { cycle(of: step, total: total)?.lowerBound == step }

  /// The steps of the cycle of `step` in which it samples.
  private func sampling(of step: Int, total: Int) -> Range<Int> {
    guard let cycle = cycle(of: step, total: total) else { return 0..<0 }
    let steps = max(snapshots, Int((samplingShare * Double(cycle.count)).rounded()))
    return cycle.upperBound - min(steps, cycle.count)..<cycle.upperBound
  }

  /// The share of the largest learning rate at `step`: cos(π k / L) / 2 + 1/2 at step k of a cycle's L, and 1 before the
  /// first cycle.
  package func rate(step: Int, total: Int) -> Double {
    guard let cycle = cycle(of: step, total: total) else { return 1 }
    return 0.5 * (1 + cos(Double.pi * (Double(step - cycle.lowerBound) / Double(cycle.count))))
  }

  /// Whether the optimizer adds noise at `step`.
  package func isSampling(step: Int, total: Int) -> Bool { sampling(of: step, total: total).contains(step) }

  /// Whether the vector after `step` is kept.
  package func isKept(step: Int, total: Int) -> Bool {
    let sampling = sampling(of: step, total: total)
    guard sampling.contains(step) else { return false }
    let place = step - sampling.lowerBound
    // The last step of one of the equal parts.
    return (place + 1) * snapshots / sampling.count > place * snapshots / sampling.count
  }

  /// Rejects cycles that cannot be.
  ///
  /// - Throws: `Fault` of kind `.usage` with the setting's name.
  func validate() throws {
    try Fault.check(count, of: "cycles", in: 1...1024)
    try Fault.check(snapshots, of: "cycle-snapshots", in: 1...1024)
    guard samplingShare > 0, samplingShare <= 1 else {
      throw Fault(.usage, setting: "sampling-share", "found \(samplingShare), expected a share above 0 and up to 1")
    }
    guard (0..<1).contains(exploration ?? 0) else {
      throw Fault(
        .usage, setting: "exploration", "found \(exploration ?? 0), expected a share from 0 to below 1")
    }
  }

  /// Rejects a fit with fewer steps than vectors to keep.
  ///
  /// - Throws: `Fault` of kind `.usage`.
  package func check(total: Int) throws {
    let steps = total - explorationSteps(total)
    guard steps / count < snapshots else { return }
    throw Fault(
      .usage, setting: "cycles", "found \(count) cycles of \(snapshots) snapshots, but there are only \(steps) steps",
      hint: "use more `epochs` or fewer cycles")
  }
}

extension AdapterSettings {
  /// How many vectors a file of the fit holds, one after the other; nil for a single adapter.
  package var vectors: Int? { members ?? cycles?.vectors }

  /// Rejects cycles that do not fit the rest.
  ///
  /// - Throws: `Fault` of kind `.usage` with the setting's name.
  func validateCycles() throws {
    guard let cycles else { return }
    try cycles.validate()
    for (isGiven, name) in [(members != nil, "members"), (variational != nil, "variational"), (keepBest, "keep-best")] {
      guard !isGiven else {
        throw Fault(
          .usage, setting: "cycles",
          "the file of a fit with cycles holds their snapshots, which `\(name)` does not know",
          hint: "leave out one of them")
      }
    }
    guard ivon == nil else {
      throw Fault(
        .usage, setting: "cycles", "IVON's file holds one Gaussian, and no snapshots", hint: "use another `optimizer`")
    }
    guard parametrisation != .full else {
      throw Fault(.usage, setting: "cycles", "snapshots share a frozen base, but full fine-tuning trains the base")
    }
  }
}
