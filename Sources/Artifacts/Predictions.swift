// The artifact of `sample-posterior`: the log-probabilities of every sample of one method on one data set.
import Faults

/// Log-probabilities of one method on one data set, for every group and sample: [example, group, sample, choice].
package struct Predictions: Equatable, Sendable {
  /// `point`, `dropout`, `ensemble`, `swa`, `swag-diagonal`, `swag`, `multiswag`, ...
  package var method = ""
  /// The data set's name.
  package var dataset = ""
  /// The corruption of its text, if any.
  package var corruption = TokenizedSet.Corruption()
  /// The content digest of the base.
  package var baseDigest = ""
  /// The content digest of the tokens.
  package var tokensDigest = ""
  /// All settings, as canonical JSON.
  package var settings = "{}"
  /// With several labels for each example, their names: every example then has one row for each of them, in this order,
  /// with the choices no and yes. Otherwise empty.
  package var labelNames: [String] = []
  /// [choice] The number that each choice is, if the choices are grades; otherwise empty.
  package var classValues: [Double] = []
  /// The edges of the bins and the number of each example, if the choices are bins of numbers; otherwise nil.
  package var numbers: BinnedNumbers?
  package var groups = 0
  package var samples = 0
  /// The largest number of choices of any example.
  package var choices = 0
  /// [example] Row ids.
  package var rowIDs: [String] = []
  /// [example] calibration or test (training examples are not predicted).
  package var splits: [TokenizedSet.Split] = []
  /// [example] The right choice; -1 where unknown.
  package var labels: [Int32] = []
  /// [example, choice] The share of an example's votes that each choice has, zeros where there are none; empty without
  /// votes.
  package var votes: [Float] = []
  /// [example] How many choices it has.
  package var choiceCounts: [Int32] = []
  /// [example, group, sample, choice] Natural logarithms; minus infinity beyond an example's own choices.
  package var logProbabilities: [Float] = []
  /// [example, group, sample] Natural logarithms of the sums of exp(logit) over an example's own choices, before the
  /// softmax; empty where the logits were not kept. Version 2 of the file did not have them.
  package var logSums: [Float] = []
  /// [example, group] The shares of the groups in an example's mixture, which sum to 1; empty where they are equal.
  package var weights: [Float] = []
  /// Remarks of the method that the table repeats, such as a spread that was not measured; empty if there are none.
  package var warnings: [String] = []
  /// The number of parameters behind the predictions, not counting the base.
  package var storedParameters = 0
  /// What it cost, including training.
  package var cost = Cost()

  /// Empty predictions, to be filled in.
  package init() {}
  /// The number of examples; with several labels for each, that of all labels of all examples.
  package var count: Int { rowIDs.count }
  /// The number of rows of one example.
  package var rowsPerExample: Int { max(1, labelNames.count) }
  /// The id of the example that `row` belongs to, without the label's name (see `rowID`).
  package func exampleID(ofRow row: Int) -> String {
    guard !labelNames.isEmpty else { return rowIDs[row] }
    return String(rowIDs[row].dropLast(Self.rowID("", label: labelNames[row % labelNames.count]).count))
  }
  /// The id of the row of one label of an example.
  package static func rowID(_ example: String, label: String) -> String { "\(example)/\(label)" }
}
