// The law of a token against weights by hand.
import Artifacts
import Faults
import Foundation
import Generation
import Testing

@Suite struct LawTests {
  private func law(_ change: (inout Answers.Law) -> Void) -> Answers.Law {
    var law = Answers.Law()
    change(&law)
    return law
  }

  /// The law's probabilities.
  private func shares(_ law: Answers.Law, of probabilities: [Double]) -> [Double] {
    let weights = law.weights(probabilities.map { Float(log($0)) }).map(Double.init)
    return weights.map { $0 / weights.reduce(0, +) }
  }

  private func expectEqual(_ found: [Double], _ expected: [Double], sourceLocation: SourceLocation = #_sourceLocation) {
    #expect(
      found.count == expected.count && zip(found, expected).allSatisfy { abs($0 - $1) < 1e-6 }, "\(found)",
      sourceLocation: sourceLocation)
  }

  @Test func temperatureSharpensByPowers() {
    expectEqual(shares(law { $0.temperature = 0.5 }, of: [0.5, 0.3, 0.2]), [25 / 38, 9 / 38, 4 / 38])
    expectEqual(shares(law { _ in }, of: [0.5, 0.3, 0.2]), [0.5, 0.3, 0.2])
  }

  @Test func topKKeepsTheLowestIdsOfEquals() {
    expectEqual(shares(law { $0.topK = 2 }, of: [0.2, 0.4, 0.2, 0.2]), [1 / 3, 2 / 3, 0, 0])
    expectEqual(shares(law { $0.topK = 2 }, of: [0.3, 0.3, 0.4]), [3 / 7, 0, 4 / 7])
    expectEqual(shares(law { $0.topK = 9 }, of: [0.25, 0.75]), [0.25, 0.75])
  }

  @Test func topPKeepsTheSmallestSetThatReachesIt() {
    expectEqual(shares(law { $0.topP = 0.5 }, of: [0.25, 0.5, 0.125, 0.125]), [0, 1, 0, 0])
    expectEqual(shares(law { $0.topP = 0.51 }, of: [0.25, 0.5, 0.125, 0.125]), [1 / 3, 2 / 3, 0, 0])
    expectEqual(shares(law { $0.topP = 1e-9 }, of: [0.25, 0.5, 0.125, 0.125]), [0, 1, 0, 0])
  }

  /// Of the two most probable tokens, the first has 4/7, which is above 0.57.
  @Test func topPCountsWhatTopKHasKept() {
    let probabilities = [0.4, 0.3, 0.2, 0.1]
    expectEqual(shares(law { ($0.topK, $0.topP) = (3, 0.57) }, of: probabilities), [4 / 7, 3 / 7, 0, 0])
    expectEqual(shares(law { ($0.topK, $0.topP) = (2, 0.57) }, of: probabilities), [1, 0, 0, 0])
  }

  /// More tokens than are found without sorting all of them.
  @Test(arguments: [0.1, 0.4, 0.9]) func topPOfALargeVocabulary(p: Double) {
    let probabilities = (0..<3000).map { 1 + Double($0 * 7919 % 3000) / 3000 }
    let total = probabilities.reduce(0, +)
    let kept = shares(law { $0.topP = p }, of: probabilities).map { $0 > 0 }
    let lowest = zip(probabilities, kept).filter(\.1).map(\.0).min()!
    let sum = zip(probabilities, kept).filter(\.1).reduce(0) { $0 + $1.0 }
    #expect(sum >= p * total * (1 - 1e-6) && sum - lowest < p * total * (1 + 1e-6))
    #expect(zip(probabilities, kept).allSatisfy { $1 == ($0 >= lowest) })
  }

  @Test func aLowTemperatureAndTopOneAreGreedy() {
    let (tied, peaked) = ([0.2, 0.3, 0.3, 0.2].map(log), [0.2, 0.3, 0.31, 0.19].map(log)) as ([Float], [Float])
    for uniform in [0, 0.5, 0.999] {
      let choices = [
        law { $0.temperature = 0 }.choice(tied, at: uniform), law { $0.topK = 1 }.choice(tied, at: uniform),
        law { $0.temperature = 1e-4 }.choice(peaked, at: uniform),
      ]
      #expect(choices.map(\.token) == [1, 1, 2] && choices.allSatisfy { $0.logProbability == 0 })
    }
  }

  @Test func aNumberChoosesInTheOrderOfIds() {
    let logs: [Float] = [log(0.25), -.infinity, log(0.5), log(0.25)]
    let tokens = [0, 0.2499, 0.25, 0.7499, 0.75, 0.9999].map { law { _ in }.choice(logs, at: $0).token }
    #expect(tokens == [0, 0, 2, 2, 3, 3])
    #expect(abs(law { _ in }.choice(logs, at: 0.5).logProbability - log(0.5)) < 1e-7)
  }

  @Test(arguments: [
    (1.0, 0, 1.0, 1, 0, "`texts`: found 0"), (-1, 0, 1, 1, 1, "`temperature`: found -1.0"),
    (.nan, 0, 1, 1, 1, "`temperature`: found nan"), (1, -1, 1, 1, 1, "`top-k`: found -1"),
    (1, 0, 0, 1, 1, "`top-p`: found 0.0"), (1, 0, 1, 0, 1, "`max-new-tokens`: found 0"),
    (0, 0, 1, 1, 2, "`temperature`: at temperature 0 all 2 texts"),
  ])
  func wrongLawsAreNamed(
    temperature: Double, topK: Int, topP: Double, tokens: Int, texts: Int, says: String
  ) throws {
    let law = law {
      ($0.temperature, $0.topK, $0.topP, $0.maximumNewTokens) = (temperature, topK, topP, tokens)
    }
    let fault = #expect(throws: Fault.self) { try law.check(texts: texts) }
    #expect(fault?.code == .usage && fault?.description.hasPrefix(says) == true, "\(fault?.description ?? "")")
  }

  @Test func anEmptyStopIsRefused() {
    #expect(throws: Fault.self) { try law { $0.stops = ["\n", ""] }.check(texts: 1) }
  }

  @Test func equalDrawsDoNotDisagree() {
    let logits: [Float] = [1.5, -0.25, 3, 0.125, 2.75]
    let one = NextToken([logits[...]])
    for draws in 2...7 {
      let next = NextToken([ArraySlice](repeating: logits[...], count: draws))
      #expect(next.totalEntropy == next.aleatoricEntropy && next.logProbabilities == one.logProbabilities)
    }
    let other = NextToken([logits[...], [0, 1, 2, 3, 4]])
    #expect(other.totalEntropy > other.aleatoricEntropy)
  }

  /// Two sure draws that contradict each other: all doubt is between them.
  @Test func sureDrawsThatContradictEachOther() {
    let next = NextToken([[40, 0, 0], [0, 40, 0]])
    #expect(abs(next.totalEntropy - log(2)) < 1e-6 && next.aleatoricEntropy < 1e-12)
    #expect(abs(next.logProbabilities[0] - log(0.5)) < 1e-6)
  }
}
