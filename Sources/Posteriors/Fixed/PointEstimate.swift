// The point estimate: one adapter, as it was trained. Without weight decay it is the maximum-likelihood solution, with it
// the maximum a posteriori one.
import Artifacts

extension FixedMembers {
  /// One trained vector, from one adapter file.
  ///
  /// - Throws: `Fault` of kind `.usage` for other files.
  package static func point(_ request: PosteriorRequest) throws -> FixedMembers {
    FixedMembers(try request.single(Adapter.self).file.values)
  }
}
