// LoRA ensembles (Wang et al. 2023, arXiv:2310.00035; Lakshminarayanan et al. 2017, arXiv:1612.01474): members that
// differ in the initialisation of A and in the order of the data, on one frozen base. Their probabilities are averaged,
// never their logits.
import Artifacts

extension FixedMembers {
  /// M trained vectors, from M adapter files with the same settings and different seeds.
  ///
  /// - Throws: `Fault` of kind `.usage` without adapters or with other files; `.configuration` for members that differ
  ///   in more than their seed, or have the same seed.
  package static func ensemble(_ request: PosteriorRequest) throws -> FixedMembers {
    FixedMembers(ensemble: try request.members(Adapter.self).map(\.file.values))
  }
}
