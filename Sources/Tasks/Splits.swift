// Which questions train, calibrate and test. The calibration split is always cut from the training questions: tuning
// anything on the test split would make its scores worthless. A split depends only on the seed and the questions.
import Arrays
import Artifacts
import Faults

/// How the questions given for training are split.
package struct SplitRule: Sendable {
  /// A share of the questions, or a number of them.
  package enum Size: Sendable, Equatable {
    /// A share of all questions given for training, rounded to the nearest integer.
    case fraction(Double)
    /// A number of questions.
    case count(Int)
  }

  /// The calibration split.
  package var calibration: Size
  /// The test split, cut from the training questions too; nil if the data set has its own.
  package var test: Size?
  /// Decides which question goes to which split.
  package var seed: UInt64
  package init(calibration: Size, test: Size?, seed: UInt64) {
    (self.calibration, self.test, self.seed) = (calibration, test, seed)
  }

  /// The split of each of `questions`. Questions with the same words and the same choices in any order stay together,
  /// so that no training question returns in calibration. The sizes are still exact as long as there are enough unique
  /// questions.
  /// - Throws: `Fault.usage` for a share that is not between 0 and 1; `Fault.data` if a split would be empty.
  func splits(of questions: [Question]) throws -> [TokenizedSet.Split] {
    let testSize = try test.map { try number($0, of: questions.count, setting: "test-fraction") } ?? 0
    let calibrationSize = try number(calibration, of: questions.count, setting: "calibration-fraction")
    // Not a sum, which could overflow.
    if calibrationSize >= questions.count - testSize {
      throw Fault(
        .data, "train split",
        "would be empty: of \(questions.count) questions, \(calibrationSize) go to calibration"
          + (testSize > 0 ? " and \(testSize) to test" : ""), hint: "give more questions or smaller shares")
    }
    var groups = groupsOfEqualWording(questions)
    groups = RandomStream(seed: seed, purpose: .split).permutation(groups.count).map { groups[$0] }
    var splits = Array(repeating: TokenizedSet.Split.train, count: questions.count)
    for (split, size) in [(TokenizedSet.Split.test, testSize), (.calibration, calibrationSize)] {
      var missing = size
      groups.removeAll { group in
        guard group.count <= missing else { return false }
        for index in group { splits[index] = split }
        missing -= group.count
        return true
      }
      if missing == size && size > 0 {
        throw Fault(.data, "\(split) split", "would be empty: questions with the same words are kept together")
      }
    }
    return splits
  }

  /// The number of questions that `size` means.
  private func number(_ size: Size, of count: Int, setting: String) throws -> Int {
    let number: Int
    switch size {
    case .fraction(let fraction):
      guard fraction > 0 && fraction < 1 else {
        throw Fault(.usage, setting: "\(setting) \(fraction)", "must be between 0 and 1")
      }
      number = Int((fraction * Double(count)).rounded())
    case .count(let count): number = count
    }
    if number >= 1 { return number }
    let split = setting.hasPrefix("test") ? "test" : "calibration"
    throw Fault(
      .data, "\(split) split", "would be empty: `\(setting)` leaves \(number) of \(count) questions",
      hint: "give more questions or a larger share")
  }
}

/// The indices of `questions` grouped by wording; groups and their members are in the order of first appearance.
private func groupsOfEqualWording(_ questions: [Question]) -> [[Int]] {
  var groups: [[Int]] = []
  var groupOfWording: [Wording: Int] = [:]
  for (index, question) in questions.enumerated() {
    let wording = Wording(question)
    if let group = groupOfWording[wording] {
      groups[group].append(index)
    } else {
      groupOfWording[wording] = groups.count
      groups.append([index])
    }
  }
  return groups
}

/// The words of a question, without its id, its label and the order of its choices.
struct Wording: Hashable {
  let texts: [String]
  /// Empty for a text to classify: the classes are the same in every row.
  let choices: [String]

  init(_ question: Question) {
    texts = (question.before ?? []).map(\.text) + question.prompt.texts
    choices = question.prompt.isToClassify ? [] : question.choices.sorted()
  }
}
