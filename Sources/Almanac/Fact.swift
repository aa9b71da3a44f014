// A fact: one row of a table under one relation. Every fact belongs to exactly one share, in both directions and all
// wordings, so that no fact of the test questions is ever asked in training.

/// The use of a fact.
package enum Share: String, Sendable, CaseIterable {
  /// Stated in the pretraining text, and asked and answered there.
  case practice
  /// Stated in the pretraining text, asked in `train.jsonl`.
  case train
  /// Stated in the pretraining text, asked in `test.jsonl` and, in other wordings, in `near.jsonl`.
  case test
  /// Stated nowhere, asked in `far.jsonl`.
  case far
}

/// A true statement.
package struct Fact: Sendable {
  /// Its topic.
  package let topic: Topic
  /// The two columns.
  package let relation: Relation
  /// The row of the topic's table.
  package let row: Int
  /// Its use.
  package let share: Share
  /// `topic/key-value/row's first cell`.
  package let name: String
  /// The index in the list of all facts, which separates its random numbers from those of other facts.
  let number: Int
}
