// Detection scores against counting all pairs, and the traps: ties, a single class, which class is positive.
import Arrays
import Calibration
import Testing

@Suite struct DetectionTests {
  private func score(_ inside: [Double], _ shifted: [Double], _ summary: Detection.Summary) -> Score {
    Detection(inDistribution: inside, shifted: shifted, summary).score
  }

  @Test func areaUnderROCCountsPairsAndHalfTies() throws {
    let stream = RandomStream(seed: 3, purpose: .test)
    let inside = (0..<40).map { Double(stream.integer($0, below: 8)) }
    let shifted = (0..<30).map { Double(stream.integer(100 + $0, below: 8) + 2) }
    var pairs = 0.0
    for a in inside { for b in shifted { pairs += b > a ? 1 : b == a ? 0.5 : 0 } }
    #expect(abs(try #require(score(inside, shifted, .areaUnderROC).value) - pairs / 1200) < 1e-14)
  }

  /// With weights, a set may become larger than it is.
  @Test func weightsAreCopies() throws {
    let (inside, shifted, weights) = ([0.1, 0.4, 0.5], [0.3, 0.6], [3.0, 0, 1, 2, 4])
    let copies = zip(inside + shifted, weights).map { [Double](repeating: $0, count: Int($1)) }
    for summary in [Detection.Summary.areaUnderROC, .areaUnderPrecisionRecall, .falsePositiveRateAt95] {
      let weighted = Detection(inDistribution: inside, shifted: shifted, summary).score(weights: weights)
      let copied = score(copies.prefix(3).flatMap(\.self), copies.suffix(2).flatMap(\.self), summary)
      #expect(abs(try #require(weighted.value) - (try #require(copied.value))) < 1e-14)
    }
  }

  @Test func allScoresEqualGiveAHalfAndThePrevalence() {
    let (inside, shifted) = ([Double](repeating: 1, count: 6), [Double](repeating: 1, count: 2))
    #expect(score(inside, shifted, .areaUnderROC) == .value(0.5))
    #expect(score(inside, shifted, .areaUnderPrecisionRecall) == .value(0.25))
    #expect(score(inside, shifted, .falsePositiveRateAt95) == .value(1))
  }

  @Test func shiftedIsThePositiveClass() {
    #expect(score([0, 0.1], [0.8, 0.9], .areaUnderROC) == .value(1))
    #expect(score([0.8, 0.9], [0, 0.1], .areaUnderROC) == .value(0))
    #expect(score([0, 0.1], [0.8, 0.9], .falsePositiveRateAt95) == .value(0))
  }

  @Test func averagePrecisionByHand() throws {
    // Decreasing: shifted 0.9, inside 0.8, shifted 0.7, inside 0.1.
    let value = try #require(score([0.8, 0.1], [0.9, 0.7], .areaUnderPrecisionRecall).value)
    #expect(abs(value - (1 + 2 / 3.0) / 2) < 1e-15)
  }

  @Test func nineteenOfTwentyAreNinetyFivePercent() {
    // The weakest shifted example may be missed.
    let shifted = (1...19).map { 1 + Double($0) } + [-5]
    #expect(score([0, 0.5, 30, -9], shifted, .falsePositiveRateAt95) == .value(0.25))
  }

  @Test func aSingleClassHasNoValueButAReason() {
    #expect(score([], [1, 2], .areaUnderROC) == .undefined("no in-distribution examples"))
    #expect(score([1, 2], [], .areaUnderPrecisionRecall) == .undefined("no shifted examples"))
    #expect(score([], [], .falsePositiveRateAt95).value == nil)
  }
}
