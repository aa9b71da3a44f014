// Where a text that is too long to be classified is cut.
import Faults
import Tokenization

/// The part of a long text that is removed.
package enum Cut: String, Sendable, CaseIterable {
  case front, end
  /// The beginning and the end are kept, half of the room for each.
  case middle

  /// The tokens that are kept of `tokens`.
  fileprivate func kept(_ tokens: [Int32], count: Int) -> [Int32] {
    switch self {
    case .front: Array(tokens.suffix(count))
    case .end: Array(tokens.prefix(count))
    case .middle: Array(tokens.prefix(count - count / 2) + tokens.suffix(count / 2))
    }
  }
}

extension SequenceEncoder {
  /// The tokens of `encoding`, made from `text` and cut at the ends of its texts, cut where `cut` says.
  /// - Throws: `Fault.configuration` if the tokenizer does not put a text's own tokens into a sequence.
  func moveCut(of text: TextPair, in encoding: Encoding) throws -> Encoding {
    if cut == .end || !encoding.isTruncated { return encoding }
    var (moved, start) = (encoding, 0)
    for (text, count) in zip([text.first, text.second].compactMap(\.self), encoding.kept) where count > 0 {
      let whole = tokenizer.encode(text.string, addSpecialTokens: false)
      guard let range = moved.ids[start...].firstRange(of: whole.prefix(count)) else {
        throw Fault(
          .configuration, setting: "cut \(cut.rawValue)", "the tokenizer does not keep the tokens of a text together",
          hint: "use `cut end`")
      }
      moved.ids.replaceSubrange(range, with: cut.kept(whole, count: count))
      start = range.upperBound
    }
    return moved
  }
}
