// A data set ready for the tokenizer: its questions with their splits, checked against each other.
import Artifacts
import Faults

/// Questions and the split of each.
package struct QuestionSet: Sendable {
  /// Training and calibration questions in the order of their files, then the test questions.
  package private(set) var questions: [Question]
  /// [question] Its split.
  package private(set) var splits: [TokenizedSet.Split]
  /// Number of test questions that also occur, word for word and with the same choices, among those given for training.
  package let testQuestionsInTrain: Int
  /// What was done to the texts.
  package private(set) var corruption = TokenizedSet.Corruption()

  /// The questions given for training, split by `rule`, and those given for testing.
  ///
  /// Without test files the rule also cuts a test split; without training files all questions are test questions.
  /// - Throws: `Fault.data` at a duplicate id within either list, or in both lists unless `allowsOverlap`; at a
  ///   training question without a label; and if a split would be empty.
  package init(train: [Question], test: [Question], _ rule: SplitRule, allowsOverlap: Bool = false) throws {
    if let unlabelled = train.first(where: { $0.label == nil }) {
      let missing = unlabelled.isOpen ? "answer" : "label"
      throw Fault(
        .data, unlabelled.location, "no \(missing), expected one in every training row",
        hint: "rows without \(missing)s can go in a file of their own, given as `test`")
    }
    let trainPlaces = try placesOfIDs(train)
    _ = try placesOfIDs(test)
    if !allowsOverlap, let leak = test.first(where: { trainPlaces[$0.id] != nil }) {
      throw Fault(
        .data, leak.location,
        "id \(leak.id.debugDescription) is also the id of a training row, \(trainPlaces[leak.id] ?? "")",
        hint: "remove one of the two rows, or use `allow-overlap`")
    }
    questions = train + test
    splits = train.isEmpty ? [] : try rule.splits(of: train)
    splits += Array(repeating: .test, count: test.count)
    if questions.isEmpty { throw Fault(.data, "test split", "is empty: no questions were given") }
    let wordings = Set(train.map(Wording.init))
    testQuestionsInTrain = test.count { wordings.contains(Wording($0)) }
  }

  /// New questions, all of them in the test split. Their ids may repeat: nothing is looked up by them.
  package init(unlabelled questions: [Question]) {
    self.questions = questions
    splits = Array(repeating: .test, count: questions.count)
    testQuestionsInTrain = 0
  }

  /// Number of questions in a split.
  package func count(_ split: TokenizedSet.Split) -> Int { splits.count { $0 == split } }

  /// Number of questions whose texts are all blank.
  package var questionsWithoutWords: Int {
    questions.count { $0.prompt.texts.allSatisfy { $0.allSatisfy(\.isWhitespace) } }
  }

  /// The questions in which two choices have the same text: if one of the two is right, so is the other.
  package var questionsWithEqualChoices: [Question] {
    questions.filter { !$0.prompt.isToClassify && Set($0.choices).count < $0.choices.count }
  }

  /// The choices that all questions have; nil if two questions differ, or there are none.
  package var commonChoices: [String]? {
    guard let first = questions.first, questions.allSatisfy({ $0.choices == first.choices }) else { return nil }
    return first.choices
  }

  /// Only the test questions, corrupted.
  package func corrupted(by corruption: Corruption, severity: Int, seed: UInt64) -> QuestionSet {
    var copy = self
    copy.questions = questions.indices.filter { splits[$0] == .test }.map {
      corruption.applied(to: questions[$0], severity: severity, seed: seed)
    }
    copy.splits = Array(repeating: .test, count: copy.questions.count)
    copy.corruption = TokenizedSet.Corruption(name: corruption.rawValue, severity: severity)
    return copy
  }

  /// A copy with these questions, splits and corruption.
  func replacing(
    questions: [Question], splits: [TokenizedSet.Split], corruption: TokenizedSet.Corruption
  ) -> QuestionSet {
    var copy = self
    (copy.questions, copy.splits, copy.corruption) = (questions, splits, corruption)
    return copy
  }

  /// A copy with at most the first `limit` test questions.
  package func limitingTest(to limit: Int) -> QuestionSet {
    var (copy, taken) = (self, 0)
    let kept = questions.indices.filter { index in
      if splits[index] == .test { taken += 1 }
      return splits[index] != .test || taken <= limit
    }
    (copy.questions, copy.splits) = (kept.map { questions[$0] }, kept.map { splits[$0] })
    return copy
  }
}

/// [id] Where its question was read.
/// - Throws: `Fault.data` at a duplicate id.
private func placesOfIDs(_ questions: [Question]) throws -> [String: String] {
  var locations: [String: String] = [:]
  for question in questions {
    if let first = locations.updateValue(question.location, forKey: question.id) {
      throw Fault(.data, question.location, "id \(question.id.debugDescription) is already the id of \(first)")
    }
  }
  return locations
}
