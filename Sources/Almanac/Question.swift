// A multiple-choice question and the prompt that it becomes.

/// A question with four choices, one of them right.
package struct Question: Sendable, Equatable {
  /// `test-0017`: the file and the row.
  package var id: String
  /// The stem.
  package var question: String
  /// Four different texts.
  package var choices: [String]
  /// The index of the right choice.
  package var answer: Int
  /// The topic's name.
  package var topic: String
  /// The name of the fact; not in the file.
  package var fact: String
  /// Which of the fact's columns is given; not in the file.
  package var direction: Direction

  package init(
    id: String, question: String, choices: [String], answer: Int, topic: String, fact: String, direction: Direction
  ) {
    precondition(choices.count == 4 && choices.indices.contains(answer), "\(question): \(choices), answer \(answer)")
    (self.id, self.question, self.choices, self.answer) = (id, question, choices, answer)
    (self.topic, self.fact, self.direction) = (topic, fact, direction)
  }

  /// A question with its answer in the format of the template `answer` of the module Tasks.
  static func answered(_ question: String, by answer: String) -> String { "Question: \(question)\nAnswer: \(answer)" }
}
