// The separation between the base's pretraining text, the adapters' training questions and the test questions.
import Almanac
import Foundation
import Testing

@Suite struct ShareTests {
  @Test func noTestFactIsAskedInTrainingInAnyWording() {
    let facts = committedQuestions.map { ($0.file, Set($0.questions.map(\.fact))) }
    for (file, names) in facts {
      #expect(names.allSatisfy { factsByName[$0]?.share == file.share })
    }
    let byFile = Dictionary(uniqueKeysWithValues: facts)
    #expect(byFile[.train]?.isDisjoint(with: byFile[.test] ?? []) == true)
    #expect(byFile[.train]?.isDisjoint(with: byFile[.near] ?? []) == true)
    #expect(byFile[.near]?.isSubset(of: byFile[.test] ?? []) == true)
  }

  @Test func noQuestionOccursTwice() {
    var seen: Set<[String]> = []
    for question in committedQuestions.flatMap(\.questions) {
      #expect(seen.insert([question.question] + question.choices.sorted()).inserted, "\(question)")
    }
    let ids = committedQuestions.flatMap { $0.questions.map(\.id) }
    #expect(Set(ids).count == ids.count)
  }

  @Test func everyKnownFactIsStatedInEveryWording() {
    let text = Data(committedCorpus.joined(separator: "\n").utf8)
    for fact in committed.facts where fact.share != .far {
      #expect(fact.relation.statements.count >= 3)
      for statement in fact.relation.statements {
        let sentence = committed.table(of: fact).fill(statement, row: fact.row)
        #expect(text.range(of: Data(sentence.utf8)) != nil, "\(sentence)")
      }
    }
  }

  @Test func theTextDoesNotMentionFarTopics() {
    let documents = committedCorpus.map { Data($0.utf8) }
    let text = Data(committedCorpus.joined(separator: "\n").utf8)
    for fact in committed.facts where fact.share == .far {
      #expect(fact.relation.statements.isEmpty)
      let table = committed.table(of: fact)
      let row = table.rows[fact.row]
      let (key, value) = (row[table.index(of: fact.relation.key)][0], row[table.index(of: fact.relation.value)][0])
      guard contains(key, in: text), contains(value, in: text) else { continue }
      #expect(!documents.contains { contains(key, in: $0) && contains(value, in: $0) }, "\(fact.name)")
    }
    let known = Set(committed.facts.filter { $0.share != .far }.map(\.topic.name))
    #expect(known.isDisjoint(with: committed.facts.filter { $0.share == .far }.map(\.topic.name)))
  }

  @Test func onlyPractisedFactsAreAskedInTheText() {
    let asked = Set(committedCorpus.filter { $0.hasPrefix("Question: ") })
    #expect(asked.count > 1000)
    for (file, questions) in committedQuestions {
      let answered = questions.map { "Question: \($0.question)\nAnswer: \($0.choices[$0.answer])" }
      #expect(asked.isDisjoint(with: answered), "\(file)")
    }
  }

  @Test func theWordingsOfNearOccurOnlyThere() {
    let text = Data(committedCorpus.joined(separator: "\n").utf8)
    let others = Set(committedQuestions.filter { $0.file != .near }.flatMap { $0.questions.map(\.question) })
    for question in committedQuestions.filter({ $0.file == .near }).flatMap(\.questions) {
      #expect(!others.contains(question.question))
      #expect(text.range(of: Data(question.question.utf8)) == nil, "\(question.question)")
    }
    for relation in Topic.all.filter({ !$0.isFar }).flatMap(\.relations) {
      for wordings in [relation.forward, relation.backward].compactMap({ $0 }) {
        #expect(wordings.asked.count >= 3 && wordings.near.count >= 2, "\(relation.key) \(relation.value)")
        #expect(Set(wordings.asked).isDisjoint(with: wordings.near))
      }
    }
  }

  /// Whether `word` occurs in `text` with no letter before or after it.
  private func contains(_ word: String, in text: Data) -> Bool {
    let pattern = Data(word.utf8)
    var start = text.startIndex
    while let found = text.range(of: pattern, in: start..<text.endIndex) {
      let before = found.lowerBound > text.startIndex ? text[found.lowerBound - 1] : 0x20
      let behind = found.upperBound < text.endIndex ? text[found.upperBound] : 0x20
      if !isLetter(before), !isLetter(behind) { return true }
      start = found.lowerBound + 1
    }
    return false
  }

  private func isLetter(_ byte: UInt8) -> Bool {
    (0x61...0x7A).contains(byte | 0x20) || byte >= 0x80 || (0x30...0x39).contains(byte)
  }
}
