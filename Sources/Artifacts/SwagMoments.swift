// The artifact of `collect-swag`, and of a fit that collects: the moments of the weights at the end of a training run.
import Faults

/// The running moments of SWAG (Maddox et al. 2019, arXiv:1902.02476) over an adapter's parameter vector.
package struct SwagMoments: Equatable, Sendable {
  /// The seed of the fit.
  package var seed = 0
  /// The content digest of the base.
  package var baseDigest = ""
  /// The content digest of the tokens that it was trained on.
  package var tokensDigest = ""
  /// All settings of the fit and of the collection, as canonical JSON.
  package var settings = "{}"
  /// Names and shapes.
  package var parameters = ParameterTable()
  /// Snapshots taken.
  package var snapshots = 0
  /// [parameter] Their mean: the SWA solution.
  package var mean: [Float] = []
  /// [parameter] Their population variance (divided by the number of snapshots), never negative.
  package var variance: [Float] = []
  /// [row, parameter] The last deviations from the running mean, oldest first, row after row.
  package var deviations: [Float] = []
  /// One entry per epoch: of the whole fit, or of the collection where this went on from an adapter.
  package var history: [Adapter.Epoch] = []
  /// What it cost, including the adapter.
  package var cost = Cost()

  /// Empty moments, to be filled in.
  package init() {}
  /// A line for the log.
  package var summary: String { "\(snapshots) snapshots, \(rank) deviations of \(mean.count) parameters" }
  /// The number of stored deviations.
  package var rank: Int { parameters.count == 0 ? 0 : deviations.count / parameters.count }
}
