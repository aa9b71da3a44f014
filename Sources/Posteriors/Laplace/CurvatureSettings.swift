// What `collect-curvature` can be told.
import Faults

/// Of what the curvature is taken, how exactly, and how the prior is chosen.
package struct CurvatureSettings: Codable, Equatable, Sendable {
  /// Which parameters vary.
  package enum Parameters: String, Codable, Sendable, CaseIterable {
    /// All adapters, and an encoder's head.
    case all
    /// An encoder's head; a decoder's adapters of the last block, since its head is frozen.
    case lastLayer = "last-layer"
  }

  /// What chooses the prior's precision.
  package enum Criterion: String, Codable, Sendable, CaseIterable {
    /// The marginal likelihood of the training labels.
    case marginalLikelihood = "marginal-likelihood"
    /// The negative log-likelihood of the calibration split under the linearised predictive.
    case calibration
  }

  /// Which parameters vary.
  package var parameters = Parameters.all
  /// Directions that are held of a wide factor.
  package var rank = 10
  /// Factors up to this width are exact.
  package var exactWidth = 512
  /// What chooses the prior's precision.
  package var criterion = Criterion.marginalLikelihood
  /// The prior's precision; 0 to have it chosen.
  package var priorPrecision = 0.0

  package init() {}

  /// Refuses what cannot be collected.
  ///
  /// - Throws: `Fault` of kind `.usage` with the setting's name.
  package func validate() throws {
    try Fault.check(count: rank, of: "rank")
    try Fault.check(count: exactWidth, of: "exact-width", atLeast: 0)
    guard priorPrecision >= 0, priorPrecision.isFinite else {
      throw Fault(.usage, setting: "prior-precision", "found \(priorPrecision), expected 0 or more")
    }
  }

  /// Directions that are held of a factor of that width.
  func rank(ofWidth width: Int) -> Int { width <= exactWidth ? width : min(rank, width) }
}
