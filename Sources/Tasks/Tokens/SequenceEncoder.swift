// From a text or a pair of texts to the tokens of one sequence, cut where it is too long.
import Faults
import Tokenization

/// A tokenizer with a limit.
///
/// An encoder's sequence is cut as the reference tokenizers cut it: at the ends of the texts, the longer one first. A
/// prompt that ends in `Answer:` is cut at its beginning instead, behind the special tokens that open it: the choices
/// stay, and so does the end, which is where the letter is read.
struct SequenceEncoder: Sendable {
  let tokenizer: Tokenizer
  /// No sequence is longer than this.
  let maximumLength: Int
  /// Whether the end of a text is what must stay.
  let keepsEnd: Bool

  /// The tokens of `text`.
  /// - Throws: `Fault.configuration` where the special tokens leave no room for a text.
  func encode(_ text: TextPair) throws -> Encoding {
    if let second = text.second {
      return try tokenizer.encode(pair: (text.first, second), maximumLength: maximumLength)
    }
    if !keepsEnd { return try tokenizer.encode(text.first, maximumLength: maximumLength) }
    let whole = try tokenizer.encode(text.first, maximumLength: nil)
    return whole.ids.count <= maximumLength ? whole : try cuttingStart(of: whole, text.first)
  }

  private func cuttingStart(of whole: Encoding, _ text: String) throws -> Encoding {
    let body = tokenizer.encode(text, addSpecialTokens: false)
    guard let range = whole.ids.firstRange(of: body), maximumLength > whole.ids.count - body.count else {
      throw Fault(.configuration, "--maximum-length \(maximumLength)", "the special tokens leave no room for a text")
    }
    let gone = range.lowerBound..<range.lowerBound + whole.ids.count - maximumLength
    var cut = whole
    cut.ids.removeSubrange(gone)
    cut.segments.removeSubrange(gone)
    cut.isTruncated = true
    return cut
  }
}
