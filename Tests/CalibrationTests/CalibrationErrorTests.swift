// Calibration errors: golden cases, and each error that a published implementation has made.
import Arrays
import Calibration
import Foundation
import Testing

@Suite struct CalibrationErrorTests {
  private func error(
    _ confidences: [Double], _ correct: [Double], _ binning: Binning = .equalWidth(15),
    _ norm: CalibrationError.Norm = .expected
  ) -> Double? {
    CalibrationError(confidences: confidences, correct: correct, binning: binning, norm: norm).score.value
  }

  @Test func allConfidencesSevenTenthsWithSeventyPercentRightGiveZero() throws {
    let correct = (0..<10).map { $0 < 7 ? 1.0 : 0 }
    #expect(try #require(error([Double](repeating: 0.7, count: 10), correct)) < 1e-15)
  }

  @Test func confidenceOnAnEdgeFallsInTheBinBelow() throws {
    // One fifth is in the first of five bins together with 0.1: the gap is their mean. Left-closed bins would give 0.2.
    #expect(abs(try #require(error([0.2, 0.1], [0, 0], .equalWidth(5), .maximum)) - 0.15) < 1e-15)
    #expect(abs(try #require(error([0.2, 0.25], [0, 1], .equalWidth(5), .maximum)) - 0.75) < 1e-15)
  }

  // 7/25 * 25 rounds to more than 7, and the float after 1/3, times 3, rounds to 1.
  @Test(arguments: [3, 5, 7, 10, 15, 20, 25, 29, 49])
  func everyEdgeFallsInTheBinBelowWhateverTheProductRoundsTo(bins: Int) throws {
    for edge in 1..<bins {
      let confidence = Double(edge) / Double(bins)
      // A wrong answer in the same bin cancels against the right one; in another bin it leaves the right one's gap
      // alone.
      let below = try #require(error([confidence, confidence.nextDown], [1, 0], .equalWidth(bins), .maximum))
      #expect(abs(below - abs(0.5 - confidence)) < 1e-12, "at edge \(edge) of \(bins)")
      let above = try #require(error([confidence, confidence.nextUp], [1, 0], .equalWidth(bins), .maximum))
      #expect(abs(above - max(confidence, 1 - confidence)) < 1e-12, "above edge \(edge) of \(bins)")
    }
  }

  @Test func confidenceOneIsInTheLastBinAndNotInAPhantomOne() throws {
    #expect(abs(try #require(error([1, 0.95], [0, 1], .equalWidth(10), .maximum)) - 0.475) < 1e-12)
  }

  @Test func confidenceZeroJoinsTheFirstBin() throws {
    #expect(abs(try #require(error([0, 0.1], [1, 0], .equalWidth(10), .maximum)) - 0.45) < 1e-12)
  }

  @Test func accuracyIsComparedWithTheMeanConfidenceNotTheMidpoint() throws {
    #expect(abs(try #require(error([0.91, 0.93], [1, 1], .equalWidth(10))) - 0.08) < 1e-12)
  }

  @Test(arguments: 2...9)
  func uniformDistributionsLandInTheBinThatEndsAtOneOverC(choices: Int) throws {
    let outcomes = Outcomes(
      Mixture(
        logits: [Float](repeating: 3.7, count: 4 * choices), choices: choices,
        choiceCounts: [Int32](repeating: Int32(choices), count: 4)),
      labels: [0, 0, 1, 1])
    #expect(ReliabilityDiagram(outcomes, bins: choices).bins[0].count == 4)
    #expect(try #require(outcomes.expectedCalibrationError().score.value) == abs(0.5 - 1 / Double(choices)))
  }

  @Test func normsByHand() throws {
    let (confidences, correct) = ([0.9, 0.9, 0.6, 0.6], [1.0, 0.0, 1.0, 1.0])
    #expect(abs(try #require(error(confidences, correct, .equalWidth(10))) - 0.4) < 1e-12)
    #expect(abs(try #require(error(confidences, correct, .equalWidth(10), .maximum)) - 0.4) < 1e-12)
    #expect(abs(try #require(error(confidences, correct, .equalWidth(10), .rootMeanSquare)) - 0.4) < 1e-12)
    let uneven = try #require(error([0.9, 0.6, 0.6, 0.6], [0, 1, 1, 1], .equalWidth(10), .rootMeanSquare))
    #expect(abs(uneven - (0.25 * 0.81 + 0.75 * 0.16).squareRoot()) < 1e-12)
  }

  @Test func equalMassSplitsAsEvenlyAsItCan() throws {
    // Five examples in two bins: three low, two high.
    let value = try #require(error([0.5, 0.6, 0.7, 0.8, 0.9], [0, 1, 1, 1, 0], .equalMass(2)))
    #expect(abs(value - (abs(2 - 1.8) + abs(1 - 1.7)) / 5) < 1e-12)
  }

  @Test func equalMassWithTiesDoesNotDependOnRowOrder() throws {
    let confidences = [0.5, 0.8, 0.8, 0.8, 0.8, 0.9]
    let forward = try #require(error(confidences, [0, 1, 1, 0, 0, 1], .equalMass(3)))
    let backward = try #require(error(confidences, [0, 0, 0, 1, 1, 1], .equalMass(3)))
    #expect(abs(forward - backward) < 1e-15)
    #expect(abs(forward - (abs(0.5 - 1.3) + abs(1 - 1.6) + abs(1.5 - 1.7)) / 6) < 1e-12)
  }

  @Test func moreBinsThanExamplesLeavesBinsEmpty() throws {
    #expect(abs(try #require(error([0.3, 0.8], [0, 1], .equalMass(15))) - 0.25) < 1e-12)
  }

  /// What the reports say about the ECE: it is too high for a well calibrated method, and its interval begins at 0.
  /// Confidences are uniform between 0.5 and 1, and answers are right with exactly that probability.
  @Test func theErrorOfACalibratedMethodIsTooHighAndItsIntervalBeginsAtZero() throws {
    let (stream, count) = (RandomStream(seed: 11, purpose: .test), 1000)
    var (sum, atZero) = (0.0, 0)
    for set in 0..<20 {
      let shares = (0..<count).map { 0.5 + 0.5 * stream.uniform(2 * (set * count + $0)) }
      let labels = (0..<count).map { stream.uniform(2 * (set * count + $0) + 1) < shares[$0] ? Int32(0) : 1 }
      let mixture = Mixture(
        logits: shares.flatMap { [log($0), log(max(1 - $0, 1e-6))] }, choices: 2,
        choiceCounts: [Int32](repeating: 2, count: count))
      let error = CalibrationError(Outcomes(mixture, labels: labels), binning: .equalWidth(15), norm: .expected)
      let estimate = Bootstrap(draws: 100, seed: 1).resample([error], strata: [count])[0]
      sum += try #require(estimate.score.value)
      if try #require(estimate.interval).lowerBound == 0 { atZero += 1 }
    }
    #expect((0.015...0.04).contains(sum / 20), "a calibrated method has an ECE of \(sum / 20)")
    #expect(atZero >= 18, "\(atZero) of 20 intervals begin at 0, which is the true error")
  }
}
