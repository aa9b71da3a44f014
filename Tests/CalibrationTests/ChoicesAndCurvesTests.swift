// Calibration of every choice, the table of a reliability diagram, and the area under a curve of severities.
import Calibration
import Testing

@Suite struct ChoicesAndCurvesTests {
  @Test func classwiseErrorByHand() throws {
    // Choice 0: 0.8 and 0.6 in two bins, labels 1 and 0; choice 1: 0.2 and 0.4, labels 0 and 1.
    let outcomes = Outcomes(
      Mixture(logits: [4, 1, 3, 2].map { Float($0) }, choices: 2, choiceCounts: [2, 2]), labels: [0, 1])
    let p = (outcomes.mixture.probabilities[0], outcomes.mixture.probabilities[2])
    let value = try #require(ClasswiseCalibrationError(outcomes, bins: 10).score.value)
    #expect(abs(value - ((1 - p.0) + p.1) / 2) < 1e-12)
  }

  @Test func choicesThatAnExampleDoesNotHaveAreNotCounted() throws {
    let ragged = Outcomes(
      Mixture(logits: [0, 0, .nan, 0, 0, 0], choices: 3, choiceCounts: [2, 3]), labels: [0, 2])
    // Choice 2 depends on the second example alone: |1/3 - 1|.
    let value = try #require(ClasswiseCalibrationError(ragged, bins: 2).score.value)
    let (first, second) = (abs(0.5 + 1 / 3.0 - 1) / 2, (0.5 + 1 / 3.0) / 2)
    #expect(abs(value - (first + second + 2 / 3.0) / 3) < 1e-12)
  }

  @Test func diagramCountsEveryExampleOnceAndLeavesEmptyBinsEmpty() {
    let outcomes = Outcomes(
      Mixture(logits: [0, 0, 5, 0, 5, 0, 9, 0], choices: 2, choiceCounts: [2, 2, 2, 2]), labels: [0, 0, 1, 0])
    let diagram = ReliabilityDiagram(outcomes, bins: 10)
    #expect(diagram.bins.map(\.count) == [0, 0, 0, 0, 1, 0, 0, 0, 0, 3])
    #expect(diagram.bins[3].accuracy == nil && diagram.bins[3].confidence == nil)
    #expect(diagram.bins[4].accuracy == 1 && diagram.bins[4].confidence == 0.5)
    #expect(diagram.bins[9].accuracy == 2 / 3.0)
    #expect(diagram.bins[9].lower == 0.9 && diagram.bins[9].upper == 1)
  }

  @Test func areaUnderDegradationIsTheMeanRiseOverTheSeverities() throws {
    // Trapezoids of 0, 1, 3 above the clean value: 0.5 + 2, over a width of 2.
    let coefficients = Degradation.coefficients([0, 1, 2])
    let values = [1.0, 2, 4]
    #expect(abs(zip(coefficients, values).reduce(0) { $0 + $1.0 * $1.1 } - 1.25) < 1e-15)
    // With severities left out: 0, 1, 5.
    let sparse = Degradation.coefficients([0, 1, 5])
    #expect(abs(zip(sparse, values).reduce(0) { $0 + $1.0 * $1.1 } - (0.5 + 8) / 5) < 1e-15)
    #expect(abs(sparse.reduce(0, +)) < 1e-15)
  }
}
