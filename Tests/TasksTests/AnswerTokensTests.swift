// Written answers in tokens: prompt, answer and end in one sequence, with a tokenizer so small that every id can be checked
// by hand.
import Artifacts
import Faults
import Tasks
import TestSupport
import Testing
import Tokenization

@Suite struct AnswerTokensTests {
  // Ids: [UNK] 0, <s> 1, </s> 2, then the words from 3 on; behind them the added tokens.
  private let words = "Question : Answer system user assistant who is there me you it"
  private let question = Question(
    id: "q", prompt: .stem("who is there"), answers: ["it is me", "me"], location: "made:1")

  private func tokens(
    _ questions: [Question], _ template: String? = nil, _ tokenizer: Tokenizer? = nil, maximumLength: Int = 64,
    positions: Int = .max, endToken: Int32? = 2, areTest: Bool = true
  ) throws -> (set: TokenizedSet, truncation: Truncation) {
    var truncation = Truncation()
    let template = try template.map(Template.named) ?? Template.usual(for: .answers, of: questions)
    let rule = SplitRule(calibration: .count(1), test: nil, seed: 0)
    let calibration = Question(id: "last", prompt: .stem("is"), answers: ["it"], location: "made:9")
    let set = try TokenizedSet(
      areTest
        ? QuestionSet(unlabelled: questions) : QuestionSet(train: questions + [calibration], test: [], rule),
      named: "made", template, tokenizer ?? TasksTests.tokenizer(words, opening: "<s>"), vocabularySize: 100,
      maximumLength: maximumLength, positions: positions, endToken: endToken, threads: 1, truncation: &truncation)
    return (set, truncation)
  }

  @Test func anExampleIsPromptAnswerAndEnd() throws {
    var open = question
    (open.id, open.answers, open.label) = ("r", [], nil)
    let set = try tokens([question, open]).set
    // <s> Question : who is there Answer : it is me </s>
    #expect(set.prompt(of: 0) == [1, 3, 4, 9, 10, 11, 5, 4] && set.answer(of: 0) == [14, 10, 12, 2])
    #expect(set.prompt(of: 1) == set.prompt(of: 0) && set.answer(of: 1).isEmpty)
    #expect(set.labels == [0, -1] && set.endToken == 2 && set.template == "open")
    #expect(set.references(of: 0) == ["it is me", "me"] && set.references(of: 1).isEmpty)
    #expect(set.answerBytes(of: 0) == 8 && set.answerBytes(of: 1) == 0)
    #expect(set.summary.last == "answers: 1, mean length 4.0 tokens with the end, longest 4; 8.0 bytes")
  }

  /// The same words as in the likelihood of a choice, so that both can be compared.
  @Test func theRightChoiceOfAQuestionCanBeWritten() throws {
    let choices = Question(id: "q", prompt: question.prompt, choices: ["you", "me"], label: 1, location: "made:1")
    let (written, chosen) = (try tokens([choices]).set, try tokens([choices], "answer").set)
    #expect(written.references(of: 0) == ["me"] && written.choiceOffsets == [0] && written.choiceCount(0) == 1)
    #expect(Array(written.tokens.dropLast()) == Array(chosen.tokens[chosen.tokenRange(1)]))
  }

  @Test func aSetIsReadAsItWasWritten() throws {
    let set = try tokens([question]).set
    try withTemporaryFolder { folder in
      try set.write(to: folder + "/made.h5", provenance: TinyExperiment.provenance)
      #expect(try TokenizedSet.read(folder + "/made.h5") == set)
    }
  }

  @Test func aLongPromptLosesItsBeginning() throws {
    let (set, truncation) = try tokens([question], maximumLength: 8, areTest: false)
    #expect(set.prompt(of: 0) == [1, 11, 5, 4] && set.answer(of: 0) == [14, 10, 12, 2])
    #expect(set.truncatedSequences == 1)
    #expect(truncation.questions == 1 && truncation.neededLength == 12 && truncation.emptied.isEmpty)
    #expect(truncation.kinds.map(\.name) == ["the question"])
  }

  /// What a test prompt loses must not depend on its answer, which is not known of a new one.
  @Test func aTestPromptIsCutAsIfItsAnswerWereUnknown() throws {
    var (short, open) = (question, question)
    (short.id, short.answers) = ("s", ["me"])
    (open.id, open.answers, open.label) = ("r", [], nil)
    // Of <s> Question : who is there Answer :, all or all but the first word; the shorter answer has room once.
    for (length, prompt, answer) in [(10, [1, 3, 4, 9, 10, 11, 5, 4], [12, 2]), (7, [1, 4, 9, 10, 11, 5, 4], [])] {
      let set = try tokens([question, short, open], maximumLength: length).set
      for example in 0..<3 { #expect(set.prompt(of: example).map(Int.init) == prompt) }
      #expect(set.answer(of: 0).isEmpty && set.answer(of: 1).map(Int.init) == answer)
      #expect(set.references(of: 0) == ["it is me", "me"] && set.labels == [0, 0, -1])
      try withTemporaryFolder { folder in
        try set.write(to: folder + "/made.h5", provenance: TinyExperiment.provenance)
        #expect(try TokenizedSet.read(folder + "/made.h5") == set)
      }
    }
  }

  @Test func anAnswerWithoutRoomForItsPromptIsRejected() {
    func fault(_ maximumLength: Int, positions: Int = .max) -> Fault? {
      TasksTests.fault {
        _ = try tokens([question], maximumLength: maximumLength, positions: positions, areTest: false)
      }
    }
    #expect(fault(4)?.code == .configuration && fault(4)?.subject == "made:1")
    #expect(fault(4)?.message == "an answer of 4 tokens leaves no room for its prompt within 4 tokens")
    #expect(fault(4)?.hint == "increase `maximum-length`, or remove the row")
    #expect(fault(4, positions: 4)?.hint == "remove the row")
    #expect(fault(5)?.code == .configuration)
  }

  /// The prompt has 8 tokens, so a base with 8 positions cannot write behind it, whether its answer is known or not.
  @Test func aTestPromptWithoutRoomForAnAnswerIsRejected() throws {
    var open = question
    (open.answers, open.label) = ([], nil)
    for asked in [question, open] {
      let fault = fault { _ = try tokens([asked], maximumLength: 8, positions: 8) }
      #expect(fault?.code == .configuration && fault?.subject == "made:1")
      #expect(fault?.message == "the prompt leaves no room for an answer within the base's 8 positions")
      #expect(try tokens([asked], maximumLength: 8, positions: 9).set.prompt(of: 0).count == 8)
      #expect(try tokens([asked], maximumLength: 7, positions: 8).set.prompt(of: 0).count == 7)
      #expect(try tokens([asked], maximumLength: 9, positions: 9).set.prompt(of: 0).count == 8)
    }
  }

  @Test func verbatimAddsNoWords() throws {
    #expect(
      try Template.named("verbatim").render(Question(id: "q", prompt: .stem("is it "), answers: [" me"], location: ""))
        == [TextPair("is it ", " me")])
  }

  @Test func earlierTurnsAreWordedAsTheLastOne() throws {
    var chat = question
    chat.before = [
      Turn(role: .system, text: "it is"), Turn(role: .user, text: "you"), Turn(role: .assistant, text: "me"),
    ]
    #expect(
      try Template.named("open").render(chat) == [
        TextPair("it is\nQuestion: you\nAnswer: me\nQuestion: who is there\nAnswer:", " it is me")
      ])
  }

  @Test func aChatIsInChatML() throws {
    var chat = question
    chat.before = [Turn(role: .system, text: "it is")]
    let tokenizer = try tokenizer(words, added: ["<|im_start|>", "<|im_end|>"])
    // <|im_start|> 15, <|im_end|> 16.
    let set = try tokens([chat], nil, tokenizer, endToken: nil).set
    #expect(set.template == "chatml" && set.endToken == 16)
    #expect(set.prompt(of: 0) == [15, 6, 14, 10, 16, 15, 7, 9, 10, 11, 16, 15, 8])
    #expect(set.answer(of: 0) == [14, 10, 12, 16])
    #expect(
      try Template.named("chatml").render(chat) == [
        TextPair(
          "<|im_start|>system\nit is<|im_end|>\n<|im_start|>user\nwho is there<|im_end|>\n<|im_start|>assistant\n",
          "it is me")
      ])
  }

  @Test func aTemplateWhoseTokensAreMissingIsRejected() {
    let chat = fault { _ = try tokens([question], "chatml") }
    #expect(chat?.code == .configuration && chat?.message == "the tokenizer has no special token <|im_start|>")
    let end = fault { _ = try tokens([question], endToken: nil) }
    #expect(end?.code == .configuration && end?.message.hasPrefix("no token is known to end a text") == true)
  }

  /// The ids of transformers' `apply_chat_template` for the three turns.
  @Test(.enabled(if: RealModel.smolLM2.folder != nil, "needs SMOLLM2"))
  func chatMLHasTheIDsOfTransformers() throws {
    let tokenizer = try Tokenizer(contentsOf: try #require(RealModel.smolLM2.folder))
    var chat = Question(id: "q", prompt: .stem("What is 2+2?"), answers: ["It is four."], location: "made:1")
    chat.before = [Turn(role: .system, text: "Be brief.")]
    var truncation = Truncation()
    let set = try TokenizedSet(
      QuestionSet(unlabelled: [chat]), named: "made", Template.named("chatml"), tokenizer, vocabularySize: 1 << 18,
      maximumLength: 256, threads: 1, truncation: &truncation)
    #expect(
      set.tokens == [
        1, 9690, 198, 6077, 5453, 30, 2, 198, 1, 4093, 198, 1780, 314, 216, 34, 27, 34, 47, 2, 198, 1, 520, 9531, 198,
        1589,
        314, 1876, 30, 2,
      ])
  }
}
