// What `sample-posterior` writes: the log-probabilities of every sample of one method on one data set.
import Faults

/// Log-probabilities of one method on one data set, kept whole: [example, group, sample, choice].
public struct Predictions: Equatable, Sendable {
  /// `point`, `dropout`, `ensemble`, `swa`, `swag-diagonal`, `swag`, `multiswag`, ...
  public var method = ""
  /// The data set's name.
  public var dataset = ""
  /// What was done to its text.
  public var corruption = TokenizedSet.Corruption()
  /// The content digest of the base.
  public var baseDigest = ""
  /// The content digest of the tokens.
  public var tokensDigest = ""
  /// All settings, as canonical JSON.
  public var settings = "{}"
  /// Independently trained members.
  public var groups = 0
  /// Draws from each member.
  public var samples = 0
  /// The widest example's choices.
  public var choices = 0
  /// [example] Row ids.
  public var rowIDs: [String] = []
  /// [example] calibration or test (training examples are not predicted).
  public var splits: [TokenizedSet.Split] = []
  /// [example] The right choice; -1 where unknown.
  public var labels: [Int32] = []
  /// [example] How many choices it has.
  public var choiceCounts: [Int32] = []
  /// [example, group, sample, choice] Natural logarithms; minus infinity beyond an example's own choices.
  public var logProbabilities: [Float] = []
  /// Remarks of the method that the table repeats, such as a spread that was not measured; empty if there are none.
  public var warnings: [String] = []
  /// Numbers that the predictions were made from, beside the base.
  public var storedParameters = 0
  /// What it cost, training included.
  public var cost = Cost()

  /// An empty set, to be filled.
  public init() {}
  /// The number of examples.
  public var count: Int { rowIDs.count }
}
