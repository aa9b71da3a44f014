// Checks a predictions file completely, with the file's name in every message, so that the code after it can trust the
// values. An unnoticed NaN would silently go into the last bin and the first rank.
import Artifacts
import Calibration
import Faults

/// Predictions with the name of the file they came from.
package struct PredictionsFile: Sendable {
  /// The file, for messages.
  package let path: String
  /// Its content.
  package let predictions: Predictions
  /// Whether the calibration rows are predicted. If not, their labels are -1 and their probabilities mean nothing.
  let predictsCalibration: Bool

  /// Checks `predictions` on their own.
  ///
  /// Throws `.data` for inconsistent shapes, for labels beyond an example's choices, for values that are not finite and
  /// for duplicate ids within a split.
  package init(path: String, _ predictions: Predictions) throws {
    try self.init(path: path, predictions, predictsCalibration: true)
  }

  init(path: String, _ predictions: Predictions, predictsCalibration: Bool) throws {
    (self.path, self.predictions, self.predictsCalibration) = (path, predictions, predictsCalibration)
    try checkShapes()
    try checkRows()
  }

  /// All samples of the examples at `rows`.
  func posterior(_ rows: [Int]) -> PosteriorSamples {
    let width = predictions.groups * predictions.samples * predictions.choices
    return PosteriorSamples(
      logits: rows.flatMap { predictions.logProbabilities[($0 * width)..<(($0 + 1) * width)] },
      groups: predictions.groups, samples: predictions.samples, choices: predictions.choices,
      choiceCounts: rows.map { predictions.choiceCounts[$0] },
      weights: predictions.weights.isEmpty
        ? [] : rows.flatMap { predictions.weights[$0 * predictions.groups..<($0 + 1) * predictions.groups] })
  }

  /// What is kept of the logits of the examples at `rows`; nil where nothing is.
  func logitScores(_ rows: [Int]) -> LogitScores? {
    guard !predictions.logSums.isEmpty else { return nil }
    let (draws, choices) = (predictions.groups * predictions.samples, predictions.choices)
    return LogitScores(
      rows: rows.map { row in
        (0..<draws).map { draw in
          let start = (row * draws + draw) * choices
          let own = predictions.logProbabilities[start..<start + Int(predictions.choiceCounts[row])]
          return (logSum: Double(predictions.logSums[row * draws + draw]), highest: Double(own.max() ?? 0))
        }
      })
  }

  /// The examples of one split, in the file's order.
  func rows(of split: TokenizedSet.Split) -> [Int] {
    predictions.splits.indices.filter { predictions.splits[$0] == split }
  }

  /// The labels of the examples at `rows`.
  func labels(_ rows: [Int]) -> [Int32] { rows.map { predictions.labels[$0] } }

  /// [example][choice] The votes' shares of the examples at `rows`; nil without votes.
  func votes(_ rows: [Int]) -> [[Double]]? {
    guard !predictions.votes.isEmpty else { return nil }
    return rows.map { row in
      (0..<Int(predictions.choiceCounts[row])).map { Double(predictions.votes[row * predictions.choices + $0]) }
    }
  }

  /// Throws `.data` unless both files have the same examples and the same base.
  func check(comparableWith other: PredictionsFile) throws {
    let (mine, theirs) = (predictions, other.predictions)
    func require(_ same: Bool, _ what: String) throws {
      guard same else {
        throw Fault(
          .data, path, "differs from \(other.path) in \(what)",
          hint: "compare predictions of one base on one tokenized data set")
      }
    }
    try require(mine.dataset == theirs.dataset, "its data set (\(mine.dataset), not \(theirs.dataset))")
    try require(
      mine.corruption == theirs.corruption,
      "its corruption (\(mine.corruption.text), not \(theirs.corruption.text))")
    // Predictions of another program have no digests: their ids and labels must do.
    for (what, mine, theirs) in [
      ("base", mine.baseDigest, theirs.baseDigest), ("tokens", mine.tokensDigest, theirs.tokensDigest),
    ] where !mine.isEmpty && !theirs.isEmpty {
      try require(mine == theirs, "its \(what) (\(mine.prefix(12)))")
    }
    try require(mine.rowIDs == theirs.rowIDs && mine.splits == theirs.splits, "its row ids")
    try require(mine.choiceCounts == theirs.choiceCounts, "its numbers of choices")
    let compared = predictedRows.filter(other.isPredicted)
    try require(compared.allSatisfy { mine.labels[$0] == theirs.labels[$0] }, "its labels")
    // Predictions of another program have none of these.
    if mine.baseDigest.isEmpty || theirs.baseDigest.isEmpty { return }
    try require(mine.votes == theirs.votes, "its votes")
    try require(mine.classValues == theirs.classValues, "the numbers of its classes")
    try require(mine.numbers == theirs.numbers, "its numbers")
    try require(mine.labelNames == theirs.labelNames, "the names of its labels")
  }

  /// Whether both have the same probabilities of one method.
  func holdsSame(as other: PredictionsFile) -> Bool {
    predictions.method == other.predictions.method && predictions.logProbabilities == other.predictions.logProbabilities
  }

  /// The rows whose probabilities mean something.
  var predictedRows: [Int] { predictions.splits.indices.filter(isPredicted) }

  private func isPredicted(_ row: Int) -> Bool { predictsCalibration || predictions.splits[row] != .calibration }

  private func checkShapes() throws {
    let set = predictions
    guard !set.method.isEmpty, !set.dataset.isEmpty else {
      throw Fault(.data, path, "the name of the method or of the data set is empty")
    }
    guard set.groups > 0, set.samples > 0, set.choices > 0, set.count > 0 else {
      throw Fault(
        .data, path,
        "\(set.count) examples, \(set.groups) groups, \(set.samples) samples, \(set.choices) choices: nothing to score")
    }
    let cells = set.count * set.groups * set.samples * set.choices
    guard set.logProbabilities.count == cells,
      [set.splits.count, set.labels.count, set.choiceCounts.count].allSatisfy({ $0 == set.count })
    else { throw Fault(.data, path, "found \(set.logProbabilities.count) log-probabilities, expected \(cells)") }
    let draws = set.count * set.groups * set.samples
    guard set.logSums.isEmpty || set.logSums.count == draws else {
      throw Fault(.data, path, "found \(set.logSums.count) sums of exp(logit), expected \(draws)")
    }
    guard set.classValues.isEmpty || set.classValues.count == set.choices else {
      throw Fault(.data, path, "found \(set.classValues.count) numbers of classes, expected \(set.choices)")
    }
    guard set.numbers.map({ $0.edges.count == set.choices + 1 && $0.values.count == set.count }) ?? true else {
      throw Fault(.data, path, "its numbers are not one for each of \(set.count) examples in \(set.choices) bins")
    }
    guard set.votes.isEmpty || set.votes.count == set.count * set.choices else {
      throw Fault(.data, path, "found \(set.votes.count) shares of votes, expected \(set.count * set.choices)")
    }
  }

  private func checkRows() throws {
    let set = predictions
    let leaves = set.groups * set.samples
    var seen = Set<Row>()
    for row in 0..<set.count {
      let subject = "\(path): example \"\(set.rowIDs[row])\""
      guard seen.insert(Row(id: set.rowIDs[row], split: set.splits[row])).inserted else {
        throw Fault(.data, subject, "the id appears twice in the \(set.splits[row]) split")
      }
      let (choices, label) = (Int(set.choiceCounts[row]), set.labels[row])
      guard (1...set.choices).contains(choices) else {
        throw Fault(.data, subject, "found \(choices) choices, expected 1 to \(set.choices)")
      }
      guard label >= -1, label < choices else {
        throw Fault(.data, subject, "label \(label) is out of range for \(choices) choices")
      }
      for leaf in 0..<leaves {
        let start = (row * leaves + leaf) * set.choices
        guard set.logProbabilities[start..<(start + choices)].allSatisfy(\.isFinite) else {
          let sample = "group \(leaf / set.samples), sample \(leaf % set.samples)"
          throw Fault(.data, subject, "a log-probability of \(sample) is not finite")
        }
      }
    }
  }

  private struct Row: Hashable {
    let id: String
    let split: TokenizedSet.Split
  }
}

extension TokenizedSet.Corruption {
  /// `clean`, or the name and the severity: `typos 3`.
  var text: String { severity == 0 ? "clean" : "\(name) \(severity)" }
}
