// The committed almanac, read once for all tests.
import Almanac
import Foundation
import TestSupport
import Testing

/// The seed of the committed question files.
let committedSeed: UInt64 = 2026

/// The folder of the question files.
let almanacFolder = projectRoot + "/data/almanac"

/// The committed facts with the committed seed; the files are part of the checkout, so reading cannot fail.
let committed = try! Almanac(facts: almanacFolder + "/facts", seed: committedSeed)

/// The questions of every file.
let committedQuestions = QuestionFile.allCases.map { (file: $0, questions: committed.questions($0)) }

/// The facts by name.
let factsByName = Dictionary(uniqueKeysWithValues: committed.facts.map { ($0.name, $0) })

/// One pass of the pretraining text.
let committedCorpus = committed.corpus(repetitions: 1)

/// The fact of `question`, its table, the given column and the column that is asked for.
func origin(of question: Question) throws -> (fact: Fact, table: Table, given: Int, asked: Int) {
  let fact = try #require(factsByName[question.fact])
  let table = try #require(committed.tables[fact.topic.table])
  let key = try #require(table.columns.firstIndex(of: fact.relation.key))
  let value = try #require(table.columns.firstIndex(of: fact.relation.value))
  return question.direction == .forward ? (fact, table, key, value) : (fact, table, value, key)
}
