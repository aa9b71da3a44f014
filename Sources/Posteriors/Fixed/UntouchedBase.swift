// The base as it was pretrained, asked without any training: what fine-tuning and contextual calibration start from. An
// adapter of zeros adds nothing, to the last bit.
import Artifacts
import Faults

extension FixedMembers {
  /// The base with an adapter of zeros, from no file at all; it stores nothing.
  ///
  /// - Throws: `Fault` of kind `.usage` where there is one.
  package static func untouchedBase(_ request: PosteriorRequest) throws -> FixedMembers {
    try request.noFiles()
    return FixedMembers([Float](repeating: 0, count: request.parameterCount), storedParameters: 0)
  }
}
