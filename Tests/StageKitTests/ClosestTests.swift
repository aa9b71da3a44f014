// Misspelt names and the names that were meant.
import Faults
import Testing

@Suite struct ClosestTests {
  private let names = ["question", "choices", "answer", "label"]

  @Test(arguments: [
    ("anwser", "answer"), ("questoin", "question"), ("Labels", "label"), ("choises", "choices"), ("lable", "label"),
    ("ANSWER", "answer"),
  ])
  func aMisspeltNameIsRecognised(name: String, meant: String) {
    #expect(closest(to: name, among: names) == meant)
    #expect(suggestion(for: name, among: names) == " (did you mean \(meant)?)")
  }

  @Test(arguments: ["", "id", "lab", "explanation", "answers_given"]) func aDifferentNameIsNotAMisspelling(
    name: String
  ) {
    #expect(closest(to: name, among: names) == nil)
    #expect(suggestion(for: name, among: names) == "")
  }

  @Test func theNearestOfSeveralIsFound() {
    #expect(closest(to: "plainn", among: ["plane", "plain"]) == "plain")
  }
}
