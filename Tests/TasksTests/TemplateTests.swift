// The exact text that a model reads: if a template changes, earlier results are no longer comparable.
import Artifacts
import Faults
import Foundation
import Tasks
import TestSupport
import Testing

@Suite struct TemplateTests {
  private let stem = Question(
    id: "a", prompt: .stem(" Which is red? "), choices: ["sky ", " a ruby"], label: 1, location: "made:1")
  private let blank = Question(
    id: "b", prompt: .blank("The cup fell because the _ was wet."), choices: ["cup", "table"], label: 1,
    location: "made:2")
  private let passage = Question(
    id: "c", prompt: .passage("A long text.", question: "is it long"), choices: ["no", "yes"], label: 1,
    location: "made:3")
  private let pair = Question(
    id: "d", prompt: .sentencePair("It rains.", "It is wet.", .entailment), choices: ["entailment", "not entailment"],
    label: 0, location: "made:4")

  private func texts(_ name: String, _ scoring: TokenizedSet.Scoring, _ question: Question) throws -> [TextPair] {
    try Template.named(name, for: scoring).render(question)
  }

  /// checks.mk refuses versions of questions before anything is fitted.
  @Test func thePipelineKnowsWhichTemplatesHaveNoVersions() throws {
    let rules = try String(contentsOfFile: projectRoot + "/pipeline/checks.mk", encoding: .utf8)
    for (versions, templates) in [
      ("templates", Template.all.filter(\.alternatives.isEmpty)),
      ("shifts", Template.all.filter { $0.scoring != .letters && $0.scoring != .answers }),
    ] {
      let names = templates.map(\.name).sorted().joined(separator: " ")
      let listed = rules.split(separator: "\n").first { $0.hasPrefix("WITHOUT.\(versions) := ") }
      #expect(listed?.split(separator: " ").dropFirst(2).sorted().joined(separator: " ") == names)
    }
  }

  @Test func bareHasTheFewestWords() throws {
    #expect(try texts("bare", .letters, stem) == [TextPair("Question: Which is red?\nA. sky\nB. a ruby\nAnswer:")])
    #expect(
      try texts("bare", .letters, passage) == [
        TextPair("A long text.\nQuestion: is it long\nA. no\nB. yes\nAnswer:")
      ])
  }

  @Test func plainNamesItsParts() throws {
    #expect(
      try texts("plain", .letters, passage) == [
        TextPair("Passage: A long text.\nQuestion: is it long\nChoices:\nA. no\nB. yes\nAnswer:")
      ])
    #expect(
      try texts("plain", .letters, blank) == [
        TextPair("Sentence: The cup fell because the _ was wet.\nChoices:\nA. cup\nB. table\nAnswer:")
      ])
  }

  @Test func instructBeginsWithAnInstruction() throws {
    #expect(
      try texts("instruct", .letters, stem) == [
        TextPair(
          """
          Choose the option that answers the question or completes the sentence.

          Question: Which is red?
          Choices:
          A. sky
          B. a ruby
          Answer:
          """)
      ])
  }

  @Test(arguments: Template.all.filter { $0.scoring == .letters }.map(\.name))
  func lettersEndBeforeTheLetter(name: String) throws {
    for question in [stem, blank, passage, pair] {
      let texts = try texts(name, .letters, question)
      // No space at the end: in byte-level tokenizers it belongs to the letter's token.
      #expect(texts.count == 1 && texts[0].first.string.hasSuffix("\nAnswer:") && texts[0].second == nil)
    }
  }

  @Test func pairPutsTheQuestionBeforeThePassageSoThatTruncationKeepsIt() throws {
    #expect(
      try texts("pair", .pairs, passage) == [
        TextPair("is it long A long text.", "no"), TextPair("is it long A long text.", "yes"),
      ])
  }

  @Test func pairFillsTheBlank() throws {
    #expect(
      try texts("pair", .pairs, blank) == [
        TextPair("The cup fell because the", "cup was wet."), TextPair("The cup fell because the", "table was wet."),
      ])
  }

  @Test func statementIsOneText() throws {
    #expect(try texts("statement", .pairs, stem) == [TextPair("Which is red? sky"), TextPair("Which is red? a ruby")])
  }

  @Test func sentenceOmitsTheClasses() throws {
    #expect(try texts("sentence", .classes, pair) == [TextPair("It rains.", "It is wet.")])
    #expect(try texts("sentence", .classes, passage) == [TextPair("is it long", "A long text.")])
  }

  @Test(arguments: TokenizedSet.Scoring.allCases) func everyScoringHasADefault(scoring: TokenizedSet.Scoring) throws {
    // Texts with several labels are worded like those with one.
    #expect(try Template.named(nil, for: scoring).scoring == (scoring == .labels ? .classes : scoring))
  }

  @Test func namesAreUniqueAndATemplateForAnotherScoringIsRejected() throws {
    #expect(Set(Template.all.map(\.name)).count == Template.all.count)
    let fault = fault { _ = try Template.named("pair", for: .letters) }
    #expect(fault?.code == .usage)
    #expect(fault?.message == "is for scoring pairs, not letters")
    #expect(fault?.hint == "choose instruct, plain, bare")
  }

  @Test(arguments: [("ansver", " (did you mean answer?)"), ("nope", "")])
  func anUnknownTemplateListsAllTemplates(name: String, suggestion: String) {
    let fault = fault { _ = try Template.named(name) }
    #expect(fault?.message == "no such template\(suggestion)")
    for template in Template.all { #expect(fault?.hint.contains("\(template.name) (\(template.scoring))") == true) }
  }
}
