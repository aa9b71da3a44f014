// One question in one shape, whatever file it came from: what is asked, the choices, and which of them is right.

/// A question with its choices; a sentence to classify is one too, its choices being the classes.
package struct Question: Equatable, Sendable {
  /// The id in its source; where a source has none, the file's name and the row's number (`train-17`).
  package var id: String
  /// What is asked.
  package var prompt: Prompt
  /// The choices' texts in their order, as published: nothing is trimmed. At least two.
  package var choices: [String]
  /// The index of the right choice, or nil where the source does not tell.
  package var label: Int?
  /// Where it was read, for messages: `train.jsonl:17`.
  package var place: String

  package init(id: String, prompt: Prompt, choices: [String], label: Int?, place: String) {
    (self.id, self.prompt, self.choices, self.label, self.place) = (id, prompt, choices, label, place)
  }
}

extension Question {
  /// A copy with every text of the prompt put through `change`; the number tells the texts apart.
  func mappingPrompt(_ change: (String, Int) -> String) -> Question {
    var copy = self
    copy.prompt = prompt.mapTexts(change)
    return copy
  }
}
