// Semantic entropy and its split, against values computed by hand, limits and the grouping law of entropy.
import Calibration
import Foundation
import Testing

@Suite struct SampledAnswersTests {
  private func texts(_ answers: [String], _ logs: [Double]? = nil) -> [SampledText] {
    answers.enumerated().map { SampledText($1, answer: $1, logLikelihood: logs?[$0] ?? -1, tokens: 2) }
  }

  @Test func equalTextsLeaveNoDoubtAndDifferentOnesTheMost() {
    let same = SampledAnswers(texts(Array(repeating: "Paris", count: 10)))
    #expect(same.semanticEntropy == 0 && same.semanticEntropyByLikelihood == 0 && same.shares == [1])
    let all = SampledAnswers(texts((0..<10).map { "city \($0)" }))
    #expect(abs(all.semanticEntropy - log(10)) < 1e-12 && abs(all.semanticEntropyByLikelihood - log(10)) < 1e-12)
  }

  @Test func textsWithoutAnAnswerLeaveTheMostDoubt() {
    let none = (0..<5).map { SampledText("text \($0)", answer: nil, logLikelihood: -1, tokens: 2) }
    #expect(abs(SampledAnswers(none).semanticEntropy - log(5)) < 1e-12)
    #expect(abs(SampledAnswers(none).wordingEntropy - log(5)) < 1e-12)
  }

  /// Rounding must not break the ties of doubts that are ranked: sizes 3, 2, 2, 2 and 1 of ten texts, in every order.
  @Test func theOrderOfTheTextsChangesNoBitOfTheirEntropy() {
    var sizes = [3, 2, 2, 2, 1]
    var found = Set<Double>()
    for _ in 0..<5 {
      sizes.append(sizes.removeFirst())
      let answers = sizes.enumerated().flatMap { Array(repeating: "city \($0)", count: $1) }
      let sampled = SampledAnswers(texts(answers))
      found.formUnion([sampled.semanticEntropy, sampled.wordingEntropy])
    }
    #expect(found.count == 1)
  }

  /// "paris" and "Paris." mean the same; "Paris." was drawn twice and counts once in the form with likelihoods: masses
  /// e^-1 + e^-2 and e^-1.5 (mean log p of two tokens each).
  @Test func bothFormsAgreeWithNumbersComputedByHand() {
    let answers = SampledAnswers(texts(["Paris.", "paris", "Rome", "Paris."], [-2, -4, -3, -2]))
    #expect(answers.shares == [0.75, 0.25] && answers.vote().answer == 0)
    #expect(abs(answers.semanticEntropy - 0.562_335_144_618_808_4) < 1e-12)
    let share = (exp(-1) + exp(-2)) / (exp(-1) + exp(-2) + exp(-1.5))
    let expected = -share * log(share) - (1 - share) * log(1 - share)
    #expect(abs(answers.semanticEntropyByLikelihood - expected) < 1e-12)
    #expect(abs(answers.regularEntropy - (1 + 2 + 1.5 + 1) / 4) < 1e-12)
    #expect(answers.texts[1].meanLogLikelihood == -2)
  }

  /// H(texts) = H(clusters) + Σ p_c H(texts | c).
  @Test func theEntropyOfTextsIsThatOfMeaningsAndThatWithinThem() {
    let answers = ["Paris", "the Paris", "Rome", "Paris", "rome", "Rome!", "Oslo", "Paris", "PARIS"]
    let sampled = SampledAnswers(texts(answers))
    func counts(_ texts: [String]) -> [Double] {
      Dictionary(grouping: texts, by: \.self).values.map { Double($0.count) }
    }
    let within = (0..<sampled.clusters.count).map { cluster in
      let own = answers.indices.filter { sampled.clusters.indices[$0] == cluster }.map { answers[$0] }
      return sampled.shares[cluster] * entropyOfMasses(counts(own))
    }
    #expect(abs(entropyOfMasses(counts(answers)) - sampled.semanticEntropy - within.reduce(0, +)) < 1e-12)
    #expect(within.reduce(0, +) > 0.1)
  }

  @Test func aPosteriorsEntropyIsSplitIntoWhatDrawsShareAndWhatTheyDoNot() {
    // Each draw is sure of another city: all of the doubt is between the draws.
    let sure = SampledAnswers(texts(["Paris", "Paris", "Rome", "Rome"]), draws: 2)
    #expect(sure.aleatoricEntropy == 0 && abs(sure.epistemicEntropy - log(2)) < 1e-12)
    // Both draws have the same doubt: none is between them.
    let alike = SampledAnswers(texts(["Paris", "Rome", "rome", "Paris"]), draws: 2)
    #expect(abs(alike.aleatoricEntropy - log(2)) < 1e-12 && abs(alike.epistemicEntropy) < 1e-12)
    // By hand: H(3/4, 1/4) = 0.562335, and the draws have 0 and log 2.
    let both = SampledAnswers(texts(["a b", "a b", "a b", "c"]), draws: 2)
    #expect(abs(both.epistemicEntropy - (0.562_335_144_618_808_4 - log(2) / 2)) < 1e-12)
    #expect(SampledAnswers(texts(["x", "y"])).epistemicEntropy == 0)
  }
}
