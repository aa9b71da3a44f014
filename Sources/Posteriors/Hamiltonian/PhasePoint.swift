// The mechanics of Hamiltonian Monte Carlo (Duane et al. 1987; Neal 2011, arXiv:1206.1901): a point with a momentum moves
// by the leapfrog rule, which is reversible, keeps volumes, and keeps the energy but for an error of the step squared.
//
// Letters: q position, p momentum, U(q) minus the log density up to a constant (nats), v the inverse masses, which are
// about the variances of q, H = U(q) + sum v p² / 2 the energy.

/// A position with a momentum.
package struct PhasePoint: Equatable, Sendable {
  /// Returns U, and sets its gradient, at a position.
  package typealias Potential = (_ position: [Double], _ gradient: inout [Double]) throws -> Double

  /// [coordinate] q.
  package internal(set) var position: [Double]
  /// [coordinate] p.
  package var momentum: [Double]
  /// U(q).
  package internal(set) var potential: Double
  /// [coordinate] The gradient of U at q.
  package internal(set) var gradient: [Double]

  /// A point at rest. Computes one gradient.
  ///
  /// - Throws: What `potential` throws.
  package init(at position: [Double], _ potential: Potential) rethrows {
    self.position = position
    momentum = [Double](repeating: 0, count: position.count)
    gradient = momentum
    self.potential = try potential(position, &gradient)
  }

  /// The state of a checkpoint.
  init(position: [Double], momentum: [Double], potential: Double, gradient: [Double]) {
    (self.position, self.momentum, self.potential, self.gradient) = (position, momentum, potential, gradient)
  }

  /// H.
  package func energy(_ inverseMasses: [Double]) -> Double {
    potential + momentum.indices.reduce(0) { $0 + inverseMasses[$1] * momentum[$1] * momentum[$1] } / 2
  }

  /// Moves by one step: half a kick, a drift, a gradient, half a kick.
  ///
  /// - Throws: What `potential` throws.
  package mutating func leapfrog(step: Double, _ inverseMasses: [Double], _ potential: Potential) rethrows {
    kick(step / 2)
    for index in position.indices { position[index] += step * inverseMasses[index] * momentum[index] }
    self.potential = try potential(position, &gradient)
    kick(step / 2)
  }

  private mutating func kick(_ time: Double) {
    for index in momentum.indices { momentum[index] -= time * gradient[index] }
  }
}
