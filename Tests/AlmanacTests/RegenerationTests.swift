// The same facts and seed give the committed bytes.
import Almanac
import Files
import JSON
import Testing

@Suite struct RegenerationTests {
  @Test(arguments: QuestionFile.allCases) func theCommittedFileIsReproduced(file: QuestionFile) throws {
    let written = try Question.lines(committed.questions(file))
    let there = try String(decoding: readBytes("\(almanacFolder)/\(file.rawValue).jsonl"), as: UTF8.self)
    #expect(
      written == there, "run write-almanac --facts data/almanac/facts --output data/almanac --seed \(committedSeed)")
  }

  @Test func anotherSeedAssignsOtherShares() throws {
    let other = try Almanac(facts: almanacFolder + "/facts", seed: committedSeed + 1)
    #expect(other.facts.map(\.name) == committed.facts.map(\.name))
    #expect(other.facts.map(\.share) != committed.facts.map(\.share))
    #expect(other.questions(.test).map(\.question) != committed.questions(.test).map(\.question))
  }

  @Test func moreRepetitionsOnlyAppend() throws {
    let two = try Almanac.corpus(facts: almanacFolder + "/facts", seed: committedSeed, repetitions: 2)
    #expect(Array(two.prefix(committedCorpus.count)) == committedCorpus)
    #expect(Array(two.dropFirst(committedCorpus.count)) != committedCorpus, "the second pass draws afresh")
  }

  @Test func theNumberOfQuestionsIsAsDocumented() {
    let counts = committedQuestions.map { ($0.file, $0.questions.count) }
    #expect(counts.map(\.1) == [600, 1000, 700, 700])
    for (file, questions) in committedQuestions where file != .far {
      let topics = Dictionary(grouping: questions, by: \.topic).mapValues(\.count)
      #expect(topics.count == 14, "\(file) \(topics)")
      #expect(topics.values.allSatisfy { $0 >= 15 }, "\(file) \(topics)")
    }
    #expect(Set(committedQuestions.last?.questions.map(\.topic) ?? []).count == 7)
  }

  @Test func aLineHasTheMembersThatTokenizeReads() throws {
    let question = Question(
      id: "test-0001", question: "What is \"it\"?", choices: ["a", "b", "c", "d"], answer: 2, topic: "units", fact: "",
      direction: .forward)
    #expect(
      try Question.lines([question])
        == #"{"id":"test-0001","question":"What is \"it\"?","choices":["a","b","c","d"],"answer":2,"topic":"units"}"#
        + "\n")
  }
}
