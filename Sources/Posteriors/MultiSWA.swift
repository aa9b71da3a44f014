// MultiSWA (Wilson and Izmailov 2020, arXiv:2002.08791): the SWA solutions of several runs, each with equal weight. What
// it gains over SWA is owed to the members, and what MultiSWAG gains over it to the Gaussian around each of them.
import Artifacts

/// The means of the snapshots of M members.
public struct MultiSWA: Posterior {
  let means: [[Float]]
  /// An ensemble of one measures no spread.
  public let warnings: [String]

  /// From M files of `collect-swag` with the same settings and different seeds.
  ///
  /// - Throws: `Fault` of kind `.usage` without files; `.configuration` for members that differ in more than their seed,
  ///   or not even in that.
  public init(_ request: PosteriorRequest) throws {
    means = try request.membersMoments("multiswa").map(\.mean)
    warnings = means.count == 1 ? ["one member: no spread measured"] : []
  }

  /// The members.
  public var groups: Int { means.count }
  /// One sample of each: its mean.
  public var samples: Int { 1 }
  /// Those of all members.
  public var storedParameters: Int { means.reduce(0) { $0 + $1.count } }
  /// The member's mean.
  public func draw(group: Int, sample: Int) -> Draw { Draw(values: means[group]) }
}
