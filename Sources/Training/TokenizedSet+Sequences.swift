// Properties of a tokenized set that a scorer needs: its longest sequence, what its loss is a mean over, choices with equal
// tokens, and the tokens that the continuations of an example have in common.
import Artifacts

extension TokenizedSet {
  /// Tokens of the longest sequence, at least 1.
  package var longestSequence: Int { (0..<tokenOffsets.count - 1).map { tokenRange($0).count }.max() ?? 1 }

  /// What the loss of a step is a mean over: the tokens of all its answers together where answers are written, as is usual
  /// for language models, so that losses and rates compare with theirs; otherwise its examples. It is counted over the
  /// whole step, however the step is divided into passes.
  package func lossUnits(of examples: [Int]) -> Int {
    scoring == .answers ? examples.reduce(0) { $0 + answer(of: $1).count } : examples.count
  }

  /// The choices of an example that have the same tokens as an earlier one, with the first choice that has them.
  func repeatedChoices(_ example: Int) -> [RepeatedChoice] {
    guard scoring.hasSequencePerChoice else { return [] }
    let texts = sequences(of: example).map { (tokens[tokenRange($0)], segments[tokenRange($0)]) }
    return texts.indices.compactMap { choice in
      let first = texts.firstIndex { $0 == texts[choice] }!
      return first < choice ? RepeatedChoice(choice: choice, first: first) : nil
    }
  }

  /// The number of tokens (those of segment 0, the question) that all continuations of an example begin with and that can
  /// be computed once; 0 if the continuations must be computed separately.
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

/// A choice with the same tokens as an earlier choice of its example. It gets the logit of that choice: rounding errors of
/// two passes over the same text must not decide between them.
package struct RepeatedChoice: Sendable {
  /// The choice.
  package let choice: Int
  /// The first of the example's choices with these tokens.
  package let first: Int
}

/// The FNV-1a hash of a row id and the index of a sequence in its example.
func identity(_ rowID: String, _ index: Int) -> UInt32 {
  var value: UInt32 = 2_166_136_261
  for byte in rowID.utf8 { value = (value ^ UInt32(byte)) &* 16_777_619 }
  return (value ^ UInt32(truncatingIfNeeded: index)) &* 16_777_619
}
