// Other versions of each predicted question, in its split: three without content, all shifts of its choices, and light
// corruptions of its text.
import Artifacts
import Tasks
import Testing

@Suite struct OtherVersionsTests {
  private func set(_ prompt: Prompt) throws -> QuestionSet {
    func question(_ id: String) -> Question {
      Question(id: id, prompt: prompt, choices: ["a \(id)", "b"], label: 1, location: "f:1")
    }
    return try QuestionSet(
      train: (0..<10).map { question("t\($0)") }, test: [question("x"), question("y")],
      SplitRule(calibration: .count(3), test: nil, seed: 0))
  }

  @Test func onlyPredictedQuestionsHaveThreeContentFreeVersions() throws {
    let (all, versions) = (try set(.stem("why?")), try set(.stem("why?")).replaced(by: .contentFree, seed: 0))
    #expect(versions.questions.count == 15 && versions.count(.train) == 0)
    #expect(versions.count(.calibration) == 9 && versions.count(.test) == 6)
    let x = versions.questions.filter { $0.id.hasPrefix("x/") }
    #expect(x.map(\.prompt) == [.stem("N/A"), .stem(""), .stem("[MASK]")])
    #expect(x.map(\.id) == (0..<3).map { TokenizedSet.Versions.contentFree.rowID("x", version: $0) })
    #expect(x.allSatisfy { $0.choices == ["a x", "b"] && $0.label == 1 })
    #expect(versions.corruption.name == TokenizedSet.Versions.contentFree.rawValue && all.questions.count == 12)
  }

  @Test func aBlankIsKeptAndAPassageLosesBothTexts() throws {
    #expect(
      try set(.blank("a _ b")).replaced(by: .contentFree, seed: 0).questions.prefix(3).map(\.prompt) == [
        .blank("N/A _"), .blank("_"), .blank("[MASK] _"),
      ])
    #expect(
      try set(.passage("long", question: "why?")).replaced(by: .contentFree, seed: 0).questions[0].prompt
        == .passage("N/A", question: "N/A"))
  }

  @Test func shiftsMoveEveryChoiceThroughEveryPositionAndTheLabelWithIt() throws {
    let question = Question(id: "x", prompt: .stem("why?"), choices: ["a", "b", "c"], label: 1, location: "f:1")
    let other = Question(id: "y", prompt: .stem("why?"), choices: ["a", "b"], label: nil, location: "f:2")
    let shifted = QuestionSet(unlabelled: [question, other]).replaced(by: .shifts, seed: 0)
    #expect(shifted.questions.map(\.id) == ["x/shifts-0", "x/shifts-1", "y/shifts-0"])
    #expect(shifted.questions.map(\.choices) == [["b", "c", "a"], ["c", "a", "b"], ["b", "a"]])
    #expect(shifted.questions.map(\.label) == [0, 2, nil])
    #expect(shifted.questions.allSatisfy { $0.prompt == .stem("why?") })
  }

  @Test func templatesWordTheSameQuestionAndMakeItsTokens() throws {
    let plain = try Template.named("plain")
    let question = Question(id: "x", prompt: .stem("why?"), choices: ["a", "b"], label: 1, location: "f:1")
    let set = QuestionSet(unlabelled: [question])
    let versions = set.replaced(by: .templates, seed: 0, templates: plain.alternatives)
    #expect(versions.questions.map(\.id) == ["x/templates-0", "x/templates-1"])
    #expect(versions.questions.map(\.template) == ["instruct", "bare"])
    func tokens(_ set: QuestionSet, _ template: Template) throws -> [[Int32]] {
      var truncation = Truncation()
      let tokens = try TokenizedSet(
        set, named: "x", template, tokenizer("Question Choices Answer : . A B a b why ?"), vocabularySize: 100,
        maximumLength: 64, threads: 1, truncation: &truncation)
      return (0..<tokens.count).map { Array(tokens.tokens[tokens.tokenRange($0)]) }
    }
    let wordings = try ["instruct", "bare"].map { try tokens(set, Template.named($0))[0] }
    #expect(try tokens(versions, plain) == wordings && wordings[0] != wordings[1])
  }

  @Test func lightCorruptionsKeepTheChoicesAndChangeTheText() throws {
    let text = "Which of the many gases in the air do green plants take in when the sun shines on them?"
    let question = Question(id: "x", prompt: .stem(text), choices: ["a", "b"], label: 1, location: "f:1")
    let versions = QuestionSet(unlabelled: [question]).replaced(by: .corruptions, seed: 0).questions
    #expect(versions.map(\.id) == (0..<5).map { "x/corruptions-\($0)" })
    #expect(versions.allSatisfy { $0.choices == ["a", "b"] && $0.label == 1 })
    #expect(Set(versions.flatMap(\.prompt.texts) + [text]).count == 6)
  }
}
