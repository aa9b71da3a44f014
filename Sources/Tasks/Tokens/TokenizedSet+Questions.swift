// Turns a question set into tokens: the artifact that `tokenize` writes.
import Arrays
import Artifacts
import Faults
import Tokenization

extension TokenizedSet {
  /// The tokens of `set`, worded by `template`.
  ///
  /// The result does not depend on the number of threads. A question without a label has the label -1. An empty text is
  /// kept: its sequence is the special tokens.
  /// - Parameters:
  ///   - scoring: How it is scored; nil for the template's own.
  ///   - vocabularySize: Vocabulary size of the network; every id must be below it.
  ///   - maximumLength: Longer sequences are truncated and counted.
  ///   - positions: The largest value that `maximumLength` could have, for hints.
  ///   - longTexts: How an encoder's long texts are read.
  ///   - bins: The bins that the classes are, where numbers are to be predicted.
  ///   - endToken: The token that ends a text, for answers that are written.
  ///   - truncation: Records what was removed.
  /// - Throws: `Fault.data` at a question without any tokens, and with classes at a question whose choices differ from
  ///   the first question's; `Fault.configuration` at an id beyond `vocabularySize`; what the tokenizer throws if a letter
  ///   is not one token; `Fault.configuration` if answers are written and the tokenizer lacks a token of the template.
  package init(
    _ set: QuestionSet, named dataset: String, _ template: Template, scoring: Scoring? = nil, _ tokenizer: Tokenizer,
    vocabularySize: Int, maximumLength: Int, positions: Int = .max, longTexts: LongTextRule = LongTextRule(),
    bins: NumberBins? = nil, endToken: Int32? = nil, threads: Int, truncation: inout Truncation
  ) throws {
    self.init()
    (self.dataset, self.template, self.scoring) = (dataset, template.name, scoring ?? template.scoring)
    (self.vocabularySize, self.maximumLength, corruption) = (vocabularySize, maximumLength, set.corruption)
    self.longTexts = longTexts
    textsPerExample = set.questions.contains { $0.prompt.isPair } ? 2 : 1
    if self.scoring.hasClasses {
      classNames = try set.classes()
      if self.scoring == .labels || set.questions.contains(where: { $0.targets != nil }) {
        targets = set.questions.flatMap(\.classTargets)
      }
      numbers = bins.map { BinnedNumbers(edges: $0.edges, values: set.questions.map { $0.number ?? 0 }) }
    }
    if self.scoring == .answers { self.endToken = try template.endToken(tokenizer, usual: endToken) }
    let encoder = SequenceEncoder(
      tokenizer: tokenizer, maximumLength: maximumLength, canBeLonger: maximumLength < positions,
      scoring: template.scoring, longTexts: longTexts, endToken: self.endToken)
    let encoded = try encodeAll(count: set.questions.count, threads: threads) { index in
      let (question, isTest) = (set.questions[index], set.splits[index] == .test)
      let template = try question.template.map { try Template.named($0) } ?? template
      return try template.render(question).flatMap {
        try encoder.sequences(of: $0, isTest: isTest, at: question.location)
      }
    }
    for (index, question) in set.questions.enumerated() {
      try append(question, set.splits[index], encoded[index].map(\.encoding))
      truncation.note(encoded[index].compactMap(\.loss), of: question)
    }
    if self.scoring == .letters {
      labelTokens = try letters.prefix(maximumChoices).map(tokenizer.answerToken)
    }
  }

  private mutating func append(_ question: Question, _ split: Split, _ sequences: [Encoding]) throws {
    for sequence in sequences {
      if sequence.ids.isEmpty {
        throw Fault(
          .data, question.location, "the text is empty and has no tokens: this tokenizer adds no special tokens")
      }
      if let beyond = sequence.ids.first(where: { Int($0) >= vocabularySize }) {
        throw Fault(
          .configuration, question.location, "token \(beyond) is beyond the network's vocabulary of \(vocabularySize)",
          hint: "the folder's tokenizer.json and config.json do not belong together")
      }
      if sequence.isTruncated { truncatedSequences += 1 }
      tokens += sequence.ids
      segments += sequence.segments
      tokenOffsets.append(Int64(tokens.count))
    }
    rowIDs.append(question.id)
    splits.append(split)
    labels.append(Int32(scoring == .answers ? question.references.isEmpty ? -1 : 0 : question.label ?? -1))
    if scoring.hasOwnChoices {
      choiceTexts += question.choices
      choiceOffsets.append(Int32(choiceTexts.count))
    }
    if scoring == .answers {
      referenceTexts += question.references
      referenceOffsets.append(Int32(referenceTexts.count))
    }
    sequenceOffsets.append(Int32(tokenOffsets.count - 1))
  }
}

/// A sequence, and what was truncated from it.
private typealias EncodedText = (encoding: Encoding, loss: Truncation.Loss?)

/// The encoded sequences of each question, in order.
private func encodeAll(
  count: Int, threads: Int, _ encode: (_ index: Int) throws -> [EncodedText]
) throws -> [[EncodedText]] {
  var encoded = [[EncodedText]](repeating: [], count: count)
  let size = 256
  try encoded.withUnsafeMutableBufferPointer { encoded in
    nonisolated(unsafe) let encoded = encoded
    try parallel(parts: (count + size - 1) / size, threads: threads) { part, _ in
      for index in part * size..<min(count, (part + 1) * size) {
        encoded[index] = try encode(index)
      }
    }
  }
  return encoded
}

extension Tokenizer {
  /// The token of `letter` after the end of all prompts.
  /// - Throws: `Fault.data` if it is not one token, or the unknown token.
  fileprivate func answerToken(_ letter: String) throws -> Int32 {
    let id = try singleTokenID(of: " " + letter, afterPrompt: "Answer:")
    let written = token(id) ?? ""
    if written.uppercased().hasSuffix(letter) { return id }
    throw Fault(
      .data, "tokenizer", "the answer \(letter) after \"Answer:\" becomes the token \(written.debugDescription)")
  }
}

extension Template {
  /// The token that ends an answer: the template's own, or else `usual`.
  /// - Throws: `Fault.configuration` if there is none, or the tokenizer lacks one of the template's tokens.
  fileprivate func endToken(_ tokenizer: Tokenizer, usual: Int32?) throws -> Int32 {
    for marker in markers where tokenizer.encode(marker, addSpecialTokens: false) != [tokenizer.id(marker) ?? -1] {
      throw Fault(
        .configuration, setting: "template \(name)", "the tokenizer has no special token \(marker)",
        hint: "use `template open`, or the tokenizer of a model that was tuned on chats in this form")
    }
    if let end = markers.last.flatMap(tokenizer.id) ?? usual { return end }
    throw Fault(
      .configuration, "tokenizer", "no token is known to end a text, which a written answer needs",
      hint: "name it as eos_token in tokenizer_config.json, or as eos_token_id in config.json")
  }
}

extension Question {
  /// [choice] Its targets; without them, 1 for its label.
  fileprivate var classTargets: [Float] {
    targets?.map { Float($0) } ?? choices.indices.map { $0 == label ? 1 : 0 }
  }
}

extension QuestionSet {
  /// The choices that all questions must have.
  fileprivate func classes() throws -> [String] {
    guard let first = questions.first else { return [] }
    if let other = questions.first(where: { $0.choices != first.choices }) {
      throw Fault(
        .data, other.location,
        "the choices differ from those at \(first.location), expected the same classes in every row",
        hint: "use `scoring pairs`")
    }
    return first.choices
  }
}
