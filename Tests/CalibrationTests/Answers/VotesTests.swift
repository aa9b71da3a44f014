// Votes, the answers that texts end with, and the closed forms of a vote without rationale.
import Calibration
import Foundation
import Testing

@Suite struct VotesTests {
  @Test func sharesAreOfTheTextsWithAnAnswerAndTheOthersAreCounted() {
    let votes = Votes([1, 0, nil, 1], choices: 3)
    #expect(votes.shares == [1.0 / 3, 2.0 / 3, 0] && votes.unparsed == 0.25)
    #expect(votes.answer == 1 && votes.confidence == 2.0 / 3)
    let weighted = Votes([1, 0, nil, 1], choices: 3, weights: [0.1, 0.6, 9, 0.1])
    #expect(weighted.answer == 0 && abs(weighted.shares[0] - 0.75) < 1e-12 && weighted.unparsed == 0.25)
  }

  @Test func withoutAnyAnswerThereIsNoConfidence() {
    let votes = Votes([nil, nil], choices: 2)
    #expect(votes.answer == nil && votes.confidence == 0 && votes.unparsed == 1)
  }

  @Test(arguments: [
    ("Paris is in France. So the answer is (b).", "b"), ("So the answer is (a). No. So the answer is (c)", "c"),
    ("so the answer is: (1 250)", "1 250"), ("So the answer is (", nil), ("The answer is (a)", nil),
    ("So the answer is a guess (a)", nil), ("", nil), ("Paris is in France.\nAnswer: New  York \n", "New  York"),
    ("So the answer is (a)\nAnswer: b", "a"), ("Answer: a\nNo.", nil), ("No answer: a", nil), ("Answer: ", nil),
  ])
  func theLastMarkerCounts(text: String, expected: String?) {
    #expect(finalAnswer(of: text) == expected)
  }

  @Test func textsWithoutAnAnswerDoNotVoteAndMeanTheSameAsNoOther() {
    let texts = [nil, nil, "Paris", "Rome", "paris", nil].map {
      SampledText($0 ?? "no idea", answer: $0, logLikelihood: $0 == "Rome" ? 0 : -3, tokens: 1)
    }
    let sampled = SampledAnswers(texts)
    #expect(sampled.clusters.indices == [0, 1, 2, 3, 2, 4])
    #expect(sampled.shares == [1, 1, 2, 1, 1].map { $0 / 6.0 })
    let vote = sampled.vote()
    #expect(vote.answer == 2 && vote.confidence == 2.0 / 3 && vote.unparsed == 0.5)
    #expect(sampled.vote(byLikelihood: true).answer == 3)
  }

  @Test func aVoteWithoutRationaleIsTemperatureScaling() {
    let shares = VoteWithoutRationale.expectedShares(logits: [0.5, 0.3, 0.2].map { log($0) }, temperature: 0.5)
    for (mine, expected) in zip(shares, [0.25 / 0.38, 0.09 / 0.38, 0.04 / 0.38]) {
      #expect(abs(mine - expected) < 1e-12)
    }
    #expect(shares.map { ($0 * 1e4).rounded() / 1e4 } == [0.6579, 0.2368, 0.1053])
  }

  @Test func theMajorityOfThreeIsRightMoreOftenThanOne() {
    #expect(abs(VoteWithoutRationale.majorityProbability(0.6, of: 3) - 0.648) < 1e-12)
    #expect(VoteWithoutRationale.majorityProbability(0.6, of: 1) == 0.6)
    #expect(abs(VoteWithoutRationale.majorityProbability(0.5, of: 41) - 0.5) < 1e-12)
    #expect(VoteWithoutRationale.majorityProbability(0, of: 3) == 0)
    #expect(VoteWithoutRationale.majorityProbability(1, of: 3) == 1)
  }
}
