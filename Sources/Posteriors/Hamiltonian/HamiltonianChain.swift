// One chain of Hamiltonian Monte Carlo: it draws a momentum, moves some leapfrog steps, and accepts where it has got to
// with the chance min(1, exp(-ΔH)) (Metropolis). In the warm-up it tunes its step, and learns the variance of every
// coordinate, whose inverses are the masses. All random numbers are functions of (seed, transition), so that a chain that
// is stopped anywhere goes on with the same bits.
import Arrays
import Foundation

/// The state of a chain, which `advance` moves by one gradient.
package struct HamiltonianChain: Sendable {
  /// The settings that a chain depends on beside its density.
  package let settings: ChainSettings
  /// Where it is, in the middle of a transition.
  package internal(set) var point: PhasePoint
  /// Where the transition began.
  var start: PhasePoint
  /// Transitions done.
  package internal(set) var transitions = 0
  /// Leapfrog steps of this transition done, and gradients of all earlier ones.
  var (steps, gradientsBefore) = (0, 1)
  /// [coordinate] The inverse masses.
  package internal(set) var inverseMasses: [Double]
  var stepSize: StepSize
  /// What the chain has visited since the masses were last changed.
  var visited: RunningMoments
  /// [draw, coordinate] The positions after every `thinning`-th transition that follows the warm-up.
  package internal(set) var draws: [Float] = []
  /// [draw] Their potentials.
  package internal(set) var potentials: [Double] = []
  /// The sum of the chances of acceptance after the warm-up, and transitions that diverged there.
  package internal(set) var (acceptances, divergences) = (0.0, 0)
  private let seed: UInt64
  private let chain: UInt32

  /// A chain at `position`. Computes one gradient.
  ///
  /// - Parameters:
  ///   - variances: [coordinate] about how far each coordinate will vary, such as the prior's variances.
  ///   - member: what distinguishes chains with the same seed.
  /// - Throws: What `potential` throws.
  package init(
    at position: [Double], variances: [Double], _ settings: ChainSettings, member: Int,
    _ potential: PhasePoint.Potential
  ) rethrows {
    self.settings = settings
    (seed, chain) = (UInt64(bitPattern: Int64(settings.seed)), UInt32(truncatingIfNeeded: member))
    point = try PhasePoint(at: position, potential)
    start = point
    inverseMasses = variances
    stepSize = StepSize(start: settings.stepSize, target: settings.targetAcceptance)
    visited = RunningMoments(size: position.count)
    begin()
  }

  /// Gradients so far. Those that a diverged transition left out count as if they were computed.
  package var gradients: Int { gradientsBefore + steps }

  /// Whether all draws are there.
  package var isDone: Bool { transitions == settings.transitions }

  /// The mean chance of acceptance after the warm-up; nil before its end.
  package var meanAcceptance: Double? {
    transitions > settings.warmup ? acceptances / Double(transitions - settings.warmup) : nil
  }

  /// The step of this transition: it varies by a tenth, so that no step fits into a period of the motion.
  var step: Double {
    let base = transitions < settings.warmup ? stepSize.current : stepSize.averaged
    return base * (0.9 + 0.2 * stream(1).preciseUniform(block: 0))
  }

  /// Computes one gradient, unless the transition has diverged, and ends the transition if that was its last one.
  ///
  /// - Precondition: Not all draws are there.
  /// - Throws: What `potential` throws.
  package mutating func advance(_ potential: PhasePoint.Potential) rethrows {
    precondition(!isDone, "the chain has its draws")
    if !hasDiverged { try point.leapfrog(step: step, inverseMasses, potential) }
    steps += 1
    if steps == settings.length(of: transitions) {
      finish(acceptance: hasDiverged ? 0 : min(1, exp(-gained)), hasDiverged: hasDiverged)
    }
  }

  /// The energy that this transition has gained.
  private var gained: Double { point.energy(inverseMasses) - start.energy(inverseMasses) }

  /// Whether the step is too long for the curvature, so that the energy grows without bounds. The rest of the transition is
  /// then left out.
  private var hasDiverged: Bool { !(gained < 1000) }

  private func stream(_ use: UInt32) -> RandomStream {
    RandomStream(seed: seed, purpose: .hamiltonian, place: (chain &* 8 &+ use, UInt32(truncatingIfNeeded: transitions)))
  }

  /// Draws the momentum of the next transition: normal with the masses as variances.
  private mutating func begin() {
    var normals = [Float](repeating: 0, count: point.position.count)
    stream(0).normals(into: &normals, count: normals.count)
    point.momentum = normals.indices.map { Double(normals[$0]) / inverseMasses[$0].squareRoot() }
    start = point
  }

  private mutating func finish(acceptance: Double, hasDiverged: Bool) {
    if !(stream(2).preciseUniform(block: 0) < acceptance) { point = start }
    gradientsBefore += settings.length(of: transitions)
    (transitions, steps) = (transitions + 1, 0)
    if transitions <= settings.warmup {
      adapt(acceptance)
    } else {
      acceptances += acceptance
      divergences += hasDiverged ? 1 : 0
      if (transitions - settings.warmup) % settings.thinning == 0 {
        draws += point.position.map { Float($0) }
        potentials.append(point.potential)
      }
    }
    if !isDone { begin() }
  }

  /// Variances of `count` draws, shrunken towards their geometric mean, so that their scales may differ by any factor. A
  /// coordinate that did not move keeps what it had.
  private func shrunken(_ variances: [Double], count: Double) -> [Double] {
    let logarithms = zip(variances, inverseMasses).map { log($0 > 0 ? $0 : $1) }
    let mean = logarithms.reduce(0, +) / Double(logarithms.count)
    return logarithms.map { exp((count * $0 + 5 * mean) / (count + 5)) }
  }

  /// Learns from a transition of the warm-up.
  private mutating func adapt(_ acceptance: Double) {
    stepSize.learn(acceptance: acceptance)
    if transitions > settings.windows[0] { visited.add(point.position.map { Float($0) }) }
    guard settings.windows.contains(transitions) else { return }
    // A chain that did not move knows nothing of its variances.
    if visited.count > 4, visited.variance.contains(where: { $0 > 0 }) {
      inverseMasses = shrunken(visited.variance, count: Double(visited.count))
    }
    visited = RunningMoments(size: point.position.count)
    stepSize.restart()
  }
}
