// The step of Hamiltonian Monte Carlo, tuned in the warm-up until transitions are accepted as often as wanted: dual
// averaging (Hoffman and Gelman 2014, arXiv:1111.4246, section 3.2), with the constants of that paper.
import Foundation

/// A step size that adapts itself.
package struct StepSize: Equatable, Sendable {
  /// The step to try next.
  package private(set) var current: Double
  /// The average of the steps so far, weighted to the last ones: what is used after the warm-up.
  package var averaged: Double { exp(logAverage) }
  /// The wanted chance of acceptance.
  package let target: Double
  private var (logAverage, meanError, count, goal): (Double, Double, Double, Double)
  private static let smallest = 1e-12

  /// A step that begins at `start`.
  package init(start: Double, target: Double) {
    (current, self.target) = (start, target)
    // Larger steps are tried first, since they cost less.
    (logAverage, meanError, count, goal) = (0, 0, 0, log(10 * start))
  }

  /// Learns that a transition was accepted with the chance `acceptance`.
  package mutating func learn(acceptance: Double) {
    let (shrinkage, delay, decay) = (0.05, 10.0, 0.75)
    count += 1
    meanError += (target - acceptance - meanError) / (count + delay)
    // A smaller step moves nothing; a step of 0 could not grow again.
    let logarithm = max(log(Self.smallest), goal - count.squareRoot() / shrinkage * meanError)
    logAverage += pow(count, -decay) * (logarithm - logAverage)
    current = exp(logarithm)
  }

  /// Begins anew from the average, for other masses.
  package mutating func restart() { if count > 0 { self = StepSize(start: averaged, target: target) } }

  /// The complete state, for a checkpoint.
  var state: [Double] { [current, logAverage, meanError, count, goal] }
  /// How many numbers that is.
  static let stateCount = 5

  /// Resumes from a state.
  init(state: [Double], target: Double) {
    (current, self.target) = (state[0], target)
    (logAverage, meanError, count, goal) = (state[1], state[2], state[3], state[4])
  }
}
