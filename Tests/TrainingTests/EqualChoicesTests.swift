// Choices with the same tokens: the rounding of two passes over one text must not decide a question.
import Artifacts
import Foundation
import TestSupport
import Testing
import Transformers

/// In every example the third choice has the tokens of the first, and in every second one so has the last.
private func repeatingChoices(_ set: TokenizedSet) -> TokenizedSet {
  var set = set
  let parts = (0..<set.count).map { example in
    set.sequences(of: example).map { (set.tokens[set.tokenRange($0)], set.segments[set.tokenRange($0)]) }
  }
  (set.tokens, set.segments, set.tokenOffsets) = ([], [], [0])
  for (example, part) in parts.enumerated() {
    for choice in part.indices {
      let isFirst = choice == 2 || (choice == part.count - 1 && example % 2 == 0)
      set.tokens += part[isFirst ? 0 : choice].0
      set.segments += part[isFirst ? 0 : choice].1
      set.tokenOffsets.append(Int64(set.tokens.count))
    }
  }
  return set
}

/// Lets the choices of an example begin with the same five tokens, so that a decoder works on them once.
private func sharingQuestions(_ set: TokenizedSet) -> TokenizedSet {
  var set = set
  let parts = (0..<set.count).map { example in
    set.sequences(of: example).map { (set.tokens[set.tokenRange($0)], set.segments[set.tokenRange($0)]) }
  }
  (set.tokens, set.segments, set.tokenOffsets) = ([], [], [0])
  for part in parts {
    for choice in part {
      let own = choice.0.suffix(5)
      set.tokens += [7, 19, 3, 28, 11] + own
      set.segments += [0, 0, 0, 0, 0] + own.map { _ in set.scoring == .continuations ? 1 : 0 }
      set.tokenOffsets.append(Int64(set.tokens.count))
    }
  }
  return set
}

private let perChoice = TokenizedSet.Scoring.ofChoices.filter(\.hasSequencePerChoice)

@Suite struct EqualChoicesTests {
  /// To the bit, beside choices of any length, for several members, with dropout and from a shared question.
  @Test(arguments: perChoice, [false, true])
  func choicesWithTheSameTokensAreEquallyLikely(scoring: TokenizedSet.Scoring, sharing: Bool) throws {
    try withTemporaryFolder { folder in
      let scorer = try tinyScorer(folder, scoring) { repeatingChoices(sharing ? sharingQuestions($0) : $0) }
      let (values, examples) = (scorer.layout.scattered, Array(0..<scorer.data.count))
      for dropout in [nil, Dropout(keepProbability: 0.6, seed: 4)] {
        let rows = try scorer.logProbabilities(of: examples, parameters: values + values.map { -$0 }, dropout: dropout)
        for index in 0..<2 * examples.count {
          let (example, row) = (index / 2, rows[4 * index..<4 * index + 4].map(\.bitPattern))
          #expect(row[0] == row[2] && row[0] != row[1])
          if example % 2 == 0 { #expect(row[0] == row[scorer.data.choiceCount(example) - 1]) }
        }
      }
    }
  }

  /// The gradient of the loss counts every choice, also those that share a logit.
  @Test(arguments: perChoice) func theGradientIsThatOfTheLoss(scoring: TokenizedSet.Scoring) throws {
    try withTemporaryFolder { folder in
      let scorer = try tinyScorer(folder, scoring, data: repeatingChoices)
      let (slope, norm) = try scorer.slopeAlongGradient(of: Array(0..<9), at: scorer.layout.scattered, step: 1e-2)
      #expect(abs(slope - norm) < 0.01 * norm, "\(slope) measured, \(norm) computed")
    }
  }
}
