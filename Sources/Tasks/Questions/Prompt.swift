// The parts of a prompt. A template words them and a corruption changes their texts; both must handle every kind, so
// the kinds are an enumeration and not a set of optional strings.

/// What a question asks, without its choices.
package enum Prompt: Equatable, Sendable {
  /// What a classification asks about the text.
  package enum Judgement: String, Sendable, CaseIterable {
    /// Whether the writer likes it (SST-2, product reviews).
    case sentiment
    /// Whether a sentence is good English (CoLA).
    case acceptability
    /// What kind of answer a question asks for (TREC).
    case answerType
    /// Whether the first text implies the second (RTE, CB).
    case entailment
    /// Whether two texts mean the same (MRPC).
    case paraphrase
    /// Which class of the user's own it belongs to.
    case category
  }

  /// A question, or the start of a sentence that a choice completes.
  case stem(String)
  /// A question about a passage.
  case passage(String, question: String)
  /// A sentence with one `_` where a choice belongs.
  case blank(String)
  /// A text to classify.
  case sentence(String, Judgement)
  /// Two texts to classify together.
  case sentencePair(String, String, Judgement)
}

extension Prompt {
  /// Whether it is text to classify: then all questions of the set have the same choices, the classes.
  package var isToClassify: Bool {
    switch self {
    case .sentence, .sentencePair: true
    case .stem, .passage, .blank: false
    }
  }

  /// Whether it is two texts to classify together.
  var isPair: Bool { if case .sentencePair = self { true } else { false } }

  /// The texts, in the order of the associated values.
  package var texts: [String] {
    switch self {
    case .stem(let text), .blank(let text), .sentence(let text, _): [text]
    case .passage(let passage, let question): [passage, question]
    case .sentencePair(let first, let second, _): [first, second]
    }
  }

  /// The same prompt with `change` applied to every text; its second argument is the text's index in `texts`.
  package func mapTexts(_ change: (String, Int) -> String) -> Prompt {
    switch self {
    case .stem(let text): .stem(change(text, 0))
    case .passage(let passage, let question): .passage(change(passage, 0), question: change(question, 1))
    case .blank(let text): .blank(change(text, 0))
    case .sentence(let text, let judgement): .sentence(change(text, 0), judgement)
    case .sentencePair(let first, let second, let judgement):
      .sentencePair(change(first, 0), change(second, 1), judgement)
    }
  }
}
