// The report of truncated texts: the number of questions, the affected parts, and the parts that are gone completely.
import Artifacts
import Tasks
import Testing
import Tokenization

@Suite struct TruncationTests {
  // `<s> Question : who is there A . me B . you Answer :` is 14 tokens.
  private let words = "Question : . Answer A B C who is there me you it rains"
  private let stem = Question(
    id: "q", prompt: .stem("who is there"), choices: ["me", "you"], label: 1, location: "made:1")
  private let passage = Question(
    id: "p", prompt: .passage("it rains", question: "who is there"), choices: ["me", "you"], label: 1,
    location: "made:2")

  private func truncation(
    _ questions: [Question], _ template: String, maximumLength: Int, pairEnd: String? = "</s>"
  ) throws -> Truncation {
    try tokens(questions, template, maximumLength: maximumLength).truncation
  }

  private func tokens(
    _ questions: [Question], _ template: String, maximumLength: Int, cut: Cut = .end
  ) throws -> (set: TokenizedSet, truncation: Truncation) {
    var truncation = Truncation()
    let template = try Template.named(template)
    let rule = SplitRule(calibration: .fraction(0.1), test: nil, seed: 0)
    let set = try TokenizedSet(
      QuestionSet(train: [], test: questions, rule), named: "made", template,
      tokenizer(words, opening: "<s>", closing: template.scoring.needsDecoder ? nil : "</s>"), vocabularySize: 100,
      maximumLength: maximumLength, longTexts: LongTextRule(cut: cut), threads: 1, truncation: &truncation)
    return (set, truncation)
  }

  private func kinds(_ truncation: Truncation) -> [String] { truncation.kinds.map { "\($0.name) \($0.questions)" } }

  // <s> 1, </s> 2, the words from 3 on: who 10, is 11, there 12, me 13, you 14, it 15, rains 16.
  @Test(
    arguments: [
      (.end, [1, 10, 11, 12, 2], [10, 11]), (.front, [1, 13, 14, 15, 2], [13, 14]),
      (.middle, [1, 10, 11, 15, 2], [10, 14]),
    ] as [(Cut, [Int32], [Int32])])
  func aTextToClassifyIsCutWhereItIsTold(cut: Cut, single: [Int32], second: [Int32]) throws {
    let text = Question(
      id: "t", prompt: .sentence("who is there me you it", .category), choices: ["a", "b"], label: 0, location: "made:1"
    )
    let (set, truncation) = try tokens([text], "sentence", maximumLength: 5, cut: cut)
    #expect(set.tokens == single && set.truncatedSequences == 1 && set.percentageTruncated == 100)
    #expect(truncation.questions == 1 && truncation.neededLength == 8 && truncation.emptied.isEmpty)
    var two = text
    two.prompt = .sentencePair("it rains", "who is there me you", .category)
    // Only the longer text is cut: there is room for the two tokens of the first, and two of the second.
    let both = try tokens([two], "sentence", maximumLength: 7, cut: cut).set
    #expect(both.tokens == [1, 15, 16, 2] + second + [2])
    #expect(try tokens([text], "sentence", maximumLength: 8, cut: cut).set.tokens == [1, 10, 11, 12, 13, 14, 15, 2])
  }

  @Test func completeTextsLoseNothing() throws {
    #expect(try truncation([stem, passage], "bare", maximumLength: 16) == Truncation())
  }

  @Test(
    arguments: [
      (15, ["the passage 1"], []), (12, ["the passage 1"], []), (11, ["the passage 1", "the question 1"], []),
      (9, ["the passage 1", "the question 1"], ["the question"]),
      (6, ["choices 1", "the passage 1", "the question 1"], ["the question, choice A"]),
      (3, ["choices 1", "the passage 1", "the question 1"], ["the question, choice A, choice B"]),
    ] as [(Int, [String], [String])])
  func aPromptIsTruncatedAtItsBeginning(length: Int, cut: [String], emptied: [String]) throws {
    let truncation = try truncation([passage], "bare", maximumLength: length)
    // it rains Question : who is there A . me B . you Answer : after <s>.
    #expect(kinds(truncation) == cut && truncation.neededLength == 16 && truncation.questions == 1)
    #expect(truncation.emptied.map(\.parts) == emptied)
    #expect(truncation.emptied.allSatisfy { $0.location == "made:2" })
  }

  @Test func sometimesOnlyTheInstructionIsTruncated() throws {
    let truncation = try truncation([stem], "instruct", maximumLength: 16)
    #expect(kinds(truncation) == ["the instruction 1"] && truncation.emptied.isEmpty)
  }

  @Test func aContinuationLosesItsQuestionButNeverItsChoice() throws {
    // <s> Question : who is there Answer : me
    let some = try truncation([stem], "answer", maximumLength: 6)
    #expect(kinds(some) == ["the question 1"] && some.emptied.isEmpty && some.neededLength == 9)
    #expect(try truncation([stem], "answer", maximumLength: 4).emptied.map(\.parts) == ["the question"])
  }

  @Test func aPairLosesThePassageBeforeTheQuestion() throws {
    // <s> who is there it rains </s> me </s>
    let some = try truncation([stem, passage], "pair", maximumLength: 8)
    #expect(kinds(some) == ["the passage 1"] && some.questions == 1 && some.neededLength == 9)
    let more = try truncation([stem, passage], "pair", maximumLength: 6)
    #expect(kinds(more) == ["the question 2", "the passage 1"] && more.emptied.isEmpty)
    #expect(
      try truncation([stem], "pair", maximumLength: 3).emptied.map(\.parts) == ["the question, choice A, choice B"])
  }

  @Test func aStatementLosesItsChoiceFirst() throws {
    // <s> who is there me </s>
    let truncation = try truncation([stem], "statement", maximumLength: 5)
    #expect(kinds(truncation) == ["choices 1"] && truncation.neededLength == 6)
    #expect(truncation.emptied.map(\.parts) == ["choice A, choice B"])
  }

  @Test func theTruncatedOneOfTwoTextsIsNamed() throws {
    let pair = Question(
      id: "s", prompt: .sentencePair("it", "who is there", .entailment), choices: ["me", "you"], label: 0,
      location: "made:3")
    // <s> it </s> who is there </s>
    let truncation = try truncation([pair], "sentence", maximumLength: 6)
    #expect(kinds(truncation) == ["the text 1"] && truncation.emptied.isEmpty)
  }
}
