// The settings of `collect-chain`.
import Arrays
import Faults

/// How a chain of Hamiltonian Monte Carlo is run, and on which density.
package struct ChainSettings: Codable, Equatable, Sendable {
  /// The standard deviation of the prior, the same for every parameter and with mean zero.
  package var priorDeviation = 0.1
  /// Transitions before the first draw.
  package var warmup = 200
  /// Draws to keep.
  package var draws = 200
  /// Transitions from one draw to the next.
  package var thinning = 1
  /// The largest number of leapfrog steps in a transition; the smallest is half of it.
  package var steps = 16
  /// The first step, in units of the parameters' standard deviations.
  package var stepSize = 0.1
  /// The chance of acceptance that the warm-up tunes the step for.
  package var targetAcceptance = 0.8
  /// How far from its adapter a chain starts, in standard deviations of the prior.
  package var spread = 1.0
  /// The seed of starts, momenta and acceptances.
  package var seed = 0

  /// The defaults.
  package init() {}

  /// More take longer than anyone waits, even to plan.
  private static let mostTransitions = 10_000_000

  /// Transitions in all.
  package var transitions: Int { warmup + draws * thinning }

  /// Gradients in all: the first, and those of every transition.
  package var gradients: Int { (0..<transitions).reduce(1) { $0 + length(of: $1) } }

  /// Leapfrog steps of a transition: a random number, so that no motion comes back to where it began every time.
  func length(of transition: Int) -> Int {
    let least = (steps + 1) / 2
    let stream = RandomStream(seed: UInt64(bitPattern: Int64(seed)), purpose: .hamiltonian, place: (7, 0))
    return least + stream.integer(transition, below: steps - least + 1)
  }

  /// The transitions of the warm-up after which the masses are set, in ascending order. Before the first of them nothing
  /// is learnt but the step, and after the last one too.
  var windows: [Int] { [0.1, 0.25, 0.5, 0.85].map { Int(Double(warmup) * $0) } }

  /// Rejects invalid settings.
  ///
  /// - Throws: `Fault` of kind `.usage` with the setting's name.
  package func validate() throws {
    for (setting, value) in [
      ("warmup-transitions", warmup), ("draws", draws), ("thinning", thinning), ("steps", steps),
    ] {
      try Fault.check(value, of: setting, in: 1...1_000_000)
    }
    guard transitions <= Self.mostTransitions else {
      throw Fault(
        .usage, setting: "thinning", "\(transitions) transitions are more than \(Self.mostTransitions)",
        hint: "use fewer draws or a smaller `thinning`")
    }
    for (setting, value) in [("prior-deviation", priorDeviation), ("step-size", stepSize)] {
      try Fault.check(positive: value, of: setting)
    }
    // Its square must be a number that is neither 0 nor infinite.
    guard (1e-30...1e30).contains(priorDeviation) else {
      throw Fault(.usage, setting: "prior-deviation", "found \(priorDeviation), expected 1e-30 to 1e30")
    }
    guard spread >= 0, spread.isFinite else {
      throw Fault(.usage, setting: "spread", "found \(spread), expected 0 or more")
    }
    guard (0.01...0.99).contains(targetAcceptance) else {
      throw Fault(.usage, setting: "target-acceptance", "found \(targetAcceptance), expected 0.01 to 0.99")
    }
  }
}
