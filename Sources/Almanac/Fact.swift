// A fact: one row of a table seen through one relation. Every fact belongs to one share for good, in both directions
// and in all wordings, so that no fact of the test questions is ever asked in training.

/// What a fact is used for.
package enum Share: String, Sendable, CaseIterable {
  /// Stated in the pretraining text, and asked there with four choices.
  case practice
  /// Stated in the pretraining text, asked in `train.jsonl`.
  case train
  /// Stated in the pretraining text, asked in `test.jsonl` and, in other wordings, in `near.jsonl`.
  case test
  /// Stated nowhere, asked in `far.jsonl`.
  case far
}

/// Something true.
package struct Fact: Sendable {
  /// Its topic.
  package let topic: Topic
  /// The two columns.
  package let relation: Relation
  /// The row of the topic's table.
  package let row: Int
  /// What it is used for.
  package let share: Share
  /// `topic/key-value/row's first cell`.
  package let name: String
  /// The place in the list of all facts, which keeps its random numbers apart from those of other facts.
  let number: Int
}
