// The two parts of the negative log-likelihood: scipy's figures, and what they are in the limit.
import Arrays
import Calibration
import Foundation
import Testing

@Suite struct RefinementTests {
  @Test func thePartsAreThoseOfScipy() throws {
    let outcomes = Forty.outcomes
    let parts = Refinement(outcomes, folds: (0..<40).map { $0 % 5 })
    #expect(abs(try #require(parts.refinement.score.value) - 0.6281979678075935) < 1e-7)
    #expect(abs(try #require(parts.calibration.score.value) - 0.003904409413063284) < 1e-7)
    #expect(abs(try #require(outcomes.negativeLogLikelihood.score.value) - 0.6321023772206568) < 1e-6)
  }

  /// Logits that are twice too large: what is left is the loss of the right ones.
  @Test func refinementIsTheLossOfTheRightProbabilities() throws {
    let count = 8000
    let stream = RandomStream(seed: 29, purpose: .test)
    let logits = (0..<4 * count).map { 3 * stream.uniform($0) }
    func mixture(_ factor: Float) -> Mixture {
      Mixture(logits: logits.map { factor * $0 }, choices: 4, choiceCounts: [Int32](repeating: 4, count: count))
    }
    let right = mixture(1)
    let labels = (0..<count).map { example -> Int32 in
      var threshold = Double(stream.uniform(4 * count + example))
      let row = right.probabilities[right.row(example)]
      return Int32(
        row.firstIndex {
          threshold -= $0
          return threshold < 0
        }.map { $0 - row.startIndex } ?? 3)
    }
    func parts(_ factor: Float) throws -> (refinement: Double, calibration: Double) {
      let parts = Refinement(
        Outcomes(mixture(factor), labels: labels), folds: Refinement.folds(Clusters(0..<count), rows: 1, seed: 0))
      return (try #require(parts.refinement.score.value), try #require(parts.calibration.score.value))
    }
    let loss = try #require(Outcomes(right, labels: labels).negativeLogLikelihood.score.value)
    let (sharp, plain) = (try parts(2), try parts(1))
    #expect(abs(sharp.refinement - loss) < 1e-3 && abs(plain.refinement - loss) < 1e-3)
    #expect(sharp.calibration > 0.1 && abs(plain.calibration) < 1e-3)
  }

  @Test func whatIsInOneFoldHasNeitherPart() {
    let folds = Refinement.folds(Clusters((0..<40).map { _ in "a text" }), rows: 1, seed: 0)
    let parts = Refinement(Forty.outcomes, folds: folds)
    for part in [parts.refinement, parts.calibration] {
      #expect(part.count == 40 && part.score == .undefined("a single example cannot be divided into folds"))
    }
  }

  @Test func copiesAreInOneFoldAndFoldsAreEven() {
    let folds = Refinement.folds(Clusters((0..<200).map { $0 / 2 }), rows: 3, seed: 1)
    #expect(folds.count == 600)
    for example in 0..<100 { #expect(Set(folds[6 * example..<6 * example + 6]).count == 1) }
    for fold in 0..<5 { #expect(folds.count { $0 == fold } == 120) }
  }
}

/// Forty answers among three choices, a quarter of which are by chance.
enum Forty {
  static let rows = rows { example, choice in Double((example * 7 + choice * 13) % 23) / 6 }
  static func rows(_ logit: (_ example: Int, _ choice: Int) -> Double) -> [[Double]] {
    (0..<40).map { (example: Int) -> [Double] in (0..<3).map { logit(example, $0) } }
  }
  static func labels(_ rows: [[Double]]) -> [Int32] {
    rows.enumerated().map { example, row in
      example % 4 > 0 ? Int32(row.firstIndex(of: row.max()!)!) : Int32((example / 4) % row.count)
    }
  }
  static func samples(_ rows: [[Double]]) -> PosteriorSamples {
    PosteriorSamples(
      logits: rows.flatMap { $0.map(Float.init) }, choices: rows[0].count,
      choiceCounts: [Int32](repeating: Int32(rows[0].count), count: rows.count))
  }
  static let outcomes = Outcomes(Mixture(samples(rows)), labels: labels(rows))
  static func answers(_ rows: [[Double]]) -> CalibrationAnswers {
    CalibrationAnswers(samples(rows), labels: labels(rows))
  }
}
