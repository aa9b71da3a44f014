// The base as it was pretrained, asked without any training: what fine-tuning and contextual calibration start from. An
// adapter of zeros adds nothing, to the last bit.
import Adapters
import Artifacts
import Faults

/// The base with an adapter of zeros.
public struct UntouchedBase: Posterior {
  private let count: Int

  /// From no file at all.
  ///
  /// - Throws: `Fault` of kind `.usage` where there is one.
  public init(_ request: PosteriorRequest) throws {
    guard request.adapters.isEmpty, request.moments.isEmpty else { throw request.wrongFiles("base", "no file") }
    count = request.vectorLength
  }

  /// One member.
  public var groups: Int { 1 }
  /// One sample: itself.
  public var samples: Int { 1 }
  /// None.
  public var storedParameters: Int { 0 }
  /// Zeros.
  public func draw(group: Int, sample: Int) -> Draw { Draw(values: [Float](repeating: 0, count: count)) }
}

extension PosteriorFiles {
  /// Those of the untouched base: none. The network needs the shape of an adapter, and any will do.
  public init(untouchedBase request: PosteriorRequest) {
    var fit = AdapterSettings()
    (fit.rank, fit.alpha) = (1, 1)
    self.init(request: request, fit: fit, parameters: nil, cost: Cost())
  }
}
