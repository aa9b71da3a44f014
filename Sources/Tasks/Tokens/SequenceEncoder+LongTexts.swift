// Texts that are too long to be classified: where they are cut, or the windows that they are read by.
import Artifacts
import Faults
import Tokenization

extension SequenceEncoder {
  /// The tokens of `encoding`, made from `text` and cut at the ends of its texts, cut where `longTexts` says.
  /// - Throws: `Fault.configuration` if the tokenizer does not put a text's own tokens into a sequence.
  func moveCut(of text: TextPair, in encoding: Encoding) throws -> Encoding {
    if longTexts.cut == .end || !encoding.isTruncated { return encoding }
    let wholes = wholes(of: text)
    var moved = encoding
    for (whole, range) in zip(wholes, try ranges(of: wholes, in: encoding)) {
      moved.ids.replaceSubrange(range, with: longTexts.cut.kept(whole, count: range.count))
    }
    return moved
  }

  /// The windows of `text`, each with the special tokens; the last one has what was truncated.
  ///
  /// Of a pair, the longer text is read by windows, the second one if both are as long. The other one is in every window,
  /// whole unless it is longer than half the room: it is then cut to that, at its end.
  /// - Throws: as `moveCut`.
  func windows(of text: TextPair) throws -> [(encoding: Encoding, loss: Truncation.Loss?)] {
    let first = try cuttingEnds(of: text)
    if !first.isTruncated { return [(first, nil)] }
    let wholes = wholes(of: text)
    let long = wholes.count > 1 && wholes[1].count >= wholes[0].count ? 1 : 0
    let (whole, range) = (wholes[long], try ranges(of: wholes, in: first)[long])
    if range.isEmpty { return [(first, loss(of: text, in: first))] }
    let windows = longTexts.windows(ofText: whole.count, room: range.count)
    return windows.map { window in
      var encoding = Encoding(ids: first.ids, segments: first.segments)
      encoding.ids.replaceSubrange(range, with: whole[window])
      guard window == windows.last else { return (encoding, nil) }
      var kept = first.kept
      kept[long] = window.upperBound
      let lengths = wholes.map(\.count)
      if kept == lengths { return (encoding, nil) }
      encoding.kept = kept
      var loss = loss(of: text, in: encoding)
      loss?.neededLength = first.ids.count + lengths.reduce(0, +) - first.kept.reduce(0, +)
      // More windows do not help the other text.
      let isOtherWhole = lengths.indices.allSatisfy { $0 == long || kept[$0] == lengths[$0] }
      loss?.neededWindows = isOtherWhole ? longTexts.neededWindows(ofText: whole.count, room: range.count) : 0
      return (encoding, loss)
    }
  }

  /// [text] The tokens of each text alone.
  private func wholes(of text: TextPair) -> [[Int32]] {
    [text.first, text.second].compactMap(\.self).map { tokenizer.encode($0.string, addSpecialTokens: false) }
  }

  /// [text] Where the beginning that is kept of each of the texts `wholes` is in a sequence; empty if nothing is kept.
  private func ranges(of wholes: [[Int32]], in encoding: Encoding) throws -> [Range<Int>] {
    var start = 0
    return try zip(wholes, encoding.kept).map { whole, count in
      if count == 0 { return start..<start }
      let range = try range(of: whole.prefix(count), in: encoding.ids[start...])
      start = range.upperBound
      return range
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
