// Content-free questions: three for each predicted question, with its choices, label and split.
import Artifacts
import Tasks
import Testing

@Suite struct ContentFreeTests {
  private func set(_ prompt: Prompt) throws -> QuestionSet {
    func question(_ id: String) -> Question {
      Question(id: id, prompt: prompt, choices: ["a \(id)", "b"], label: 1, location: "f:1")
    }
    return try QuestionSet(
      train: (0..<10).map { question("t\($0)") }, test: [question("x"), question("y")],
      SplitRule(calibration: .count(3), test: nil, seed: 0))
  }

  @Test func onlyPredictedQuestionsHaveThreeContentFreeVersions() throws {
    let (all, versions) = (try set(.stem("why?")), try set(.stem("why?")).contentFree())
    #expect(versions.questions.count == 15 && versions.count(.train) == 0)
    #expect(versions.count(.calibration) == 9 && versions.count(.test) == 6)
    let x = versions.questions.filter { $0.id.hasPrefix("x/") }
    #expect(x.map(\.prompt) == [.stem("N/A"), .stem(""), .stem("[MASK]")])
    #expect(x.map(\.id) == (0..<3).map { TokenizedSet.contentFreeRowID("x", version: $0) })
    #expect(x.allSatisfy { $0.choices == ["a x", "b"] && $0.label == 1 })
    #expect(versions.corruption.name == TokenizedSet.contentFreeName && all.questions.count == 12)
  }

  @Test func aBlankIsKeptAndAPassageLosesBothTexts() throws {
    #expect(
      try set(.blank("a _ b")).contentFree().questions.prefix(3).map(\.prompt) == [
        .blank("N/A _"), .blank("_"), .blank("[MASK] _"),
      ])
    #expect(
      try set(.passage("long", question: "why?")).contentFree().questions[0].prompt
        == .passage("N/A", question: "N/A"))
  }
}
