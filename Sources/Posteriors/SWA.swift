// Stochastic weight averaging (Izmailov et al. 2018, arXiv:1803.05407): the mean of the weights along the end of a
// training run. Factors A and B are averaged separately, as in all published numbers: along one trajectory the
// difference to the mean of the products is of second order.
import Artifacts
import Faults

/// The mean of SWAG's snapshots.
public struct SWA: Posterior {
  let mean: [Float]
  /// A remark where there is only one snapshot.
  public let warnings: [String]

  /// From one file of `collect-swag`.
  public init(_ request: PosteriorRequest) throws {
    let moments = try request.singleMoments("swa")
    mean = moments.mean
    warnings = moments.snapshots == 1 ? ["one snapshot: no average"] : []
  }

  /// One member.
  public var groups: Int { 1 }
  /// One sample: the mean.
  public var samples: Int { 1 }
  /// The adapter's numbers.
  public var storedParameters: Int { mean.count }
  /// The mean.
  public func draw(group: Int, sample: Int) -> Draw { Draw(values: mean) }
}
