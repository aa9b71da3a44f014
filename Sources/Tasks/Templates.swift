// How a question becomes the text that a model reads. All templates are here, in our own words. A token file records
// its template, because results of different templates cannot be compared.
import Artifacts
import Faults

/// One text for the tokenizer, or two that it joins with its own separators.
package struct TextPair: Equatable, Sendable {
  /// The only text, or the first of two.
  package var first: PromptText
  /// The second text, if there is one.
  package var second: PromptText?
  package init(_ first: PromptText, _ second: PromptText? = nil) { (self.first, self.second) = (first, second) }
}

/// A way to word questions and, where they are written, answers.
package struct Template: Sendable {
  /// Its name on the command line and in files.
  package let name: String
  /// The scoring that it is for.
  package let scoring: TokenizedSet.Scoring
  /// A line for the help.
  package let summary: String
  /// Special tokens that the tokenizer must have, the last of which ends an answer; empty if an answer ends as any text.
  package let markers: [String]
  /// The sequences of a question: one, or one for each choice if `scoring` is `pairs` or `continuations`. With `answers`,
  /// the second text is the answer.
  package let render: @Sendable (Question) -> [TextPair]

  private init(
    name: String, scoring: TokenizedSet.Scoring, summary: String, markers: [String] = [],
    render: @escaping @Sendable (Question) -> [TextPair]
  ) {
    (self.name, self.scoring, self.summary, self.markers, self.render) = (name, scoring, summary, markers, render)
  }

  /// All templates; the first one for each scoring is its default.
  package static let all: [Template] = [
    Template(name: "instruct", scoring: .letters, summary: "an instruction, the question, lettered choices, `Answer:`")
    {
      [TextPair("\(instruction($0.prompt))\n\n\(fields($0.prompt))\nChoices:\n\(lettered($0.choices))\nAnswer:")]
    },
    Template(name: "plain", scoring: .letters, summary: "the question, lettered choices, `Answer:`") {
      [TextPair("\(fields($0.prompt))\nChoices:\n\(lettered($0.choices))\nAnswer:")]
    },
    Template(name: "bare", scoring: .letters, summary: "like plain with the fewest words, for small base models") {
      [TextPair("\(bare($0.prompt))\n\(lettered($0.choices))\nAnswer:")]
    },
    Template(name: "answer", scoring: .continuations, summary: "the question, `Answer:`, then a choice") {
      question in
      question.choices.enumerated().map { TextPair("\(bare(question.prompt))\nAnswer:", " \($1, .choice($0))") }
    },
    Template(name: "pair", scoring: .pairs, summary: "the question and a choice as two texts; a choice fills a blank") {
      question in question.choices.enumerated().map { pair(question.prompt, choice: "\($1, .choice($0))") }
    },
    Template(name: "statement", scoring: .pairs, summary: "the question and a choice as one text") {
      question in
      question.choices.enumerated().map { number, choice in
        let pair = pair(question.prompt, choice: "\(choice, .choice(number))")
        guard let second = pair.second, !second.string.isEmpty else { return TextPair(pair.first) }
        return TextPair(pair.first.string.isEmpty ? second : "\(pair.first) \(second)")
      }
    },
    Template(name: "sentence", scoring: .classes, summary: "the text, or two texts, as they are") {
      switch $0.prompt {
      case .stem(let text), .blank(let text): [TextPair("\(text, .question)")]
      case .sentence(let text, _): [TextPair("\(text, .text)")]
      case .passage(let passage, let question): [TextPair("\(question, .question)", "\(passage, .passage)")]
      case .sentencePair(let first, let second, _): [TextPair("\(first, .text)", "\(second, .secondText)")]
      }
    },
    Template(name: "open", scoring: .answers, summary: "the question, `Answer:`, then the answer; so are earlier turns")
    {
      [TextPair("\(earlierTurns($0))\(bare($0.prompt))\nAnswer:", answer($0) { " \($0, .answer)" })]
    },
    Template(name: "verbatim", scoring: .answers, summary: "the prompt as it is, and behind it the answer as it is") {
      let prompt = (($0.before ?? []).map(\.text) + $0.prompt.texts).joined(separator: "\n")
      return [TextPair("\(untrimmed: prompt, .question)", answer($0) { "\(untrimmed: $0, .answer)" })]
    },
    Template(
      name: chat, scoring: .answers, summary: "turns in ChatML, as SmolLM2 and Qwen have them; the default for chats",
      markers: ["<|im_start|>", "<|im_end|>"]
    ) { question in
      let turns = (question.before ?? []).reduce("" as PromptText) { text, turn in
        "\(text)\(chatML(turn.role, "\(turn.text, .question)"))"
      }
      let prompt: PromptText = "\(turns)\(chatML(.user, bare(question.prompt, label: "")))"
      return [TextPair("\(prompt)<|im_start|>assistant\n", answer(question) { "\($0, .answer)" })]
    },
  ]

  /// The template for chats.
  fileprivate static let chat = "chatml"

  /// The default template for `questions` with this scoring.
  package static func usual(for scoring: TokenizedSet.Scoring, of questions: [Question]) throws -> Template {
    let areChats = scoring == .answers && questions.contains { $0.before != nil }
    return try named(areChats ? chat : nil, for: scoring)
  }

  /// The other templates for the same scoring.
  package var alternatives: [Template] { Self.all.filter { $0.scoring == scoring && $0.name != name } }

  /// The largest number of choices with letters.
  package static let mostLetters = letters.count

  /// The template called `name`, which must be one for `scoring`; nil chooses the default.
  /// - Throws: `Fault.usage` listing the templates.
  package static func named(_ name: String?, for scoring: TokenizedSet.Scoring) throws -> Template {
    let scoring = scoring.wording
    guard let name else { return all.first { $0.scoring == scoring }! }
    let template = try named(name)
    if template.scoring == scoring { return template }
    throw Fault(
      .usage, setting: "template \(name)", "is for scoring \(template.scoring.rawValue), not \(scoring.rawValue)",
      hint: "choose \(all.filter { $0.scoring == scoring }.map(\.name).joined(separator: ", "))")
  }

  /// The template called `name`, for any scoring.
  /// - Throws: `Fault.usage` listing all templates.
  package static func named(_ name: String) throws -> Template {
    if let template = all.first(where: { $0.name == name }) { return template }
    let names = all.map(\.name)
    throw Fault(
      .usage, setting: "template \(name)", "no such template" + suggestion(for: name, among: names),
      hint: "choose \(all.map { "\($0.name) (\($0.scoring.rawValue))" }.joined(separator: ", "))")
  }
}

/// How a model is asked whether an answer that it has written is true (Kadavath et al. 2022, arXiv:2207.05221).
package struct TruthQuestion: Sendable {
  /// What follows the answer.
  package let text: String
  /// What comes next: for true, and for false.
  package let (yes, no): (String, String)
}

extension Template {
  /// How the truth of an answer is asked for after it.
  package var truthQuestion: TruthQuestion {
    let question = "Is the proposed answer:\n(A) True\n(B) False\nThe proposed answer is:"
    guard name == Self.chat else { return TruthQuestion(text: "\n" + question, yes: " A", no: " B") }
    let turn = chatML(.user, PromptText(stringLiteral: question)).string
    return TruthQuestion(text: "<|im_end|>\n\(turn)<|im_start|>assistant\n", yes: "A", no: "B")
  }
}

extension TokenizedSet.Scoring {
  /// The scoring whose templates word its questions.
  fileprivate var wording: TokenizedSet.Scoring { self == .labels ? .classes : self }
}

/// The letters of the choices. A question with more choices cannot be asked by letter.
let letters = (UInt8(ascii: "A")...UInt8(ascii: "Z")).map { String(Character(Unicode.Scalar($0))) }

private func lettered(_ choices: [String]) -> PromptText {
  var text: PromptText = ""
  for (number, choice) in choices.prefix(letters.count).enumerated() {
    text = "\(text)\(number == 0 ? "" : "\n")\(letters[number]). \(choice, .choice(number))"
  }
  return text
}

private func instruction(_ prompt: Prompt) -> String {
  switch prompt {
  case .stem: "Choose the option that answers the question or completes the sentence."
  case .passage: "Read the passage and choose the option that answers the question."
  case .blank: "Choose the option that belongs in the place of the blank (_)."
  case .sentence: "Read the text and choose the option that answers the question about it."
  case .sentencePair: "Read the two texts and choose the option that answers the question about them."
  }
}

private func fields(_ prompt: Prompt) -> PromptText {
  switch prompt {
  case .stem(let text): "Question: \(text, .question)"
  case .passage(let passage, let question): "Passage: \(passage, .passage)\nQuestion: \(question, .question)"
  case .blank(let text): "Sentence: \(text, .question)"
  case .sentence(let text, let judgement): "Text: \(text, .text)\nQuestion: \(ask(judgement))"
  case .sentencePair(let first, let second, let judgement):
    "First text: \(first, .text)\nSecond text: \(second, .secondText)\nQuestion: \(ask(judgement))"
  }
}

private func bare(_ prompt: Prompt, label: String = "Question: ") -> PromptText {
  switch prompt {
  case .stem(let text), .blank(let text): "\(label)\(text, .question)"
  case .passage(let passage, let question): "\(passage, .passage)\n\(label)\(question, .question)"
  case .sentence(let text, let judgement): "\(text, .text)\n\(label)\(ask(judgement))"
  case .sentencePair(let first, let second, let judgement):
    "\(first, .text)\n\(second, .secondText)\n\(label)\(ask(judgement))"
  }
}

/// The text of the answer to train on; nil if it is not known.
private func answer(_ question: Question, _ text: (String) -> PromptText) -> PromptText? {
  question.references.first.map(text)
}

/// The turns of a chat before its prompt, as questions and answers, each with a line end.
private func earlierTurns(_ question: Question) -> PromptText {
  (question.before ?? []).reduce("") { text, turn in
    let label =
      switch turn.role {
      case .system: ""
      case .user: "Question: "
      case .assistant: "Answer: "
      }
    return "\(text)\(label)\(turn.text, .question)\n"
  }
}

private func chatML(_ role: Turn.Role, _ text: PromptText) -> PromptText {
  "<|im_start|>\(role.rawValue)\n\(text)<|im_end|>\n"
}

private func ask(_ judgement: Prompt.Judgement) -> String {
  switch judgement {
  case .sentiment: "What is the sentiment of the text?"
  case .acceptability: "Is the text acceptable English?"
  case .answerType: "What kind of answer does the text ask for?"
  case .entailment: "How does the second text follow from the first?"
  case .paraphrase: "Do both texts mean the same?"
  case .category: "Which category fits best?"
  }
}

/// The question comes before its passage: an encoder's sequences are cut at the end, and the question must stay.
private func pair(_ prompt: Prompt, choice: PromptText) -> TextPair {
  switch prompt {
  case .stem(let text): return TextPair("\(text, .question)", choice)
  case .sentence(let text, _): return TextPair("\(text, .text)", choice)
  case .passage(let passage, let question): return TextPair("\(question, .question) \(passage, .passage)", choice)
  case .sentencePair(let first, let second, _): return TextPair("\(first, .text) \(second, .secondText)", choice)
  case .blank(let text):
    let halves = text.split(separator: "_", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
    return TextPair(
      "\(halves[0], .question)",
      halves.count > 1 ? "\(choice)\(untrimmed: withoutEndSpace(halves[1]), .question)" : choice)
  }
}
