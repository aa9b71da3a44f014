// Turns a text or a pair of texts into the tokens of one sequence, truncated if it is too long.
import Artifacts
import Faults
import Tokenization

/// A tokenizer with a maximum length.
///
/// An encoder's sequence is truncated as in the reference tokenizers: the longer text first, at the ends unless
/// `longTexts` says otherwise. A prompt of a decoder is truncated at its beginning instead, after the special tokens that
/// open it. This keeps the choices and the end, where the letter is predicted or the choice or the answer continues. A
/// prompt of the test split is truncated as if its answer were not known.
struct SequenceEncoder: Sendable {
  let tokenizer: Tokenizer
  /// Maximum number of tokens in a sequence.
  let maximumLength: Int
  /// Whether the network reads longer sequences.
  var canBeLonger = true
  /// What the sequences are for.
  let scoring: TokenizedSet.Scoring
  /// How the long texts of an encoder's classes are read.
  var longTexts = LongTextRule()
  /// The token that ends a written answer.
  var endToken: Int32?

  /// The sequences of `text`, whose question was read at `location`, each with what was truncated from it: one sequence,
  /// unless the text is read by windows.
  /// - Throws: as `encode` and `windows`.
  func sequences(
    of text: TextPair, isTest: Bool, at location: String
  ) throws -> [(encoding: Encoding, loss: Truncation.Loss?)] {
    if longTexts.cut == .windows { return try windows(of: text) }
    let encoding = try encode(text, isTest: isTest, at: location)
    return [(encoding, loss(of: text, in: encoding))]
  }

  /// The tokens of `text`, whose question was read at `location`.
  /// - Throws: `Fault.configuration` if the special tokens, or a choice, leave no room for a text.
  private func encode(_ text: TextPair, isTest: Bool, at location: String) throws -> Encoding {
    if scoring == .continuations || scoring == .answers && text.second != nil {
      return try encodeContinuation(text, isTest: isTest && scoring == .answers, at: location)
    }
    if scoring.needsDecoder && text.second == nil {
      let prompt = try encodeEnd(of: text.first.string, maximumLength: maximumLength)
      if scoring == .answers { try requireRoom(after: prompt, at: location) }
      return prompt
    }
    return try moveCut(of: text, in: cuttingEnds(of: text))
  }

  /// The tokens of `text`, truncated at the ends of its texts, the longer one first.
  func cuttingEnds(of text: TextPair) throws -> Encoding {
    guard let second = text.second else {
      return try tokenizer.encode(text.first.string, maximumLength: maximumLength)
    }
    return try tokenizer.encode(pair: (text.first.string, second.string), maximumLength: maximumLength)
  }

  /// A prompt followed by the tokens of a choice, or of an answer and its end, which are segment 1. The answer of a test
  /// row, which nothing is fitted on, takes no room from its prompt, and is left out where there is none behind it.
  /// - Throws: `Fault.configuration` if they leave no room for the prompt, or a prompt of the test split for an answer;
  ///   `Fault.data` at an answer without tokens.
  private func encodeContinuation(_ text: TextPair, isTest: Bool, at location: String) throws -> Encoding {
    let body = tokenizer.encode(text.second?.string ?? "", addSpecialTokens: false)
    let own = body + (endToken.map { [$0] } ?? [])
    if body.isEmpty && scoring == .answers { throw Fault(.data, location, "the answer has no tokens") }
    guard isTest || !body.isEmpty && own.count < maximumLength else {
      let (name, prompt) = scoring == .answers ? ("an answer", "prompt") : ("a choice", "question")
      throw Fault(
        .configuration, location,
        "\(name) of \(own.count) tokens leaves no room for its \(prompt) within \(maximumLength) tokens",
        hint: canBeLonger ? "increase `maximum-length`, or remove the row" : "remove the row")
    }
    var whole = try encodeEnd(of: text.first.string, maximumLength: maximumLength - (isTest ? 0 : own.count))
    if isTest { try requireRoom(after: whole, at: location) }
    guard whole.ids.count + own.count <= maximumLength else { return whole }
    whole.segments = [UInt8](repeating: 0, count: whole.ids.count) + [UInt8](repeating: 1, count: own.count)
    whole.ids += own
    return whole
  }

  /// - Throws: `Fault.configuration` if the network has no position behind a prompt whose answer is to be written.
  private func requireRoom(after prompt: Encoding, at location: String) throws {
    guard canBeLonger || prompt.ids.count < maximumLength else {
      throw Fault(
        .configuration, location,
        "the prompt leaves no room for an answer within the base's \(maximumLength) positions",
        hint: "decrease `maximum-length`, which cuts the prompt's beginning, or remove the row")
    }
  }

  /// The tokens of `text`, truncated at its beginning.
  private func encodeEnd(of text: String, maximumLength: Int) throws -> Encoding {
    let whole = try tokenizer.encode(text, maximumLength: nil)
    return whole.ids.count <= maximumLength ? whole : try cuttingStart(of: whole, text, maximumLength: maximumLength)
  }

  private func cuttingStart(of whole: Encoding, _ text: String, maximumLength: Int) throws -> Encoding {
    let body = tokenizer.encode(text, addSpecialTokens: false)
    guard let range = whole.ids.firstRange(of: body), maximumLength > whole.ids.count - body.count else {
      throw Fault(
        .configuration, setting: "maximum-length \(maximumLength)", "the special tokens leave no room for a text")
    }
    let gone = range.lowerBound..<range.lowerBound + whole.ids.count - maximumLength
    var cut = whole
    cut.ids.removeSubrange(gone)
    cut.segments.removeSubrange(gone)
    cut.kept = [body.count - gone.count]
    return cut
  }
}
