// How a question becomes the text that a model reads. All templates stand here, in our own words; a file of tokens
// names the one that it was made with, because numbers of different templates cannot be compared.
import Artifacts
import Faults

/// One text for the tokenizer, or two that it joins with its own separators.
public struct TextPair: Equatable, Sendable {
  /// The only text, or the first of two.
  public var first: String
  /// The second text, where there is one.
  public var second: String?
  /// Both as given.
  public init(_ first: String, _ second: String? = nil) { (self.first, self.second) = (first, second) }
}

/// A way to put questions into words.
public struct Template: Sendable {
  /// Its name on the command line and in files.
  public let name: String
  /// What it is for.
  public let scoring: TokenizedSet.Scoring
  /// A line for the help.
  public let summary: String
  /// The sequences of a question: one, or one for each choice where `scoring` is `pairs` or `continuations`.
  public let render: @Sendable (Question) -> [TextPair]

  /// All templates; the first one of each scoring is its default.
  public static let all: [Template] = [
    Template(name: "instruct", scoring: .letters, summary: "an instruction, the question, lettered choices, `Answer:`")
    {
      [TextPair("\(instruction($0.prompt))\n\n\(fields($0.prompt))\nChoices:\n\(lettered($0.choices))\nAnswer:")]
    },
    Template(name: "plain", scoring: .letters, summary: "the question, lettered choices, `Answer:`") {
      [TextPair("\(fields($0.prompt))\nChoices:\n\(lettered($0.choices))\nAnswer:")]
    },
    Template(name: "bare", scoring: .letters, summary: "as plain with the fewest words, for small base models") {
      [TextPair("\(bare($0.prompt))\n\(lettered($0.choices))\nAnswer:")]
    },
    Template(name: "answer", scoring: .continuations, summary: "the question, `Answer:`, and a choice behind it") {
      question in question.choices.map { TextPair("\(bare(question.prompt))\nAnswer:", " \(trimmed($0))") }
    },
    Template(name: "pair", scoring: .pairs, summary: "the question and a choice as two texts; a choice fills a blank") {
      question in question.choices.map { pair(question.prompt, choice: trimmed($0)) }
    },
    Template(name: "statement", scoring: .pairs, summary: "the question and a choice as one text") {
      question in
      question.choices.map { choice in
        let pair = pair(question.prompt, choice: trimmed(choice))
        return TextPair([pair.first, pair.second ?? ""].filter { !$0.isEmpty }.joined(separator: " "))
      }
    },
    Template(name: "sentence", scoring: .classes, summary: "the text, or two texts, as they are") {
      switch $0.prompt {
      case .stem(let text), .blank(let text), .sentence(let text, _): [TextPair(trimmed(text))]
      case .passage(let passage, let question): [TextPair(trimmed(question), trimmed(passage))]
      case .sentencePair(let first, let second, _): [TextPair(trimmed(first), trimmed(second))]
      }
    },
  ]

  /// The template called `name`, which must be one for `scoring`; nil chooses the default.
  /// - Throws: `Fault.usage` naming the templates that there are.
  public static func named(_ name: String?, for scoring: TokenizedSet.Scoring) throws -> Template {
    let candidates = all.filter { $0.scoring == scoring }
    if let template = candidates.first(where: { name == nil || $0.name == name }) { return template }
    throw Fault(
      .usage, "--template \(name ?? "")", "no template of this name for the scoring `\(scoring.rawValue)`",
      hint: "choose \(candidates.map(\.name).joined(separator: ", "))")
  }
}

/// The letters that stand before choices; a question with more choices cannot be asked by letter.
let letters = (UInt8(ascii: "A")...UInt8(ascii: "Z")).map { String(Character(Unicode.Scalar($0))) }

private func lettered(_ choices: [String]) -> String {
  zip(letters, choices).map { "\($0). \(trimmed($1))" }.joined(separator: "\n")
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

private func fields(_ prompt: Prompt) -> String {
  switch prompt {
  case .stem(let text): "Question: \(trimmed(text))"
  case .passage(let passage, let question): "Passage: \(trimmed(passage))\nQuestion: \(trimmed(question))"
  case .blank(let text): "Sentence: \(trimmed(text))"
  case .sentence(let text, let judgement): "Text: \(trimmed(text))\nQuestion: \(ask(judgement))"
  case .sentencePair(let first, let second, let judgement):
    "First text: \(trimmed(first))\nSecond text: \(trimmed(second))\nQuestion: \(ask(judgement))"
  }
}

private func bare(_ prompt: Prompt) -> String {
  switch prompt {
  case .stem(let text), .blank(let text): "Question: \(trimmed(text))"
  case .passage(let passage, let question): "\(trimmed(passage))\nQuestion: \(trimmed(question))"
  case .sentence(let text, let judgement): "\(trimmed(text))\nQuestion: \(ask(judgement))"
  case .sentencePair(let first, let second, let judgement):
    "\(trimmed(first))\n\(trimmed(second))\nQuestion: \(ask(judgement))"
  }
}

private func ask(_ judgement: Prompt.Judgement) -> String {
  switch judgement {
  case .sentiment: "What is the sentiment of the text?"
  case .acceptability: "Is the text acceptable English?"
  case .answerType: "What kind of answer does the text ask for?"
  case .entailment: "How does the second text follow from the first?"
  case .paraphrase: "Do both texts mean the same?"
  }
}

/// A question about a passage stands before it: an encoder's sequences are cut at their end, and the question must stay.
private func pair(_ prompt: Prompt, choice: String) -> TextPair {
  switch prompt {
  case .stem(let text), .sentence(let text, _): return TextPair(trimmed(text), choice)
  case .passage(let passage, let question): return TextPair("\(trimmed(question)) \(trimmed(passage))", choice)
  case .sentencePair(let first, let second, _): return TextPair("\(trimmed(first)) \(trimmed(second))", choice)
  case .blank(let text):
    let halves = text.split(separator: "_", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
    return TextPair(trimmed(halves[0]), choice + (halves.count > 1 ? withoutEndSpace(halves[1]) : ""))
  }
}

/// `text` without the white space around it. Published files have a blank at the end of a row, or before a choice.
private func trimmed(_ text: String) -> String {
  guard let first = text.firstIndex(where: { !$0.isWhitespace }) else { return "" }
  return withoutEndSpace(String(text[first...]))
}

/// `text` without the white space at its end.
private func withoutEndSpace(_ text: String) -> String {
  guard let last = text.lastIndex(where: { !$0.isWhitespace }) else { return "" }
  return String(text[...last])
}
