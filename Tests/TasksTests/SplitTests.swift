// Splits: cut from train and never from test, determined by the seed, and without leaks.
import Artifacts
import Faults
import Tasks
import Testing

@Suite struct SplitTests {
  private let tenth = SplitRule(calibration: .fraction(0.1), test: nil, seed: 0)

  private func ids(_ set: QuestionSet, _ split: TokenizedSet.Split) -> [String] {
    set.questions.indices.filter { set.splits[$0] == split }.map { set.questions[$0].id }
  }

  @Test func calibrationIsCutFromTrainAndTestIsUnchanged() throws {
    let (train, test) = (manyQuestions(200), manyQuestions(50, prefix: "t"))
    let set = try QuestionSet(train: train, test: test, tenth)
    #expect(set.count(.train) == 180 && set.count(.calibration) == 20 && set.count(.test) == 50)
    #expect(ids(set, .test) == test.map(\.id))
    #expect(Set(ids(set, .train) + ids(set, .calibration)) == Set(train.map(\.id)))
  }

  @Test func splitsDependOnTheSeed() throws {
    let questions = manyQuestions(100)
    let rule = { SplitRule(calibration: .count(30), test: nil, seed: $0) }
    let first = try QuestionSet(train: questions, test: [], rule(1))
    #expect(try QuestionSet(train: questions, test: [], rule(1)).splits == first.splits)
    #expect(try QuestionSet(train: questions, test: [], rule(2)).splits != first.splits)
    #expect(first.count(.calibration) == 30)
  }

  @Test func theTestSplitIsCutFromTrainIfThereIsNone() throws {
    let rule = SplitRule(calibration: .fraction(0.1), test: .fraction(0.2), seed: 0)
    let set = try QuestionSet(train: manyQuestions(100), test: [], rule)
    #expect(set.count(.test) == 20 && set.count(.calibration) == 10 && set.count(.train) == 70)
  }

  @Test func questionsWithEqualChoicesAreFound() throws {
    var questions = manyQuestions(6)
    questions[2].choices = ["one", "two", "one", "four"]
    // The same letter, composed and with a combining accent.
    questions[4].choices = ["caf\u{E9}", "two", "three", "cafe\u{301}"]
    questions[5].choices = ["one", "One", " one", "one "]
    let set = try QuestionSet(train: [], test: questions, tenth)
    #expect(set.questionsWithEqualChoices.map(\.id) == ["q2", "q4"])
  }

  @Test func withoutTrainingFilesAllQuestionsAreTest() throws {
    let set = try QuestionSet(train: [], test: manyQuestions(5), tenth)
    #expect(set.count(.test) == 5 && set.questions.count == 5)
  }

  @Test func questionsWithTheSameWordsStayTogether() throws {
    var questions = manyQuestions(60)
    for index in 0..<20 {
      // The same question again, with its choices in another order and another id.
      questions.append(questions[index])
      questions[60 + index].id = "again\(index)"
      questions[60 + index].choices.reverse()
    }
    for seed in 0..<20 as Range<UInt64> {
      let set = try QuestionSet(
        train: questions, test: [], SplitRule(calibration: .count(17), test: nil, seed: seed))
      #expect(set.count(.calibration) == 17)
      #expect((0..<20).allSatisfy { set.splits[$0] == set.splits[60 + $0] })
    }
  }

  @Test func aDuplicateIDIsRejectedWithBothLocations() {
    var questions = manyQuestions(10)
    questions[7].id = "q3"
    for allowsOverlap in [false, true] {
      let fault = fault { _ = try QuestionSet(train: [], test: questions, tenth, allowsOverlap: allowsOverlap) }
      #expect(fault?.subject == "made:8")
      #expect(fault?.message == #"id "q3" is already the id of made:4"#)
    }
  }

  @Test func anIDInTrainAndTestIsRejectedUnlessAllowed() throws {
    let (train, test) = (manyQuestions(20), manyQuestions(30).suffix(15))
    let fault = fault { _ = try QuestionSet(train: train, test: Array(test), tenth) }
    #expect(fault?.subject == "made:16")
    #expect(fault?.hint.contains("`allow-overlap`") == true)
    let set = try QuestionSet(train: train, test: Array(test), tenth, allowsOverlap: true)
    #expect(set.testQuestionsInTrain == 5)
  }

  @Test func onlyTestQuestionsMayLackLabels() throws {
    var questions = manyQuestions(10)
    questions[4].label = nil
    #expect(try QuestionSet(train: [], test: questions, tenth).questions[4].label == nil)
    let fault = fault { _ = try QuestionSet(train: questions, test: [], tenth) }
    #expect(fault?.subject == "made:5")
    #expect(fault?.message == "no label, expected one in every training row")
  }

  @Test(arguments: [
    (SplitRule.Size.fraction(0.04), "calibration split"), (.count(0), "calibration split"), (.count(10), "train split"),
  ]) func anEmptySplitIsRejectedByName(size: SplitRule.Size, split: String) {
    let fault = fault {
      _ = try QuestionSet(train: manyQuestions(10), test: [], SplitRule(calibration: size, test: nil, seed: 0))
    }
    #expect(fault?.code == .data)
    #expect(fault?.subject == split)
    #expect(fault?.message.hasPrefix("would be empty") == true)
  }

  @Test(arguments: [0, 1, -0.1, 1.5, .nan]) func aShareOutsideZeroAndOneIsRejected(share: Double) {
    let rule = SplitRule(calibration: .fraction(share), test: nil, seed: 0)
    #expect(fault { _ = try QuestionSet(train: manyQuestions(10), test: [], rule) }?.code == .usage)
  }

  @Test func theLimitKeepsTheFirstTestQuestionsAndAllOthers() throws {
    let set = try QuestionSet(train: manyQuestions(20), test: manyQuestions(9, prefix: "t"), tenth).limitingTest(to: 4)
    #expect(ids(set, .test) == ["t0", "t1", "t2", "t3"])
    #expect(set.count(.train) == 18)
  }
}
