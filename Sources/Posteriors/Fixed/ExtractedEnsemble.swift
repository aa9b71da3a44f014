// Implicit ensemble extraction: a large model is implicitly an ensemble, whose members can be extracted from it (Kirsch
// 2024, arXiv:2409.02628). Here they are extracted from one LoRA adapter, by gates on the components of its products; the
// design for adapters is our own. They are predicted with as the members of an implicit ensemble, in one batched pass.
import Artifacts
import Faults

extension LoRAEnsemble {
  /// The sub-models of one file of `extract-ensemble`.
  ///
  /// - Throws: `Fault` of kind `.usage` for other files.
  package static func extracted(_ request: PosteriorRequest) throws -> LoRAEnsemble {
    let (path, adapter) = try request.single(Adapter.self)
    // The catalogue has refused those of the other method.
    guard try ExtractionOutcome.read(adapter.settings, subject: path) != nil else {
      throw Fault(
        .usage, path, "found an adapter whose sub-models were not extracted", hint: "extract them with extract-ensemble"
      )
    }
    var ensemble = try LoRAEnsemble(request)
    // The adapter and the gates.
    ensemble.storedParameters = adapter.cost.trainableParameters
    return ensemble
  }
}
