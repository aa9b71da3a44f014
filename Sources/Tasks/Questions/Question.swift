// A question in the one form that all formats share: the prompt, the choices and the right one.

/// A question with its choices. A sentence to classify is a question whose choices are the classes.
package struct Question: Equatable, Sendable {
  /// The id in its source; if the source has none, the file's name and the row's number (`train-17`).
  package var id: String
  /// What is asked.
  package var prompt: Prompt
  /// The choices' texts in their published order, untrimmed. At least two.
  package var choices: [String]
  /// The index of the right choice, or nil if the source does not give it.
  package var label: Int?
  /// [choice] The shares of the annotators' votes, those of a number's bins, or 1 for each label that applies and 0 for the
  /// others, where the source gives them; otherwise nil. With several labels, `label` is 0 where they are known.
  package var targets: [Double]?
  /// The number to be predicted, where the choices are bins of numbers and the source gives it; otherwise nil.
  package var number: Double?
  /// Where it was read, for messages: `train.jsonl:17`.
  package var location: String

  package init(id: String, prompt: Prompt, choices: [String], label: Int?, location: String) {
    (self.id, self.prompt, self.choices, self.label, self.location) = (id, prompt, choices, label, location)
  }
}

extension Question {
  /// A copy with `change` applied to every text of the prompt; its second argument is the text's index.
  func mappingPrompt(_ change: (String, Int) -> String) -> Question {
    var copy = self
    copy.prompt = prompt.mapTexts(change)
    return copy
  }
}
