// The almanac: all facts, each in its share, with methods to ask them (`questions`) and to state them (`corpus`).
import Faults

/// The project's data set: tables of facts, and the seed that determines all random choices.
package struct Almanac: Sendable {
  /// Determines shares, wordings, wrong answers and order.
  package let seed: UInt64
  /// The tables by name, read or computed.
  package let tables: [String: Table]
  /// All facts, topic by topic.
  package let facts: [Fact]

  /// Reads the tables in the folder `facts` that the topics need.
  ///
  /// Throws the faults of `Table(contentsOf:)`.
  package init(facts folder: String, seed: UInt64) throws {
    var tables: [String: Table] = [:]
    for table in Table.computed { tables[table.name] = table }
    for name in Topic.all.map(\.table) where tables[name] == nil {
      tables[name] = try Table(contentsOf: "\(folder)/\(name).tsv")
    }
    (self.seed, self.tables) = (seed, tables)
    facts = Self.facts(in: tables, seed: seed)
  }

  /// The documents that the base is pretrained on, from the tables in the folder `facts`: see `corpus(repetitions:)`.
  ///
  /// `seed` must be that of the question files: another seed assigns other shares, so that the text would reveal test
  /// questions.
  package static func corpus(facts folder: String, seed: UInt64, repetitions: Int) throws -> [String] {
    try Almanac(facts: folder, seed: seed).corpus(repetitions: repetitions)
  }

  /// The table of a fact's topic.
  package func table(of fact: Fact) -> Table {
    guard let table = tables[fact.topic.table] else { preconditionFailure("no table \(fact.topic.table)") }
    return table
  }

  /// Of each relation's facts, in a random order, 30 % are asked in the pretraining text, 25 % are for training and the
  /// others for test. All facts of far topics are in the far share.
  private static func facts(in tables: [String: Table], seed: UInt64) -> [Fact] {
    var facts: [Fact] = []
    for topic in Topic.all {
      guard let table = tables[topic.table] else { continue }
      for relation in topic.relations {
        let (key, value) = (table.index(of: relation.key), table.index(of: relation.value))
        let rows = table.rows.indices.filter { !table.rows[$0][key].isEmpty && !table.rows[$0][value].isEmpty }
        var draws = Draws(seed: seed, place: (Place.shares, UInt32(facts.count)))
        let ranks = draws.shuffled(Array(rows.indices))
        for (row, rank) in zip(rows, ranks) {
          let part = Double(rank) / Double(rows.count)
          let share: Share = topic.isFar ? .far : part < 0.30 ? .practice : part < 0.55 ? .train : .test
          let name = "\(topic.name)/\(relation.key)-\(relation.value)/\(table.rows[row][0][0])"
          facts.append(
            Fact(topic: topic, relation: relation, row: row, share: share, name: name, number: facts.count))
        }
      }
    }
    return facts
  }
}

/// The first coordinate of a random stream: what its numbers determine.
enum Place {
  static let shares: UInt32 = 1
  static let order: UInt32 = 2
  static let corpus: UInt32 = 3
  /// Plus the index of the question file.
  static let questions: UInt32 = 16
}
