// Texts that are too long to be classified: where they are cut, or the windows that they are read by.
import Artifacts
import Faults
import Tokenization

extension SequenceEncoder {
  /// The tokens of `encoding`, made from `text` and cut at the ends of its texts, cut where `longTexts` says.
  /// - Throws: `Fault.configuration` if the tokenizer does not put a text's own tokens into a sequence.
  func moveCut(of text: TextPair, in encoding: Encoding) throws -> Encoding {
    if longTexts.cut == .end || !encoding.isTruncated { return encoding }
    var (moved, start) = (encoding, 0)
    for (text, count) in zip([text.first, text.second].compactMap(\.self), encoding.kept) where count > 0 {
      let whole = tokenizer.encode(text.string, addSpecialTokens: false)
      let range = try range(of: whole.prefix(count), in: moved.ids[start...])
      moved.ids.replaceSubrange(range, with: longTexts.cut.kept(whole, count: count))
      start = range.upperBound
    }
    return moved
  }

  /// The windows of `text`, each with the special tokens, and what the last one of them does not reach.
  /// - Throws: `Fault.configuration` for a pair of texts, and as `moveCut`.
  func windows(of text: TextPair, at location: String) throws -> [(encoding: Encoding, loss: Truncation.Loss?)] {
    guard text.second == nil else {
      throw Fault(
        .configuration, location, "it has two texts, and only single texts are read by windows",
        hint: "use `cut end`, `cut front` or `cut middle`")
    }
    let first = try tokenizer.encode(text.first.string, maximumLength: maximumLength)
    guard let room = first.kept.first, room > 0 else { return [(first, loss(of: text, in: first))] }
    let whole = tokenizer.encode(text.first.string, addSpecialTokens: false)
    let range = try range(of: whole.prefix(room), in: first.ids[...])
    let windows = longTexts.windows(ofText: whole.count, room: room)
    return windows.map { window in
      var encoding = Encoding(ids: first.ids, segments: first.segments)
      encoding.ids.replaceSubrange(range, with: whole[window])
      guard window == windows.last, window.upperBound < whole.count else { return (encoding, nil) }
      encoding.kept = [window.upperBound]
      var loss = loss(of: text, in: encoding)
      loss?.neededLength = first.ids.count + whole.count - room
      loss?.neededWindows = longTexts.neededWindows(ofText: whole.count, room: room)
      return (encoding, loss)
    }
  }

  /// Where `tokens`, a text's own, are in a sequence.
  private func range(of tokens: ArraySlice<Int32>, in ids: ArraySlice<Int32>) throws -> Range<Int> {
    if let range = ids.firstRange(of: tokens) { return range }
    throw Fault(
      .configuration, setting: "cut \(longTexts.cut.rawValue)",
      "the tokenizer does not keep the tokens of a text together", hint: "use `cut end`")
  }
}

extension Cut {
  /// The tokens that are kept of `tokens`.
  fileprivate func kept(_ tokens: [Int32], count: Int) -> [Int32] {
    switch self {
    case .front: Array(tokens.suffix(count))
    case .end, .windows: Array(tokens.prefix(count))
    case .middle: Array(tokens.prefix(count - count / 2) + tokens.suffix(count / 2))
    }
  }
}
