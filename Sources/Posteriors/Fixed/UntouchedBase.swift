// The pretrained base without any training: the starting point of fine-tuning and contextual calibration. An adapter of
// zeros adds exactly nothing, bit for bit.
import Artifacts
import Faults

extension FixedMembers {
  /// The base with an adapter of zeros; it reads no file and stores nothing.
  ///
  /// - Throws: `Fault` of kind `.usage` if there is a file.
  package static func untouchedBase(_ request: PosteriorRequest) throws -> FixedMembers {
    try request.noFiles()
    return FixedMembers([Float](repeating: 0, count: request.parameterCount), storedParameters: 0)
  }
}
