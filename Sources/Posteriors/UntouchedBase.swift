// The base as it was pretrained, asked without any training: what fine-tuning and contextual calibration start from. An
// adapter of zeros adds nothing, to the last bit.
import Adapters
import Artifacts
import Faults

extension FixedMembers {
  /// The base with an adapter of zeros, from no file at all; it stores nothing.
  ///
  /// - Throws: `Fault` of kind `.usage` where there is one.
  package static func untouchedBase(_ request: PosteriorRequest) throws -> FixedMembers {
    try request.noFiles("base")
    return FixedMembers([Float](repeating: 0, count: request.vectorLength), storedParameters: 0)
  }
}

extension PosteriorFiles {
  /// Those of the untouched base: none. The network needs the shape of an adapter, and any will do.
  public init(untouchedBase request: PosteriorRequest) {
    var fit = AdapterSettings()
    (fit.rank, fit.alpha) = (1, 1)
    self.init(request: request, fit: fit, parameters: nil, cost: Cost())
  }
}
