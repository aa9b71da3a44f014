// Questions in tokens, with a tokenizer so small that every id can be checked by hand, and with real tokenizers.
import Artifacts
import Faults
import Tasks
import TestSupport
import Testing
import Tokenization

extension TokenizedSet {
  /// The same without recording truncation.
  fileprivate init(
    _ set: QuestionSet, named dataset: String, _ template: Template, _ tokenizer: Tokenizer, vocabularySize: Int,
    maximumLength: Int, threads: Int
  ) throws {
    var truncation = Truncation()
    try self.init(
      set, named: dataset, template, tokenizer, vocabularySize: vocabularySize, maximumLength: maximumLength,
      threads: threads, truncation: &truncation)
  }
}

@Suite struct TokenizedSetTests {
  // Ids: [UNK] 0, <s> 1, </s> 2, then the words from 3 on.
  private let words = "Question : . Answer A B C who is there me you nobody"
  private let question = Question(
    id: "q", prompt: .stem("who is there"), choices: ["me", "you"], label: 1, location: "made:1")
  private let rule = SplitRule(calibration: .fraction(0.1), test: nil, seed: 0)

  private func tokens(
    _ questions: [Question], _ scoring: TokenizedSet.Scoring, _ template: String? = nil, _ tokenizer: Tokenizer,
    vocabularySize: Int = 100, maximumLength: Int = 64, threads: Int = 1
  ) throws -> TokenizedSet {
    try TokenizedSet(
      QuestionSet(train: [], test: questions, rule), named: "made", Template.named(template, for: scoring), tokenizer,
      vocabularySize: vocabularySize, maximumLength: maximumLength, threads: threads)
  }

  @Test func lettersAreOneSequenceAndItsLabelTokens() throws {
    var second = question
    (second.id, second.label) = ("r", nil)
    second.choices.append("nobody")
    let set = try tokens([question, second], .letters, "bare", tokenizer(words, opening: "<s>"))
    // <s> Question : who is there A . me B . you Answer :
    #expect(Array(set.tokens[set.tokenRange(0)]) == [1, 3, 4, 10, 11, 12, 7, 5, 13, 8, 5, 14, 6, 4])
    #expect(set.segments.allSatisfy { $0 == 0 })
    #expect(set.labelTokens == [7, 8, 9])
    #expect(set.labels == [1, -1])
    #expect(set.rowIDs == ["q", "r"])
    #expect(set.choiceTexts == ["me", "you", "me", "you", "nobody"] && set.choiceOffsets == [0, 2, 5])
    #expect(set.sequenceOffsets == [0, 1, 2] && set.truncatedSequences == 0)
    #expect(set.scoring == .letters && set.template == "bare" && set.dataset == "made")
  }

  @Test func pairsAreOneSequenceForEachChoice() throws {
    let set = try tokens([question], .pairs, nil, tokenizer(words, opening: "<s>", closing: "</s>"))
    // <s> who is there </s> me </s>
    #expect(set.tokens == [1, 10, 11, 12, 2, 13, 2, 1, 10, 11, 12, 2, 14, 2])
    #expect(set.segments == [0, 0, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0, 1, 1])
    #expect(set.sequenceOffsets == [0, 2] && set.tokenOffsets == [0, 7, 14])
    #expect(set.labelTokens.isEmpty && set.classNames.isEmpty)
  }

  @Test func classesAreTheCommonChoices() throws {
    let set = try tokens([question], .classes, nil, tokenizer(words, opening: "<s>", closing: "</s>"))
    #expect(set.tokens == [1, 10, 11, 12, 2])
    #expect(set.classNames == ["me", "you"])
    var other = question
    (other.id, other.choices, other.location) = ("r", ["you", "me"], "made:2")
    let fault = fault { _ = try tokens([question, other], .classes, nil, tokenizer(words)) }
    #expect(fault?.subject == "made:2")
  }

  @Test func lettersAreTruncatedAfterTheOpeningTokenToKeepTheEnd() throws {
    let set = try tokens([question], .letters, "bare", tokenizer(words, opening: "<s>"), maximumLength: 9)
    #expect(set.tokens == [1, 7, 5, 13, 8, 5, 14, 6, 4])
    #expect(set.truncatedSequences == 1 && set.maximumLength == 9)
  }

  @Test func pairsAreTruncatedAtTheEndOfTheLongerText() throws {
    let tokenizer = try tokenizer(words, opening: "<s>", closing: "</s>")
    let set = try tokens([question], .pairs, nil, tokenizer, maximumLength: 6)
    #expect(set.tokens == [1, 10, 11, 2, 13, 2, 1, 10, 11, 2, 14, 2])
    #expect(set.segments == [0, 0, 0, 0, 1, 1, 0, 0, 0, 0, 1, 1])
    #expect(set.truncatedSequences == 2)
  }

  @Test(arguments: TokenizedSet.Scoring.ofChoices) func aMaximumLengthWithoutRoomIsRejected(
    scoring: TokenizedSet.Scoring
  ) {
    let fault = fault {
      _ = try tokens(
        [question], scoring, nil, tokenizer(words, opening: "<s>", closing: "</s>"),
        maximumLength: scoring == .letters ? 2 : 1)
    }
    #expect(fault?.code == .configuration)
  }

  @Test func anEmptyTextBecomesItsSpecialTokens() throws {
    let empty = Question(id: "e", prompt: .sentence("", .sentiment), choices: ["a", "b"], label: 0, location: "made:7")
    let set = try tokens([empty], .classes, nil, tokenizer(words, opening: "<s>", closing: "</s>"))
    #expect(set.tokens == [1, 2])
    #expect(try QuestionSet(train: [], test: [empty, question], rule).questionsWithoutWords == 1)
    // Without special tokens there is nothing that a network could read.
    #expect(fault { _ = try tokens([empty], .classes, nil, tokenizer(words)) }?.subject == "made:7")
  }

  @Test func anIDBeyondTheNetworksVocabularyIsRejected() {
    let fault = fault { _ = try tokens([question], .pairs, nil, tokenizer(words), vocabularySize: 14) }
    #expect(fault?.code == .configuration)
    #expect(fault?.message == "token 14 is beyond the network's vocabulary of 14")
  }

  @Test func aLetterMissingFromTheVocabularyIsRejected() {
    let fault = fault {
      _ = try tokens([question], .letters, "bare", tokenizer("Question : . Answer A who is there me you"))
    }
    #expect(fault?.code == .data)
  }

  @Test func theResultDoesNotDependOnTheNumberOfThreads() throws {
    let questions = manyQuestions(1000)
    let tokenizer = try tokenizer("Which of these quiet words does not belong with all the others here ? one two")
    let one = try tokens(questions, .pairs, nil, tokenizer, threads: 1)
    #expect(try tokens(questions, .pairs, nil, tokenizer, threads: 4) == one)
    #expect(one.count == 1000 && one.sequenceOffsets.last == 4000)
  }

  @Test func aSetIsReadAsItWasWritten() throws {
    var set = try TokenizedSet(
      QuestionSet(train: manyQuestions(50), test: manyQuestions(9, prefix: "t"), rule), named: "made",
      Template.named("plain", for: .letters), tokenizer("A B C D Answer :"), vocabularySize: 100, maximumLength: 256,
      threads: 1)
    set.tokenizerDigest = String(repeating: "0", count: 64)
    try withTemporaryFolder { folder in
      let provenance = Provenance(producer: "tokenize", version: "0", commandLine: "tokenize")
      try set.write(to: folder + "/made.h5", provenance: provenance)
      #expect(try TokenizedSet.read(folder + "/made.h5") == set)
    }
    #expect(set.examples(of: .calibration).count == 5 && set.examples(of: .test).count == 9)
  }
}

@Suite(.enabled(if: shared("data/tokenizers") != nil, "needs ../shared/data")) struct RealTokenizersTests {
  private func openBookQA() throws -> QuestionSet {
    let path = try #require(shared("data/openbookqa/dev.jsonl"))
    return try QuestionSet(
      train: [], test: QuestionFile.read([path], QuestionFile.Options())[0].questions,
      SplitRule(calibration: .fraction(0.1), test: nil, seed: 0))
  }

  @Test func gpt2AnswersWithLettersAfterASpace() throws {
    let tokenizer = try Tokenizer(contentsOf: try #require(shared("data/tokenizers/gpt2/tokenizer.json.gz")))
    let set = try TokenizedSet(
      openBookQA(), named: "openbookqa", Template.named("plain", for: .letters), tokenizer, vocabularySize: 50257,
      maximumLength: 256, threads: 2)
    // " A", " B", " C", " D" in GPT-2's vocabulary.
    #expect(set.labelTokens == [317, 347, 327, 360])
    #expect(set.count == 500 && set.truncatedSequences == 0)
    let prompt = try tokenizer.decode(Array(set.tokens[set.tokenRange(0)]))
    #expect(prompt.hasPrefix("Question: ") && prompt.hasSuffix("\nAnswer:"))
  }

  @Test func bertReadsPairs() throws {
    let tokenizer = try Tokenizer(contentsOf: try #require(shared("data/tokenizers/bert-base-uncased/tokenizer.json")))
    let set = try TokenizedSet(
      openBookQA(), named: "openbookqa", Template.named(nil, for: .pairs), tokenizer, vocabularySize: 30522,
      maximumLength: 32, threads: 2)
    #expect(set.tokenOffsets.count == 2001)
    for sequence in 0..<2000 {
      let range = set.tokenRange(sequence)
      // [CLS] question [SEP] choice [SEP]; the choice is never truncated.
      #expect(range.count <= 32 && set.tokens[range].first == 101 && set.tokens[range].last == 102)
      #expect(set.tokens[range].count { $0 == 102 } == 2)
      #expect(set.segments[range.lowerBound] == 0 && set.segments[range.upperBound - 1] == 1)
    }
    #expect(set.truncatedSequences > 0)
  }
}
