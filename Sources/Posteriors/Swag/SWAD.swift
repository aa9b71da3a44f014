// SWAD in prediction: the mean of the segments that LossValley has chosen. DNA's is the same, of a fit with its loss.
import Adapters
import Artifacts
import Faults
import JSON

extension FixedMembers {
  /// The mean of the weights over the valley of the held-out loss, from one file that was collected with `accept swad`.
  ///
  /// - Throws: `Fault` of kind `.usage` for other files.
  package static func swad(_ request: PosteriorRequest) throws -> FixedMembers {
    let (path, moments) = try request.single(SwagMoments.self)
    guard try SwagRun.Settings(canonicalJSON: moments.settings, subject: path).swag.accept == .swad else {
      throw Fault(
        .usage, path, "found other snapshots than those of SWAD", hint: "collect it with `accept swad`")
    }
    return FixedMembers(
      moments.mean,
      warnings: moments.snapshots == 1 ? ["the loss did not converge: the mean of the last steps alone"] : [])
  }

  /// The same of a fit with DNA's loss.
  ///
  /// - Throws: as `swad`; `Fault` of kind `.configuration` for another loss.
  package static func dna(_ request: PosteriorRequest) throws -> FixedMembers {
    let isRight = if case .dna = request.files.fit.loss { true } else { false }
    try request.requireFit(isRight, "it was not fitted with DNA's loss", hint: "`diversity` and `accept swad`")
    return try swad(request)
  }
}
