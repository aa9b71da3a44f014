// The fitted temperature: a known answer, convexity, and the cases without an answer.
import Arrays
import Calibration
import Foundation
import Testing

@Suite struct TemperatureTests {
  /// Answers drawn from the probabilities themselves, reported with logits `sharpness` times too large.
  private func answers(count: Int, sharpness: Float) -> Outcomes {
    let stream = RandomStream(seed: 11, purpose: .test)
    var (logits, labels): ([Float], [Int32]) = ([], [])
    for example in 0..<count {
      let row = (0..<4).map { 3 * stream.uniform(example * 8 + $0) }
      let shares = row.map { Double(exp($0)) }
      var threshold = Double(stream.uniform(example * 8 + 5)) * shares.reduce(0, +)
      let label =
        shares.firstIndex {
          threshold -= $0; return threshold < 0
        } ?? 3
      logits += row.map { $0 * sharpness }
      labels.append(Int32(label))
    }
    return Outcomes(
      Mixture(logits: logits, choices: 4, choiceCounts: [Int32](repeating: 4, count: count)), labels: labels)
  }

  @Test func findsTheFactorByWhichLogitsWereTooLarge() {
    #expect(abs(Temperature.fit(answers(count: 20_000, sharpness: 1)).value - 1) < 0.04)
    #expect(abs(Temperature.fit(answers(count: 20_000, sharpness: 2.5)).value - 2.5) < 0.1)
    // The same answers, so the same optimum in other units.
    let ratio =
      Temperature.fit(answers(count: 500, sharpness: 4)).value
      / Temperature.fit(answers(count: 500, sharpness: 1)).value
    #expect(abs(ratio - 4) < 1e-5)
  }

  /// With the shares themselves as votes, the factor is found exactly; the votes' winners alone would be taken for certain.
  @Test func votesTellTheFactorThatTheirWinnersHide() {
    let right = answers(count: 100, sharpness: 1).mixture
    let votes = (0..<right.count).map { Array(right.probabilities[right.row($0)]) }
    let winners = (0..<right.count).map { Int32(right.prediction($0)) }
    let sharp = Outcomes(right.scaled(by: 1 / 2.5), labels: winners)
    #expect(abs(Temperature.fit(sharp, votes: votes).value - 2.5) < 1e-4)
    #expect(Temperature.fit(sharp).remark == "temperature not identifiable: every calibration answer is right")
  }

  @Test func noOtherTemperatureHasALowerLoss() throws {
    let outcomes = answers(count: 200, sharpness: 3)
    let fit = Temperature.fit(outcomes)
    func loss(_ temperature: Double) throws -> Double {
      let scaled = Outcomes(outcomes.mixture.scaled(by: temperature), labels: outcomes.labels.map(Int32.init))
      return try #require(scaled.negativeLogLikelihood.score.value)
    }
    #expect(fit.remark == nil && fit.count == 200)
    for factor in [0.5, 0.9, 0.999, 1.001, 1.1, 2] { #expect(try loss(fit.value) < loss(fit.value * factor)) }
    #expect(try loss(fit.value) < loss(1))
  }

  @Test func scalingKeepsEveryPrediction() {
    let outcomes = answers(count: 300, sharpness: 1)
    for temperature in [0.05, 0.7, 4, 50] {
      let scaled = Outcomes(outcomes.mixture.scaled(by: temperature), labels: outcomes.labels.map(Int32.init))
      #expect(scaled.predictions == outcomes.predictions)
    }
  }

  @Test func raggedRowsStayNormalised() {
    let mixture = Mixture(logits: [1, 2, 3, 1, 2, .nan], choices: 3, choiceCounts: [3, 2]).scaled(by: 0.5)
    #expect(abs(mixture.probabilities[0..<3].reduce(0, +) - 1) < 1e-15)
    #expect(abs(mixture.probabilities[3..<6].reduce(0, +) - 1) < 1e-15)
    #expect(mixture.probabilities[5] == 0)
  }

  @Test func identicalLogitsAreNotIdentifiable() {
    let flat = Mixture(logits: [Float](repeating: 2, count: 12), choices: 4, choiceCounts: [4, 4, 4])
    let fit = Temperature.fit(Outcomes(flat, labels: [0, 1, 2]))
    #expect(
      fit == Temperature(1, remark: "temperature not identifiable: every choice has the same probability", count: 3))
  }

  @Test func allRightAllWrongAndEmptyStayAtOneWithARemark() {
    let sure = Mixture(logits: [3, 0, 0, 3], choices: 2, choiceCounts: [2, 2])
    let right = Temperature.fit(Outcomes(sure, labels: [0, 1]))
    #expect(right.value == 1 && right.remark == "temperature not identifiable: every calibration answer is right")
    let wrong = Temperature.fit(Outcomes(sure, labels: [1, 0]))
    #expect(wrong.value == 1 && wrong.remark == "temperature not identifiable: no better than guessing")
    let empty = Temperature.fit(Outcomes(sure, labels: [-1, -1]))
    #expect(empty.value == 1 && empty.remark == "temperature not identifiable: no labelled calibration examples")
  }
}
