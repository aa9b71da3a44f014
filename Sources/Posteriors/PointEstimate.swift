// The point estimate: one adapter, as it was trained. Without weight decay it is the maximum-likelihood solution, with it
// the maximum a posteriori one.
import Artifacts
import Faults

/// One trained vector.
public struct PointEstimate: Posterior {
  let values: [Float]

  /// From one adapter file.
  public init(_ request: PosteriorRequest) throws { values = try request.singleAdapter("point").values }

  /// One member.
  public var groups: Int { 1 }
  /// One sample: itself.
  public var samples: Int { 1 }
  /// The adapter's numbers.
  public var storedParameters: Int { values.count }
  /// Itself.
  public func draw(group: Int, sample: Int) -> Draw { Draw(values: values) }
}
