// The flags of the curvature, one for each setting.
import ArgumentParser
import Posteriors

extension CurvatureSettings.Parameters: ExpressibleByArgument {}
extension CurvatureSettings.Criterion: ExpressibleByArgument {}

/// How the curvature is taken and the prior is chosen.
struct CurvatureOptions: ParsableArguments {
  @Option(help: "Which parameters vary: all, or last-layer.") var parameters = CurvatureSettings().parameters
  @Option(help: "Directions that are held of a wide factor.") var rank = CurvatureSettings().rank
  @Option(help: "Factors up to this width are exact.") var exactWidth = CurvatureSettings().exactWidth
  @Option(help: "What chooses the prior's precision: marginal-likelihood, or calibration.")
  var criterion = CurvatureSettings().criterion
  @Option(help: "The prior's precision; 0 to have it chosen.") var priorPrecision = CurvatureSettings().priorPrecision

  /// The settings that the flags say.
  ///
  /// - Throws: `Fault` of kind `.usage` for what cannot be collected.
  func settings() throws -> CurvatureSettings {
    var settings = CurvatureSettings()
    (settings.parameters, settings.criterion) = (parameters, criterion)
    (settings.rank, settings.exactWidth, settings.priorPrecision) = (rank, exactWidth, priorPrecision)
    try settings.validate()
    return settings
  }
}
