// Long texts as windows: their tokens, what the last one does not reach, and pairs of texts.
import Artifacts
import Faults
import Tasks
import Testing
import Tokenization

@Suite struct WindowsTests {
  /// Texts of the words a to l, whose ids are 3 to 14, between <s> 1 and </s> 2; four words fit into a window.
  private func tokens(
    _ texts: [String], scoring: TokenizedSet.Scoring = .classes, maximumWindows: Int = 8
  ) throws -> (set: TokenizedSet, truncation: Truncation) {
    let questions = texts.enumerated().map { index, text in
      Question(
        id: "\(index)", prompt: .sentence(text, .category), choices: ["x", "y"], label: 0,
        location: "made:\(index + 1)")
    }
    return try tokens(questions, scoring: scoring, maximumWindows: maximumWindows)
  }

  private func tokens(
    _ questions: [Question], scoring: TokenizedSet.Scoring = .classes, maximumWindows: Int = 8
  ) throws -> (set: TokenizedSet, truncation: Truncation) {
    var truncation = Truncation()
    let set = try TokenizedSet(
      QuestionSet(unlabelled: questions), named: "made", Template.named("sentence"), scoring: scoring,
      tokenizer("a b c d e f g h i j k l", opening: "<s>", closing: "</s>"), vocabularySize: 100, maximumLength: 6,
      longTexts: LongTextRule(cut: .windows, maximumWindows: maximumWindows), threads: 1, truncation: &truncation)
    return (set, truncation)
  }

  /// [example][window] The tokens.
  private func windows(_ set: TokenizedSet) -> [[[Int32]]] {
    (0..<set.count).map { example in set.sequences(of: example).map { Array(set.tokens[set.tokenRange($0)]) } }
  }

  @Test(arguments: [TokenizedSet.Scoring.classes, .labels])
  func eachWindowIsASequenceWithTheSpecialTokens(scoring: TokenizedSet.Scoring) throws {
    let (set, truncation) = try tokens(["a b c d", "a b c d e", "a b c d e f g h i j", ""], scoring: scoring)
    #expect(
      windows(set) == [
        [[1, 3, 4, 5, 6, 2]], [[1, 3, 4, 5, 6, 2], [1, 4, 5, 6, 7, 2]],
        [[1, 3, 4, 5, 6, 2], [1, 6, 7, 8, 9, 2], [1, 9, 10, 11, 12, 2]], [[1, 2]],
      ])
    #expect(set.truncatedSequences == 0 && truncation == Truncation() && set.segments.allSatisfy { $0 == 0 })
    #expect(set.summary.contains("2 texts have several windows, at most 3"))
  }

  @Test func whatTheLastWindowDoesNotReachIsCounted() throws {
    let (set, truncation) = try tokens(["a b c d e f g h", "a b c d e f g h i j k", "a"], maximumWindows: 2)
    #expect(windows(set).map(\.count) == [2, 2, 1])
    // Seven of the eight words, and of the eleven.
    #expect(windows(set)[0] == windows(set)[1] && windows(set)[0][1] == [1, 6, 7, 8, 9, 2])
    #expect(set.truncatedSequences == 2 && set.percentageTruncated == 66.7)
    #expect(truncation.questions == 2 && truncation.neededLength == 13 && truncation.neededWindows == 4)
    #expect(truncation.kinds.map(\.name) == ["the text"] && truncation.emptied.isEmpty)
    #expect(set.summary.contains { $0.hasSuffix("2 (66.7 %) truncated to 2 windows of 6") })
  }

  private func pair(_ first: String, _ second: String) -> Question {
    Question(
      id: "p", prompt: .sentencePair(first, second, .category), choices: ["x", "y"], label: 0, location: "made:7")
  }

  /// Three of the six tokens are <s> and two </s>: a pair has room for three words.
  @Test(
    arguments: [
      ("a", "b c", [[1, 3, 2, 4, 5, 2]]),
      ("a", "b c d e", [[1, 3, 2, 4, 5, 2], [1, 3, 2, 6, 7, 2]]),
      ("b c d e", "a", [[1, 4, 5, 2, 3, 2], [1, 6, 7, 2, 3, 2]]),
      ("", "b c d e", [[1, 2, 4, 5, 6, 2], [1, 2, 5, 6, 7, 2]]),
    ] as [(String, String, [[Int32]])])
  func theLongerTextOfAPairIsReadByWindows(first: String, second: String, expected: [[Int32]]) throws {
    let (set, truncation) = try tokens([pair(first, second)])
    #expect(windows(set) == [expected])
    #expect(set.truncatedSequences == 0 && truncation == Truncation() && set.textsPerExample == 2)
    let lengthOfFirst = expected[0].firstIndex(of: 2)! + 1
    let segments = (0..<6).map { UInt8($0 < lengthOfFirst ? 0 : 1) }
    #expect(set.segments == expected.flatMap { _ in segments })
  }

  /// Without a rule for them, a long text would leave no room for the windows of a longer one.
  @Test func theOtherTextOfAPairIsCutAtHalfTheRoom() throws {
    let (set, truncation) = try tokens([pair("a b c", "d e f g")])
    #expect(windows(set) == [[[1, 3, 2, 6, 7, 2], [1, 3, 2, 8, 9, 2]]])
    #expect(set.truncatedSequences == 1 && truncation.questions == 1 && truncation.kinds.map(\.name) == ["the text"])
    // More windows would not keep everything, but a longer sequence would.
    #expect(truncation.neededLength == 10 && truncation.neededWindows == 0)
    let mixed = try tokens([pair("a b c", "d e f g"), pair("a", "b c d e f g h")], maximumWindows: 2).truncation
    #expect(mixed.questions == 2 && mixed.neededWindows == 0)
    // The second one has windows where both are as long.
    #expect(try windows(tokens([pair("a b", "c d")]).set) == [[[1, 3, 2, 5, 6, 2]]])
  }

  @Test func whatTheWindowsOfAPairDoNotReachIsCounted() throws {
    let (set, truncation) = try tokens([pair("b c d e f", "a"), pair("a", "b")], maximumWindows: 2)
    #expect(windows(set) == [[[1, 4, 5, 2, 3, 2], [1, 6, 7, 2, 3, 2]], [[1, 3, 2, 4, 2]]])
    #expect(set.truncatedSequences == 1 && set.percentageTruncated == 50)
    #expect(truncation.neededLength == 9 && truncation.neededWindows == 3 && truncation.emptied.isEmpty)
  }
}
