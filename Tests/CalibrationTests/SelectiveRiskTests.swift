// Risk against coverage: by hand, and with the trap of tied confidences.
import Calibration
import Testing

@Suite struct SelectiveRiskTests {
  private func value(_ confidences: [Double], _ correct: [Double], _ summary: SelectiveRisk.Summary) -> Double? {
    SelectiveRisk(confidences: confidences, correct: correct, summary).score.value
  }

  @Test func areaIsTheMeanRiskOverAllCoverages() throws {
    let area = try #require(value([0.9, 0.8, 0.7, 0.6], [1, 0, 1, 0], .area))
    #expect(abs(area - (0 + 1 / 2.0 + 1 / 3.0 + 2 / 4.0) / 4) < 1e-15)
  }

  @Test func tiedConfidencesDoNotDependOnRowOrder() throws {
    let confidences = [0.9, 0.8, 0.8, 0.8]
    // The mean over the three positions that the wrong answer can have among the equal ones.
    let expected = (0 + (1 / 2.0 + 0 + 0) / 3 + (1 / 3.0 + 1 / 3.0 + 0) / 3 + 1 / 4.0) / 4
    for correct in [[1, 0, 1, 1], [1, 1, 0, 1], [1, 1, 1, 0]] as [[Double]] {
      #expect(abs(try #require(value(confidences, correct, .area)) - expected) < 1e-15)
      #expect(abs(try #require(value(confidences, correct, .atCoverage(0.5))) - 1 / 6.0) < 1e-15)
    }
  }

  @Test func allTiedGivesTheErrorRateAtEveryCoverage() throws {
    let (confidences, correct) = ([Double](repeating: 0.25, count: 10), (0..<10).map { $0 < 3 ? 1.0 : 0 })
    #expect(abs(try #require(value(confidences, correct, .area)) - 0.7) < 1e-14)
    #expect(abs(try #require(value(confidences, correct, .atCoverage(0.8))) - 0.7) < 1e-14)
  }

  @Test func coverageIsRoundedUpToWholeAnswersAndNotByRoundingErrors() throws {
    // 0.07 of 100 answers are 7, not 8, although the product is 7.000000000000001.
    let confidences = (0..<100).map { 1 - Double($0) / 1000 }
    #expect(value(confidences, (0..<100).map { $0 == 7 ? 0 : 1 }, .atCoverage(0.07)) == 0)
    // 0.8 of 6 answers are 4.8, so 5.
    let risk = try #require(value([0.9, 0.8, 0.7, 0.6, 0.5, 0.4], [1, 1, 1, 1, 0, 0], .atCoverage(0.8)))
    #expect(abs(risk - 0.2) < 1e-15)
  }

  @Test func weightsCountLikeCopies() throws {
    let (confidences, correct) = ([0.9, 0.5, 0.7, 0.7], [0.0, 1, 1, 0])
    for summary in [SelectiveRisk.Summary.area, .atCoverage(0.8)] {
      let weighted = SelectiveRisk(confidences: confidences, correct: correct, summary).score(weights: [2, 0, 1, 1])
      let copies = SelectiveRisk(confidences: [0.9, 0.9, 0.7, 0.7], correct: [0, 0, 1, 0], summary).score
      #expect(abs(try #require(weighted.value) - (try #require(copies.value))) < 1e-15)
    }
  }

  @Test func curveHasOnePointForEachConfidenceAndEndsAtTheErrorRate() {
    let curve = SelectiveRisk(confidences: [0.9, 0.8, 0.8, 0.1], correct: [1, 0, 1, 0], .area).curve
    #expect(curve.map(\.coverage) == [0.25, 0.75, 1])
    #expect(curve.map(\.risk) == [0, 1 / 3.0, 0.5])
  }
}
