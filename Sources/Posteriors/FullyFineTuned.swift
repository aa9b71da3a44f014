// Fully fine-tuned models, one or several: what the papers on adapters compare with.
import Adapters
import Artifacts
import Faults

extension FixedMembers {
  /// A whole model in the place of an adapter, from one file.
  ///
  /// - Throws: `Fault` of kind `.usage` for other files; `.configuration` for an adapter.
  package static func full(_ request: PosteriorRequest, _ fit: AdapterSettings) throws -> FixedMembers {
    let model = try request.singleAdapter("full")
    try request.checkWholeModels(fit)
    return FixedMembers(model.values)
  }

  /// Several, from one file a member.
  ///
  /// - Throws: `Fault` of kind `.configuration` for adapters; what `ensemble` throws.
  package static func fullEnsemble(_ request: PosteriorRequest, _ fit: AdapterSettings) throws -> FixedMembers {
    let models = try ensemble(request, method: "full-ensemble")
    try request.checkWholeModels(fit)
    return models
  }
}

extension PosteriorRequest {
  /// Refuses adapters that were fitted with `fit`.
  ///
  /// - Throws: `Fault` of kind `.configuration`.
  fileprivate func checkWholeModels(_ fit: AdapterSettings) throws {
    guard fit.parametrisation == .full else {
      throw Fault(
        .configuration, adapters[0].path, "it holds adapters and no whole model",
        hint: "fit it with --parametrisation full")
    }
  }
}
