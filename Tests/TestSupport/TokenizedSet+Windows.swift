// A tiny experiment whose texts are read by windows.
import Artifacts

extension TokenizedSet {
  /// The set in which each example has one to three windows: its own sequence, and those of the examples behind it.
  package var inWindows: TokenizedSet {
    var set = self
    set.longTexts = LongTextRule(cut: .windows)
    (set.sequenceOffsets, set.tokenOffsets, set.tokens, set.segments) = ([0], [0], [], [])
    for example in 0..<count {
      for other in example...example + example % 3 {
        let range = tokenRange(sequences(of: other % count).lowerBound)
        set.tokens += tokens[range]
        set.segments += segments[range]
        set.tokenOffsets.append(Int64(set.tokens.count))
      }
      set.sequenceOffsets.append(Int32(set.tokenOffsets.count - 1))
    }
    return set
  }
}
