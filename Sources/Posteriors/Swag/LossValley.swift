// SWAD, dense stochastic weight averaging (Cha et al. 2021, arXiv:2102.08604, algorithm 1): the weights of every step
// enter the average, from where the held-out loss has converged until it rises again. A segment is the mean of the weights
// over the steps between two evaluations, so that segments in place of steps wait for the decision.
//
// By the paper's text: the published code (khanrc/swad) counts the first segment twice and leaves out the earliest one
// that is low enough.

/// Decides which segments of a run enter the average of SWAD.
package struct LossValley: Sendable {
  /// The steps between two evaluations of the held-out loss.
  package struct Segment: Sendable {
    /// The held-out loss at its last step, in nats.
    package var loss: Double
    /// [parameter] The mean of the trained vector over its steps.
    package var mean: [Float]

    package init(loss: Double, mean: [Float]) { (self.loss, self.mean) = (loss, mean) }
  }

  /// N_s: the loss has converged where it is the lowest of so many in a row.
  static let converging = 3
  /// N_e: the valley ends where so many losses in a row are too high.
  static let tolerated = 6
  /// r: a loss is too high above r times the mean of the N_s losses where it converged.
  static let ratio = 1.3

  /// The loss above which a segment is no longer in the valley, in nats; nil before convergence.
  package private(set) var threshold: Double?
  /// Whether the valley has ended.
  package private(set) var hasEnded = false
  /// The last segments whose fate is open.
  package private(set) var open: [Segment] = []

  package init() {}

  /// Restores a state.
  package init(threshold: Double?, hasEnded: Bool, open: [Segment]) {
    (self.threshold, self.hasEnded, self.open) = (threshold, hasEnded, open)
  }

  /// Adds the next segment, and returns the means of those that enter the average now.
  package mutating func add(_ segment: Segment) -> [[Float]] {
    guard !hasEnded else { return [] }
    open.append(segment)
    if threshold == nil {
      if open.count > Self.tolerated { open.removeFirst() }
      begin()
    }
    guard let threshold else { return [] }
    var entering: [[Float]] = []
    while open.count >= Self.tolerated {
      guard open.prefix(Self.tolerated).contains(where: { $0.loss <= threshold }) else {
        (hasEnded, open) = (true, [])
        break
      }
      entering.append(open.removeFirst().mean)
    }
    return entering
  }

  /// Finds the start: the first loss that is the lowest of N_s in a row. Earlier segments below the threshold are in the
  /// valley too.
  private mutating func begin() {
    let losses = open.map(\.loss)
    let last = losses.suffix(Self.converging)
    guard last.count == Self.converging, last.first == last.min() else { return }
    let threshold = Self.ratio * last.reduce(0, +) / Double(Self.converging)
    let before = losses.dropLast(Self.converging).lastIndex { $0 > threshold }
    open.removeFirst(before.map { $0 + 1 } ?? 0)
    self.threshold = threshold
  }

  /// The means that enter at the end of a run: of the open segments, those up to the last one in the valley. Only the last
  /// segment of all if the loss has not converged.
  package var remaining: [[Float]] {
    guard let threshold else { return open.suffix(1).map(\.mean) }
    let end = open.lastIndex { $0.loss <= threshold }
    return open.prefix(end.map { $0 + 1 } ?? 0).map(\.mean)
  }
}
