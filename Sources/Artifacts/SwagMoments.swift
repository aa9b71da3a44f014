// What `collect-swag` writes: the moments of the weights along the end of a training run.
import Faults

/// The running moments of SWAG (Maddox et al. 2019, arXiv:1902.02476) over an adapter's flat vector.
public struct SwagMoments: Equatable, Sendable {
  /// The seed of the adapter that the collection went on from.
  public var seed = 0
  /// The content digest of the base.
  public var baseDigest = ""
  /// The content digest of the tokens that it was trained on.
  public var tokensDigest = ""
  /// All settings of the fit and of the collection, as canonical JSON.
  public var settings = "{}"
  /// Names and shapes.
  public var parameters = ParameterTable()
  /// Snapshots taken.
  public var snapshots = 0
  /// [parameter] Their mean: the SWA solution.
  public var mean: [Float] = []
  /// [parameter] Their population variance (divided by the number of snapshots), never negative.
  public var variance: [Float] = []
  /// [row, parameter] The last deviations from the running mean, oldest first, row after row.
  public var deviations: [Float] = []
  /// One line an epoch of collection.
  public var history: [Adapter.Epoch] = []
  /// What it cost, the adapter's own cost included.
  public var cost = Cost()

  /// An empty collection, to be filled.
  public init() {}
  /// How many deviations are held.
  public var rank: Int { parameters.count == 0 ? 0 : deviations.count / parameters.count }
}
