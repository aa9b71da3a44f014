// Stochastic weight averaging (Izmailov et al. 2018, arXiv:1803.05407): the mean of the weights over the end of a
// training run. Factors A and B are averaged separately, as in all published results: along one trajectory the
// difference from the mean of the products is of second order.
import Artifacts

extension FixedMembers {
  /// The mean of SWAG's snapshots, from one file of `collect-swag`; a remark if there is only one snapshot.
  ///
  /// - Throws: `Fault` of kind `.usage` for other files.
  package static func swa(_ request: PosteriorRequest) throws -> FixedMembers {
    let moments = try request.single(SwagMoments.self).file
    return FixedMembers(moments.mean, warnings: moments.snapshots == 1 ? ["one snapshot: no average"] : [])
  }
}
