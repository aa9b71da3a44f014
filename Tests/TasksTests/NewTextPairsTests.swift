// New texts are single texts or pairs of texts, as those of the run are.
import Artifacts
import Faults
import Tasks
import TestSupport
import Testing

@Suite struct NewTextPairsTests {
  private func open(_ content: String, textsPerExample: Int, segments: [UInt8] = []) throws {
    try withTemporaryFolder { folder in
      try content.write(toFile: "\(folder)/new.csv", atomically: true, encoding: .utf8)
      var set = TokenizedSet()
      (set.scoring, set.classNames) = (.classes, ["no", "yes"])
      (set.textsPerExample, set.segments) = (textsPerExample, segments)
      _ = try NewTexts("\(folder)/new.csv", like: set)
    }
  }

  @Test func pairsAndSingleTextsAreAccepted() throws {
    try open("text\na\n", textsPerExample: 1)
    try open("text_a,text_b\na,b\n", textsPerExample: 2)
    // The tokens of an older version.
    try open("text_a,text_b\na,b\n", textsPerExample: 1, segments: [0, 1])
  }

  /// Named columns make any file one of texts.
  @Test func textsAreNoQuestionsWithChoices() throws {
    var told = TextOptions()
    told.label = "answer"
    try withTemporaryFolder { folder in
      try "question,answer\na,x\n".write(toFile: "\(folder)/new.csv", atomically: true, encoding: .utf8)
      let fault = fault { _ = try NewTexts("\(folder)/new.csv", like: TokenizedSet(), told) }
      #expect(fault?.subject == "new.csv:2")
      #expect(fault?.message.hasPrefix("found a text without choices, but the run was fitted on questions") == true)
    }
  }

  @Test func theOtherKindIsRefused() {
    let single = fault { try open("text\na\n", textsPerExample: 2) }
    #expect(single?.subject == "new.csv:1")
    #expect(single?.message == "found single texts, in the column text, but the run was fitted on pairs of texts")
    #expect(single?.hint.contains("`second-text-column`") == true)
    let pair = fault { try open("text_a,text_b\na,b\n", textsPerExample: 1) }
    #expect(
      pair?.message == "found pairs of texts, in text_a and text_b, but the run was fitted on single texts")
  }
}
