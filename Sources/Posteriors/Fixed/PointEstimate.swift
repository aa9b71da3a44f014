// The point estimate: one adapter as trained. Without weight decay it is the maximum-likelihood solution, with weight
// decay the maximum a posteriori solution.
import Artifacts

extension FixedMembers {
  /// One trained vector, from one adapter file.
  ///
  /// - Throws: `Fault` of kind `.usage` for other files.
  package static func point(_ request: PosteriorRequest) throws -> FixedMembers {
    FixedMembers(try request.single(Adapter.self).file.values)
  }
}
