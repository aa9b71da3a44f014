// What becomes of a text to classify that is longer than a sequence may be: a part of it is cut, or it is read by
// overlapping windows.

/// The part of a long text that is removed.
package enum Cut: String, Sendable, CaseIterable {
  case front, end
  /// The beginning and the end are kept, half of the room for each.
  case middle
  /// None: each window of the text is a sequence of its own, and the text's logits are the means of its windows'. Of a
  /// pair, the longer text has windows, and each comes with the other text.
  case windows
}

/// How a long text is read.
package struct LongTextRule: Equatable, Sendable {
  /// Where it is cut.
  package var cut: Cut
  /// With windows: the least share of a window that is also in the next one; 0 or more, and below 1.
  package var overlap: Double
  /// With windows: how many of them a text has at most. What they do not reach is cut at the text's end.
  package var maximumWindows: Int

  package init(cut: Cut = .end, overlap: Double = 0.25, maximumWindows: Int = 8) {
    (self.cut, self.overlap, self.maximumWindows) = (cut, overlap, maximumWindows)
  }

  /// [token] The distance between the starts of two windows of `room` tokens, at most.
  private func stride(room: Int) -> Int { max(1, room - Int(overlap * Double(room))) }

  /// The number of windows of `room` tokens that reach the end of a text of `count` tokens.
  package func neededWindows(ofText count: Int, room: Int) -> Int {
    let stride = stride(room: room)
    return 1 + (max(0, count - room) + stride - 1) / stride
  }

  /// The windows of a text of `count` tokens, as ranges of its tokens. If there are several, each of them has `room`
  /// tokens, and they are spread evenly.
  package func windows(ofText count: Int, room: Int) -> [Range<Int>] {
    guard count > room, room > 0 else { return [0..<min(count, room)] }
    let number = min(neededWindows(ofText: count, room: room), maximumWindows)
    let lastStart = min(count - room, (number - 1) * stride(room: room))
    return (0..<number).map { index in
      let start = lastStart * index / max(1, number - 1)
      return start..<start + room
    }
  }
}
