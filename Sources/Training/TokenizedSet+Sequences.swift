// What a scorer needs to know of a tokenized set: its longest sequence, choices with equal tokens, and what the
// continuations of an example share.
import Artifacts

extension TokenizedSet {
  /// Tokens of the longest sequence, at least 1.
  var longestSequence: Int { (0..<tokenOffsets.count - 1).map { tokenRange($0).count }.max() ?? 1 }

  /// The choices of an example that have the tokens of an earlier one, each with the first such.
  func repeatedChoices(_ example: Int) -> [RepeatedChoice] {
    guard scoring.hasSequencePerChoice else { return [] }
    let texts = sequences(of: example).map { (tokens[tokenRange($0)], segments[tokenRange($0)]) }
    return texts.indices.compactMap { choice in
      let first = texts.firstIndex { $0 == texts[choice] }!
      return first < choice ? RepeatedChoice(choice: choice, first: first) : nil
    }
  }

  /// With how many tokens of segment 0 all continuations of an example begin; 0 where they are to be worked on apart.
  func sharedTokens(_ example: Int) -> Int {
    guard scoring == .continuations else { return 0 }
    let ranges = sequences(of: example).map(tokenRange)
    guard ranges.count > 1, let first = ranges.first else { return 0 }
    let question = segments[first].prefix { $0 == 0 }.count
    let isShared = ranges.allSatisfy { range in
      range.count > question && tokens[range].prefix(question) == tokens[first].prefix(question)
        && segments[range].dropFirst(question).allSatisfy { $0 == 1 }
    }
    return isShared ? question : 0
  }
}

/// A choice with the same tokens as an earlier choice of its example. It has the logit of that one, since the rounding of
/// two passes over the same text must not decide between them.
package struct RepeatedChoice: Sendable {
  /// The choice.
  package let choice: Int
  /// The first of the example's choices with these tokens.
  package let first: Int
}

/// FNV-1a over a row id and a place.
func identity(_ rowID: String, _ place: Int) -> UInt32 {
  var value: UInt32 = 2_166_136_261
  for byte in rowID.utf8 { value = (value ^ UInt32(byte)) &* 16_777_619 }
  return (value ^ UInt32(truncatingIfNeeded: place)) &* 16_777_619
}
