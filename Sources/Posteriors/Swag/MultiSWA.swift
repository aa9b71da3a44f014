// MultiSWA (Wilson and Izmailov 2020, arXiv:2002.08791): the SWA solutions of several runs with equal weights. Its gain
// over SWA is due to the members; the gain of MultiSWAG over MultiSWA is due to the Gaussian around each member.
import Artifacts

extension FixedMembers {
  /// The means of the snapshots of M members, from M files of `collect-swag` with the same settings and different seeds.
  ///
  /// - Throws: `Fault` of kind `.usage` without files; `.configuration` for members that differ in more than their
  ///   seed, or have the same seed.
  package static func multiSWA(_ request: PosteriorRequest) throws -> FixedMembers {
    FixedMembers(ensemble: try request.members(SwagMoments.self).map(\.file.mean))
  }
}
