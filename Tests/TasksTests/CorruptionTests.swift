// Corruptions: the same for the same seed, stronger with each severity, and label-preserving.
import Artifacts
import Tasks
import Testing

@Suite struct CorruptionTests {
  private static let textual: [Corruption] = [.keyboardTypos, .droppedCharacters, .droppedWords, .caseAndSpace]
  private let questions = manyQuestions(100)

  private func text(_ question: Question) -> String { question.prompt.texts.joined(separator: "|") }

  @Test(arguments: Corruption.allCases) func corruptionDependsOnlyOnSeedAndID(corruption: Corruption) {
    let apply = { (questions: [Question], seed: UInt64) in
      questions.map { corruption.applied(to: $0, severity: 3, seed: seed) }
    }
    #expect(apply(questions, 5) == apply(questions, 5))
    #expect(apply(questions, 5) != apply(questions, 6))
    // A question's position in the file does not matter.
    #expect(apply(questions.reversed(), 5) == apply(questions, 5).reversed())
    #expect(apply(questions, 5) != questions)
  }

  @Test(arguments: Corruption.allCases) func labelFollowsItsChoice(corruption: Corruption) {
    for question in questions {
      for severity in Corruption.severities {
        let damaged = corruption.applied(to: question, severity: severity, seed: 1)
        #expect(damaged.choices.sorted() == question.choices.sorted())
        #expect(damaged.choices[damaged.label!] == question.choices[question.label!])
        #expect(damaged.id == question.id)
      }
    }
  }

  @Test(arguments: textual) func damageGrowsWithSeverity(corruption: Corruption) {
    let damages = Corruption.severities.map { severity in
      questions.count { text(corruption.applied(to: $0, severity: severity, seed: 1)) != text($0) }
    }
    #expect(damages == damages.sorted() && damages[0] > 0 && damages[0] < damages[4] && damages[4] > 90)
  }

  @Test func aHigherSeverityKeepsTheTyposOfALowerOne() {
    for question in questions {
      var before = Array(text(question))
      for severity in Corruption.severities {
        let after = Array(text(Corruption.keyboardTypos.applied(to: question, severity: severity, seed: 1)))
        let clean = Array(text(question))
        #expect(after.count == clean.count)
        for (index, character) in before.enumerated() where character != clean[index] {
          #expect(after[index] == character)
        }
        before = after
      }
    }
  }

  @Test(arguments: [Corruption.droppedCharacters, .droppedWords])
  func aHigherSeverityKeepsNothingThatALowerOneRemoved(corruption: Corruption) {
    for question in questions {
      var before = text(question)
      for severity in Corruption.severities {
        let after = text(corruption.applied(to: question, severity: severity, seed: 1))
        #expect(isSubsequence(after, of: before))
        before = after
      }
    }
  }

  private func isSubsequence(_ part: String, of whole: String) -> Bool {
    var rest = whole[...]
    return part.allSatisfy { character in
      guard let index = rest.firstIndex(of: character) else { return false }
      rest = rest[rest.index(after: index)...]
      return true
    }
  }

  @Test func choiceOrderReordersMoreQuestionsWithSeverityAndFinallyAll() {
    var before: Set<Int> = []
    for severity in Corruption.severities {
      let moved = Set(
        questions.indices.filter {
          let damaged = Corruption.choiceOrder.applied(to: questions[$0], severity: severity, seed: 1)
          let stayed = zip(damaged.choices, questions[$0].choices).count { $0 == $1 }
          #expect(stayed == 0 || stayed == 4)
          return stayed == 0
        })
      #expect(before.isSubset(of: moved))
      #expect(abs(moved.count - 20 * severity) <= 15)
      before = moved
    }
    #expect(before.count == questions.count)
  }

  @Test func aHigherSeverityStartsWithTheDistractorsOfALowerOne() {
    let stem = text(questions[0])
    var before = ""
    for severity in Corruption.severities {
      let after = text(Corruption.distractingSentence.applied(to: questions[0], severity: severity, seed: 1))
      #expect(after.hasSuffix(" " + stem))
      let sentences = String(after.dropLast(stem.count + 1))
      #expect(sentences.hasPrefix(before) && sentences.count { $0 == "." } == severity)
      before = sentences
    }
  }

  @Test func distractorsPrecedeBothTextsOfAPairAndThePassage() {
    let pair = Question(
      id: "p", prompt: .sentencePair("First.", "Second.", .entailment), choices: ["a", "b"], label: 0,
      location: "made:1")
    let texts = Corruption.distractingSentence.applied(to: pair, severity: 1, seed: 1).prompt.texts
    #expect(texts[0].dropLast("First.".count) == texts[1].dropLast("Second.".count))
    let passage = Question(
      id: "p", prompt: .passage("Text.", question: "q"), choices: ["a", "b"], label: 0, location: "made:1")
    #expect(Corruption.distractingSentence.applied(to: passage, severity: 1, seed: 1).prompt.texts[1] == "q")
  }

  @Test(arguments: textual) func blanksNegationsAndNumbersAreKept(corruption: Corruption) {
    let prompt = Prompt.blank("It isn't so that the 12 men did not put _ on the table before noon.")
    for seed in 0..<50 as Range<UInt64> {
      let question = Question(id: "w", prompt: prompt, choices: ["x", "y"], label: 0, location: "made:1")
      let after = text(corruption.applied(to: question, severity: 5, seed: seed))
      #expect(after.count { $0 == "_" } == 1)
      if corruption == .droppedWords {
        #expect(after.contains("not") && after.contains("12") && after.contains("isn't"))
      }
    }
  }

  @Test(arguments: Corruption.allCases, ["", " ", "a", " word ", "good .", "不 好"])
  func noTextIsEmptied(corruption: Corruption, words: String) {
    for seed in 0..<50 as Range<UInt64> {
      let question = Question(
        id: "e", prompt: .sentence(words, .sentiment), choices: ["x", "y"], label: 0, location: "made:1")
      let after = text(corruption.applied(to: question, severity: 5, seed: seed))
      #expect(words.contains(where: \.isLetter) ? after.contains(where: \.isLetter) : after.count >= words.count)
    }
  }

  @Test func aCorruptedSetContainsOnlyTestQuestions() throws {
    let rule = SplitRule(calibration: .fraction(0.1), test: .fraction(0.2), seed: 0)
    let set = try QuestionSet(train: questions, test: [], rule)
    let damaged = set.corrupted(by: .keyboardTypos, severity: 2, seed: 0)
    #expect(damaged.count(.test) == 20 && damaged.questions.count == 20)
    #expect(
      damaged.questions.map(\.id)
        == set.questions.indices.filter { set.splits[$0] == .test }.map { set.questions[$0].id })
    #expect(damaged.corruption == TokenizedSet.Corruption(name: "keyboard-typos", severity: 2))
  }

  @Test func anUnknownNameIsRejected() {
    #expect(fault { _ = try Corruption.named("typos") }?.hint.contains("keyboard-typos") == true)
  }
}
