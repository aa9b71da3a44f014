// A data set ready for the tokenizer: its questions with their splits, checked against each other.
import Artifacts
import Faults

/// Questions and the split of each.
package struct QuestionSet: Sendable {
  /// Training and calibration questions in the order of their files, then those for testing.
  package private(set) var questions: [Question]
  /// [question] Its split.
  package private(set) var splits: [TokenizedSet.Split]
  /// How many test questions stand word for word, with the same choices, among those given for training.
  package let testQuestionsInTrain: Int
  /// What was done to the texts.
  package private(set) var corruption = TokenizedSet.Corruption()

  /// The questions given for training, divided by `rule`, and those given for testing.
  ///
  /// Without `test` files the rule cuts a test split too; without `train` files all questions are test questions.
  /// - Throws: `Fault.data` at an id that comes twice in one of the two lists, or in both unless `allowsOverlap`; at a
  ///   training question without label; and where a split would be empty.
  package init(train: [Question], test: [Question], _ rule: SplitRule, allowsOverlap: Bool = false) throws {
    if let unlabelled = train.first(where: { $0.label == nil }) {
      throw Fault(
        .data, unlabelled.place, "no label, expected one in every training row",
        hint: "questions without labels may be in a `test` file")
    }
    let trainPlaces = try placesOfIDs(train)
    _ = try placesOfIDs(test)
    if !allowsOverlap, let leak = test.first(where: { trainPlaces[$0.id] != nil }) {
      throw Fault(
        .data, leak.place, "id \(leak.id.debugDescription) is also that of \(trainPlaces[leak.id] ?? ""), which trains",
        hint: "remove the row from one of the two, or use `allow-overlap`")
    }
    questions = train + test
    splits = train.isEmpty ? [] : try rule.splits(of: train)
    splits += Array(repeating: .test, count: test.count)
    if questions.isEmpty { throw Fault(.data, "test split", "is empty: no questions were given") }
    let wordings = Set(train.map(Wording.init))
    testQuestionsInTrain = test.count { wordings.contains(Wording($0)) }
  }

  /// How many questions a split has.
  package func count(_ split: TokenizedSet.Split) -> Int { splits.count { $0 == split } }

  /// How many questions have no text but white space.
  package var questionsWithoutWords: Int {
    questions.count { $0.prompt.texts.allSatisfy { $0.allSatisfy(\.isWhitespace) } }
  }

  /// The questions of which two choices are the same text: where one of the two is right, so is the other.
  package var questionsWithEqualChoices: [Question] { questions.filter { Set($0.choices).count < $0.choices.count } }

  /// Only the test questions, damaged.
  package func corrupted(by corruption: Corruption, severity: Int, seed: UInt64) -> QuestionSet {
    var copy = self
    copy.questions = questions.indices.filter { splits[$0] == .test }.map {
      corruption.applied(to: questions[$0], severity: severity, seed: seed)
    }
    copy.splits = Array(repeating: .test, count: copy.questions.count)
    copy.corruption = TokenizedSet.Corruption(name: corruption.rawValue, severity: severity)
    return copy
  }

  /// These questions with their splits in place of all others.
  func replacing(
    questions: [Question], splits: [TokenizedSet.Split], corruption: TokenizedSet.Corruption
  ) -> QuestionSet {
    var copy = self
    (copy.questions, copy.splits, copy.corruption) = (questions, splits, corruption)
    return copy
  }

  /// The same with no more than the first `limit` test questions.
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

/// Where each id stands.
/// - Throws: `Fault.data` at an id that stands in two places.
private func placesOfIDs(_ questions: [Question]) throws -> [String: String] {
  var places: [String: String] = [:]
  for question in questions {
    if let first = places.updateValue(question.place, forKey: question.id) {
      throw Fault(.data, question.place, "id \(question.id.debugDescription) is already that of \(first)")
    }
  }
  return places
}
