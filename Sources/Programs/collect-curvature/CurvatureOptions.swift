// The flags of the curvature, one for each setting.
import ArgumentParser
import Posteriors

extension CurvatureSettings.Parameters: ExpressibleByArgument {}
extension CurvatureSettings.Criterion: ExpressibleByArgument {}

/// How the curvature is taken and the prior is chosen.
struct CurvatureOptions: ParsableArguments {
  @Option(help: "Which parameters vary: all, last-layer, or exact (all, as one matrix: for small cores).")
  var parameters = CurvatureSettings().parameters
  @Option(help: "Directions kept of a wide factor.") var rank = CurvatureSettings().rank
  @Option(help: "Factors up to this width are exact.") var exactWidth = CurvatureSettings().exactWidth
  @Option(help: "How the prior's precision is chosen: marginal-likelihood, or calibration.")
  var criterion = CurvatureSettings().criterion
  @Option(help: "The prior's precision; 0 to choose it by --criterion.")
  var priorPrecision = CurvatureSettings().priorPrecision

  /// The settings that the flags give.
  ///
  /// - Throws: `Fault` of kind `.usage` for settings that are out of range.
  func settings() throws -> CurvatureSettings {
    var settings = CurvatureSettings()
    (settings.parameters, settings.criterion) = (parameters, criterion)
    (settings.rank, settings.exactWidth, settings.priorPrecision) = (rank, exactWidth, priorPrecision)
    try settings.validate()
    return settings
  }
}
