// F1 and subset accuracy against numbers computed by hand, and resampling of all rows of an example together.
import Calibration
import Testing

@Suite struct F1Tests {
  /// Outcomes of no and yes from the labels and predictions of rows.
  private func outcomes(_ labels: [Int32], _ predictions: [Bool]) -> Outcomes {
    Outcomes(
      Mixture(
        logits: predictions.flatMap { $0 ? [0, 1] : [1, 0] as [Float] }, choices: 2,
        choiceCounts: [Int32](repeating: 2, count: labels.count)), labels: labels)
  }

  // Three examples of two labels. Label 0: TP 1, FP 1, FN 0; label 1: TP 1, FP 0, FN 1.
  private let labels: [Int32] = [1, 0, 0, 1, 0, 1]
  private let predictions = [true, false, true, true, false, false]

  @Test func averagesAreThoseOfTheCounts() throws {
    let outcomes = outcomes(labels, predictions)
    #expect(F1(outcomes, labels: 2, .micro).score.value == 4.0 / 6)
    #expect(F1(outcomes, labels: 2, .macro).score.value == 2.0 / 3)
    #expect(outcomes.subsetAccuracy(labels: 2).score.value == 1.0 / 3)
    // The second example twice, the third not at all: label 0 TP 1, FP 2; label 1 TP 2.
    #expect(F1(outcomes, labels: 2, .micro).score(weights: [1, 1, 2, 2, 0, 0]).value == 6.0 / 8)
  }

  @Test func aLabelThatNeitherAppliesNorIsPredictedScoresZero() {
    let outcomes = outcomes([1, 0, 1, 0], [true, false, true, false])
    #expect(F1(outcomes, labels: 2, .micro).score.value == 1)
    #expect(F1(outcomes, labels: 2, .macro).score.value == 0.5)
  }

  @Test func allRowsOfAnExampleAreResampledTogether() {
    /// 1 if the two rows of every example have equal weights.
    struct Equal: Statistic {
      let count = 40
      func score(weights: [Double]) -> Score {
        .value((0..<20).allSatisfy { weights[2 * $0] == weights[2 * $0 + 1] } ? 1 : 0)
      }
    }
    let together = Bootstrap(draws: 50).resample([Equal()], strata: [20], rows: 2)[0]
    let apart = Bootstrap(draws: 50).resample([Equal()], strata: [40])[0]
    #expect(together.interval == 1...1 && apart.interval == 0...0)
  }
}
