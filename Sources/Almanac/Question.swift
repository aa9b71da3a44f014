// A multiple-choice question and the prompt that it becomes.

/// A question with four choices, one of them right.
package struct Question: Sendable, Equatable {
  /// `test-0017`: the file and the row.
  package var id: String
  /// The stem.
  package var question: String
  /// Four different texts.
  package var choices: [String]
  /// The place of the right one, 0 to 3.
  package var answer: Int
  /// The topic's name.
  package var topic: String
  /// The name of the fact that is asked; not in the file.
  package var fact: String
  /// Which of the fact's columns is given; not in the file.
  package var direction: Direction

  /// A question in all its parts.
  package init(
    id: String, question: String, choices: [String], answer: Int, topic: String, fact: String, direction: Direction
  ) {
    precondition(choices.count == 4 && choices.indices.contains(answer), "\(question): \(choices), answer \(answer)")
    (self.id, self.question, self.choices, self.answer) = (id, question, choices, answer)
    (self.topic, self.fact, self.direction) = (topic, fact, direction)
  }

  /// A question with its answer as the template named `answer` of the module Tasks puts them.
  static func answered(_ question: String, by answer: String) -> String { "Question: \(question)\nAnswer: \(answer)" }
}
