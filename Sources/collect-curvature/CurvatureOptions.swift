// The flags of the curvature, one for each setting.
import ArgumentParser
import Faults
import Posteriors

/// How the curvature is taken and the prior is chosen.
struct CurvatureOptions: ParsableArguments {
  @Option(help: "Which parameters vary: all, or last-layer.") var parameters = "all"
  @Option(help: "Directions that are held of a wide factor.") var rank = 10
  @Option(help: "Factors up to this width are exact.") var exactWidth = 512
  @Option(help: "What chooses the prior's precision: marginal-likelihood, or calibration.")
  var criterion = "marginal-likelihood"
  @Option(help: "The prior's precision; 0 to have it chosen.") var priorPrecision = 0.0

  /// The settings that the flags say.
  ///
  /// - Throws: `Fault` of kind `.usage` for an unknown word.
  func settings() throws -> CurvatureSettings {
    var settings = CurvatureSettings()
    settings.parameters = try named("--parameters", parameters)
    settings.criterion = try named("--criterion", criterion)
    (settings.rank, settings.exactWidth, settings.priorPrecision) = (rank, exactWidth, priorPrecision)
    try settings.validate()
    return settings
  }

  private func named<Case: RawRepresentable<String> & CaseIterable>(_ flag: String, _ word: String) throws -> Case {
    guard let known = Case(rawValue: word) else {
      let words = Case.allCases.map(\.rawValue).joined(separator: " or ")
      throw Fault(.usage, flag, "found \"\(word)\", expected \(words)")
    }
    return known
  }
}
