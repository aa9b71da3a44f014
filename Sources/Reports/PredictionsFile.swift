// A predictions file at the door: everything is checked here, with the file's name in the message, so that what comes
// behind may trust its numbers. A NaN that got through would silently fall into the last bin and the first rank.
import Artifacts
import Calibration
import Faults

/// Predictions with the name of the file they came from.
package struct PredictionsFile: Sendable {
  /// The file, for messages.
  package let path: String
  /// What it says.
  package let predictions: Predictions

  /// Checks `predictions` by themselves.
  ///
  /// Throws `.data` for shapes that do not fit, for labels beyond an example's choices, for numbers that are not finite
  /// and for ids that appear twice in a split.
  package init(path: String, _ predictions: Predictions) throws {
    (self.path, self.predictions) = (path, predictions)
    try checkShapes()
    try checkRows()
  }

  /// All samples of the examples at `rows`.
  func posterior(_ rows: [Int]) -> PosteriorSamples {
    let width = predictions.groups * predictions.samples * predictions.choices
    return PosteriorSamples(
      logits: rows.flatMap { predictions.logProbabilities[($0 * width)..<(($0 + 1) * width)] },
      groups: predictions.groups, samples: predictions.samples, choices: predictions.choices,
      choiceCounts: rows.map { predictions.choiceCounts[$0] })
  }

  /// The examples of one split, in the file's order.
  func rows(of split: TokenizedSet.Split) -> [Int] {
    predictions.splits.indices.filter { predictions.splits[$0] == split }
  }

  /// The labels of the examples at `rows`.
  func labels(_ rows: [Int]) -> [Int32] { rows.map { predictions.labels[$0] } }

  /// Throws `.data` unless both files are about the same examples and rest on the same base.
  func check(comparableWith other: PredictionsFile) throws {
    let (mine, theirs) = (predictions, other.predictions)
    func require(_ same: Bool, _ what: String) throws {
      guard same else {
        throw Fault(
          .data, path, "\(what) than \(other.path)", hint: "compare predictions of one base on one tokenized data set")
      }
    }
    try require(mine.dataset == theirs.dataset, "another data set (\(mine.dataset), not \(theirs.dataset))")
    try require(mine.corruption == theirs.corruption, "another corruption (\(mine.corruption.text))")
    try require(mine.baseDigest == theirs.baseDigest, "another base (\(mine.baseDigest.prefix(12)))")
    try require(mine.tokensDigest == theirs.tokensDigest, "other tokens (\(mine.tokensDigest.prefix(12)))")
    try require(mine.rowIDs == theirs.rowIDs && mine.splits == theirs.splits, "other row ids")
    try require(mine.labels == theirs.labels && mine.choiceCounts == theirs.choiceCounts, "other labels or choices")
  }

  private func checkShapes() throws {
    let set = predictions
    guard !set.method.isEmpty, !set.dataset.isEmpty else {
      throw Fault(.data, path, "no method or no data set is named")
    }
    guard set.groups > 0, set.samples > 0, set.choices > 0, set.count > 0 else {
      throw Fault(
        .data, path,
        "\(set.count) examples, \(set.groups) groups, \(set.samples) samples, \(set.choices) choices: nothing to score")
    }
    let cells = set.count * set.groups * set.samples * set.choices
    guard set.logProbabilities.count == cells,
      [set.splits.count, set.labels.count, set.choiceCounts.count].allSatisfy({ $0 == set.count })
    else { throw Fault(.data, path, "\(set.logProbabilities.count) log-probabilities, \(cells) expected") }
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
        throw Fault(.data, subject, "\(choices) choices where at most \(set.choices) fit")
      }
      guard label >= -1, label < choices else { throw Fault(.data, subject, "label \(label) of \(choices) choices") }
      for leaf in 0..<leaves {
        let start = (row * leaves + leaf) * set.choices
        guard set.logProbabilities[start..<(start + choices)].allSatisfy(\.isFinite) else {
          let place = "group \(leaf / set.samples), sample \(leaf % set.samples)"
          throw Fault(.data, subject, "a log-probability of \(place) is not finite")
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
