// A question in the one form that all formats share: the prompt, the choices and the right one.

/// A question with its choices. A sentence to classify is a question whose choices are the classes.
package struct Question: Equatable, Sendable {
  /// The id in its source; if the source has none, the file's name and the row's number (`train-17`).
  package var id: String
  /// What is asked.
  package var prompt: Prompt
  /// The choices' texts in their published order, untrimmed. At least two, or none if the answer is written.
  package var choices: [String]
  /// The index of the right choice, or nil if the source does not give it. 0 for an answer that is written.
  package var label: Int?
  /// The accepted answers, untrimmed, if the answer is written; the first one is trained on.
  package var answers: [String] = []
  /// The turns of a chat before the prompt, which is the user's last turn; nil if it is no chat.
  package var before: [Turn]?
  /// [choice] The shares of the annotators' votes, those of a number's bins, or 1 for each label that applies and 0 for the
  /// others, where the source gives them; otherwise nil. With several labels, `label` is 0 where they are known.
  package var targets: [Double]?
  /// The number to be predicted, where the choices are bins of numbers and the source gives it; otherwise nil.
  package var number: Double?
  /// The template that words it in place of the set's; nil for that one.
  package var template: String?
  /// Where it was read, for messages: `train.jsonl:17`.
  package var location: String

  package init(id: String, prompt: Prompt, choices: [String], label: Int?, location: String) {
    (self.id, self.prompt, self.choices, self.label, self.location) = (id, prompt, choices, label, location)
  }

  /// A question whose answer is written; `answers` are empty if it is not known.
  package init(id: String, prompt: Prompt, before: [Turn]? = nil, answers: [String], location: String) {
    self.init(id: id, prompt: prompt, choices: [], label: answers.isEmpty ? nil : 0, location: location)
    (self.before, self.answers) = (before, answers)
  }
}

/// A turn of a chat.
package struct Turn: Equatable, Sendable {
  /// Who speaks.
  package enum Role: String, Sendable, CaseIterable { case system, user, assistant }
  /// Who speaks.
  package var role: Role
  /// What is said.
  package var text: String
  package init(role: Role, text: String) { (self.role, self.text) = (role, text) }
}

extension Question {
  /// All its texts.
  var allTexts: [String] { [id] + prompt.texts + choices + answers + (before ?? []).map(\.text) }

  /// Whether its answer is written and not one of some choices.
  var isOpen: Bool { choices.isEmpty && !prompt.isToClassify }

  /// The texts that are right answers, if the answer is to be written: with choices, the right one.
  package var references: [String] { isOpen ? answers : label.map { [choices[$0]] } ?? [] }

  /// A copy with `change` applied to every text of the prompt; its second argument is the text's index.
  func mappingPrompt(_ change: (String, Int) -> String) -> Question {
    var copy = self
    copy.prompt = prompt.mapTexts(change)
    return copy
  }
}
