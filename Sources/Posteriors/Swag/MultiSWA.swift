// MultiSWA (Wilson and Izmailov 2020, arXiv:2002.08791): the SWA solutions of several runs, each with equal weight. What
// it gains over SWA is owed to the members, and what MultiSWAG gains over it to the Gaussian around each of them.
import Artifacts

extension FixedMembers {
  /// The means of the snapshots of M members, from M files of `collect-swag` with the same settings and different seeds.
  ///
  /// - Throws: `Fault` of kind `.usage` without files; `.configuration` for members that differ in more than their seed,
  ///   or not even in that.
  package static func multiSWA(_ request: PosteriorRequest) throws -> FixedMembers {
    FixedMembers(ensemble: try request.members(SwagMoments.self).map(\.file.mean))
  }
}
