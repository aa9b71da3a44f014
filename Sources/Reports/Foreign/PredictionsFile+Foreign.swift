// Predictions of another program, brought into the order of our own: its rows are found by their ids, so their order is
// free, and the calibration split may be missing.
import Artifacts
import Faults
import Foundation

extension PredictionsFile {
  /// The predictions of `foreign`, which were read from `path`, for its own examples.
  ///
  /// Throws `.data` for an id that appears twice.
  package init(path: String, _ foreign: ForeignPredictions) throws {
    var set = foreign.predictions
    (set.dataset, set.rowIDs, set.labels) = ("own", foreign.rowIDs, foreign.labels)
    set.splits = foreign.splits.isEmpty ? foreign.rowIDs.map { _ in .test } : foreign.splits
    (set.logProbabilities, set.choices) = (foreign.logProbabilities, foreign.choices)
    set.choiceCounts = (0..<foreign.count).map { Int32(foreign.ownChoices($0)) }
    try self.init(path: path, set)
  }

  /// The predictions of `foreign`, which were read from `path`, for the examples of `reference`.
  ///
  /// Throws `.data` for an id that `reference` does not have, an example without a row, and another label or number of
  /// choices than there.
  package init(path: String, _ foreign: ForeignPredictions, like reference: PredictionsFile) throws {
    let rows = try ForeignRows(foreign, path: path, reference)
    var set = foreign.predictions
    let target = reference.predictions
    (set.dataset, set.corruption, set.rowIDs) = (target.dataset, target.corruption, target.rowIDs)
    (set.splits, set.choiceCounts, set.choices) = (target.splits, target.choiceCounts, target.choices)
    set.votes = target.votes
    (set.classValues, set.numbers) = (target.classValues, target.numbers)
    set.labels = rows.source.indices.map { rows.source[$0] == nil ? -1 : target.labels[$0] }
    for (row, source) in rows.source.enumerated() {
      let own = Int(target.choiceCounts[row])
      set.logProbabilities +=
        source.map { foreign.logProbabilities[$0 * foreign.choices..<$0 * foreign.choices + own] }
        ?? [Float](repeating: -log(Float(own)), count: own)[...]
      set.logProbabilities += [Float](repeating: -.infinity, count: target.choices - own)
    }
    if rows.lacksCalibration {
      set.warnings.append("the file has no calibration rows, so no temperature is fitted")
    }
    try self.init(path: path, set, predictsCalibration: !rows.lacksCalibration)
  }
}

/// Which row of a foreign file belongs to which example.
private struct ForeignRows {
  /// [example of the reference] The row; nil where there is none.
  let source: [Int?]
  /// Whether the reference has calibration rows and the foreign file has none of them.
  let lacksCalibration: Bool

  private struct Key: Hashable {
    let id: String
    let split: TokenizedSet.Split
  }

  init(_ foreign: ForeignPredictions, path: String, _ reference: PredictionsFile) throws {
    let target = reference.predictions
    let examples = Dictionary(
      uniqueKeysWithValues: target.rowIDs.indices.map { (Key(id: target.rowIDs[$0], split: target.splits[$0]), $0) })
    var source = [Int?](repeating: nil, count: target.count)
    for row in 0..<foreign.count {
      func fault(_ message: String, _ hint: String = "") -> Fault {
        let subject = foreign.lines.isEmpty ? "\(path): row \(row + 1)" : "\(path):\(foreign.lines[row])"
        return Fault(.data, subject, message, hint: hint)
      }
      let id = foreign.rowIDs[row]
      let splits = foreign.splits.isEmpty ? [TokenizedSet.Split.test, .calibration] : [foreign.splits[row]]
      guard let example = splits.lazy.compactMap({ examples[Key(id: id, split: $0)] }).first else {
        let place = foreign.splits.isEmpty ? "" : " in the \(foreign.splits[row]) split"
        throw fault(
          "the id \"\(id)\" is not in \(reference.path)\(place)",
          "the ids are those of the column id in predictions.csv")
      }
      guard source[example] == nil else { throw fault("the id \"\(id)\" appears twice") }
      source[example] = row
      let (label, expected) = (foreign.labels[row], target.labels[example])
      guard label < 0 || label == expected else {
        throw fault(
          "the label of \"\(id)\" is \(label), expected \(expected < 0 ? "none" : "\(expected)")"
            + " as in \(reference.path)",
          "labels are the choices' numbers, as in predictions.csv")
      }
      let (choices, own) = (foreign.ownChoices(row), Int(target.choiceCounts[example]))
      guard choices == own else {
        throw fault("\(choices) probabilities for \"\(id)\", expected \(own) as in \(reference.path)")
      }
    }
    self.source = source
    let missing = target.rowIDs.indices.filter { source[$0] == nil }
    let calibration = reference.rows(of: .calibration)
    lacksCalibration = !calibration.isEmpty && missing == calibration
    guard missing.isEmpty || lacksCalibration else {
      let first = "\"\(target.rowIDs[missing[0]])\" of the \(target.splits[missing[0]]) split"
      throw Fault(
        .data, path, "\(missing.count) of \(target.count) examples are missing; the first is \(first)",
        hint: "it needs a row for every test example of \(reference.path), and for all or none of the calibration rows")
    }
  }
}

extension ForeignPredictions {
  /// The number of choices of the example in `row`.
  fileprivate func ownChoices(_ row: Int) -> Int {
    logProbabilities[row * choices..<(row + 1) * choices].count { $0 != -.infinity }
  }

  /// What the file itself says, without its rows.
  fileprivate var predictions: Predictions {
    var set = Predictions()
    (set.method, set.groups, set.samples, set.warnings) = (method, 1, 1, warnings)
    return set
  }
}
