// Fully fine-tuned models, one or several: the baseline of the papers on adapters.
import Adapters
import Artifacts
import Faults

extension FixedMembers {
  /// A whole model instead of an adapter, from one file.
  ///
  /// - Throws: `Fault` of kind `.usage` for other files; `.configuration` for an adapter.
  package static func full(_ request: PosteriorRequest) throws -> FixedMembers {
    let (path, model) = try request.single(Adapter.self)
    try checkWholeModel(request.files.fit, path)
    return FixedMembers(model.values)
  }

  /// Several models, from one file per member.
  ///
  /// - Throws: `Fault` of kind `.usage` for other files; `.configuration` for adapters, and for members that differ in
  ///   more than their seed, or have the same seed.
  package static func fullEnsemble(_ request: PosteriorRequest) throws -> FixedMembers {
    let models = try request.members(Adapter.self)
    try checkWholeModel(request.files.fit, models[0].path)
    return FixedMembers(ensemble: models.map(\.file.values))
  }

  /// Throws at an adapter.
  private static func checkWholeModel(_ fit: AdapterSettings, _ path: String) throws {
    guard fit.parametrisation == .full else {
      throw Fault(
        .configuration, path, "it holds an adapter, not a whole model",
        hint: "fit it with `parametrisation full`")
    }
  }
}
