// A multiple-choice question and the prompt that it becomes.

/// A question with four choices, one of them right.
public struct Question: Sendable, Equatable {
  /// `test-0017`: the file and the row.
  public var id: String
  /// The stem.
  public var question: String
  /// Four different texts.
  public var choices: [String]
  /// The place of the right one, 0 to 3.
  public var answer: Int
  /// The topic's name.
  public var topic: String
  /// The name of the fact that is asked; not in the file.
  public var fact: String
  /// Which of the fact's columns is given; not in the file.
  public var direction: Direction

  /// A question in all its parts.
  public init(
    id: String, question: String, choices: [String], answer: Int, topic: String, fact: String, direction: Direction
  ) {
    precondition(choices.count == 4 && choices.indices.contains(answer), "\(question): \(choices), answer \(answer)")
    (self.id, self.question, self.choices, self.answer) = (id, question, choices, answer)
    (self.topic, self.fact, self.direction) = (topic, fact, direction)
  }

  /// The prompt as the template named `bare` of the module Tasks makes it: the question, the lettered choices, `Answer:`.
  public var prompt: String {
    let lines = zip(["A", "B", "C", "D"], choices).map { "\($0). \($1)\n" }
    return "Question: \(question)\n\(lines.joined())Answer:"
  }

  /// The prompt with the answer's letter behind it, as in the pretraining text.
  public var answered: String { prompt + " " + ["A", "B", "C", "D"][answer] }
}
