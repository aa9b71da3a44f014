// The settings of `collect-curvature`.
import Faults

/// The parameters of the curvature, its accuracy, and how the prior is chosen.
package struct CurvatureSettings: Codable, Equatable, Sendable {
  /// The random parameters.
  package enum Parameters: String, Codable, Sendable, CaseIterable {
    /// All adapters, and an encoder's head.
    case all
    /// An encoder's head; for a decoder, whose head is frozen, the adapters of the last block.
    case lastLayer = "last-layer"
    /// All trained parameters of any parametrisation, with the whole matrix in place of Kronecker factors: for small cores.
    case exact

    /// What the curvature is of, for messages.
    var title: String {
      switch self {
      case .all: "all parameters"
      case .lastLayer: "the last layer"
      case .exact: "all parameters as one matrix"
      }
    }
  }

  /// The criterion by which the prior's precision is chosen.
  package enum Criterion: String, Codable, Sendable, CaseIterable {
    /// The marginal likelihood of the training labels.
    case marginalLikelihood = "marginal-likelihood"
    /// The negative log-likelihood of the calibration split under the linearised predictive.
    case calibration
  }

  /// The random parameters.
  package var parameters = Parameters.all
  /// Number of directions retained of a wide factor.
  package var rank = 10
  /// Factors up to this width are exact.
  package var exactWidth = 512
  /// The criterion by which the prior's precision is chosen.
  package var criterion = Criterion.marginalLikelihood
  /// The prior's precision; 0 to choose it by `criterion`.
  package var priorPrecision = 0.0

  package init() {}

  /// Rejects invalid settings.
  ///
  /// - Throws: `Fault` of kind `.usage` with the setting's name.
  package func validate() throws {
    try Fault.check(count: rank, of: "rank")
    try Fault.check(count: exactWidth, of: "exact-width", atLeast: 0)
    guard priorPrecision >= 0, priorPrecision.isFinite else {
      throw Fault(.usage, setting: "prior-precision", "found \(priorPrecision), expected 0 or more")
    }
  }

  /// Number of directions retained of a factor of that width.
  func rank(ofWidth width: Int) -> Int { width <= exactWidth ? width : min(rank, width) }
}
