// Thresholds by hand: where the order of tests begins and ends, and that the first failure ends it.
import Arrays
import Calibration
import Foundation
import Testing

@Suite struct SelectiveAnsweringTests {
  private let target = RiskTarget(risk: 0.05, delta: 0.05)

  /// Forecasts of two classes with these confidences in class 0.
  private func mixture(_ confidences: [Double]) -> Mixture {
    Mixture(
      logits: confidences.flatMap { [Float(log($0)), Float(log(1 - $0))] }, choices: 2,
      choiceCounts: [Int32](repeating: 2, count: confidences.count))
  }

  private func outcomes(_ rows: [(confidence: Double, isRight: Bool)]) -> Outcomes {
    Outcomes(mixture(rows.map(\.confidence)), labels: rows.map { $0.isRight ? 0 : 1 })
  }

  /// The answers and errors at the strictest threshold that was tried, if not even one passes; else nil.
  private func strictest(_ rows: [(confidence: Double, isRight: Bool)], _ order: ThresholdOrder) -> [Int]? {
    do {
      _ = try SelectiveAnswering(outcomes(rows), order, target)
      return nil
    } catch { return [error.answers, error.errors] }
  }

  @Test func fiftyNineAnswersWithoutAnErrorShowFivePercent() {
    #expect(target.neededAnswers == 59)
    #expect(BinomialBounds(successes: 0, trials: 59).upper(0.05) <= 0.05)
    #expect(BinomialBounds(successes: 0, trials: 58).upper(0.05) > 0.05)
  }

  /// Calibration rows at 0.99 and at 0.6, half each.
  private var order: ThresholdOrder {
    ThresholdOrder(
      calibration: mixture([Double](repeating: 0.99, count: 50) + [Double](repeating: 0.6, count: 50)), testRows: 400,
      target)
  }

  @Test func theOrderBeginsWhereTheStrongestEvidenceIsAndEndsWithEverything() {
    let thresholds = order.steps.map(\.threshold)
    #expect(abs(thresholds[0] - 0.99) < 1e-6)
    #expect(thresholds.last == 0)
    #expect(zip(thresholds, thresholds.dropFirst()).allSatisfy { $0 >= $1 })
    // Without calibration rows there is a single test: whether everything can be answered.
    let single = ThresholdOrder(calibration: mixture([]), testRows: 400, target).steps
    #expect(single.map(\.threshold) == [0] && single.map(\.share) == [1])
  }

  /// Confidences from 1 down to a half, slowly at first.
  private func confidence(_ rank: Int, of count: Int) -> Double { 1 - pow(Double(rank + 1) / Double(count + 1), 4) / 2 }

  /// The evidence is strongest for two fifths of the rows.
  private var manyStarts: ThresholdOrder {
    ThresholdOrder(calibration: mixture((0..<200).map { confidence($0, of: 200) }), testRows: 1000, target)
  }

  @Test func mostOfDeltaIsForTheStrongestEvidenceAndTheRestForStricterThresholds() {
    let starts = manyStarts.steps.filter { $0.share > 0 }
    #expect(starts.count > 2 && starts.last?.share == 0.75)
    #expect(starts.dropLast().allSatisfy { abs($0.share - 0.25 / Double(starts.count - 1)) < 1e-12 })
    #expect(manyStarts.steps.first == starts.first)
    // Where the evidence is strongest with few answers, no stricter threshold could show anything.
    let few = ThresholdOrder(calibration: mixture([0.99, 0.98, 0.97]), testRows: 60, target).steps
    #expect(few.map(\.share).filter { $0 > 0 } == [1])
  }

  /// Forecasts that are too sure of the less confident rows: the start with the strongest evidence fails, and a stricter
  /// one passes.
  @Test func aStricterStartIsTriedWhereTheForecastsAreTooSure() throws {
    let rows = (0..<1000).map { (confidence: confidence($0, of: 1000), isRight: $0 < 300 || $0 % 5 > 0) }
    let found = try SelectiveAnswering(outcomes(rows), manyStarts, target)
    #expect(found.answers >= 150 && found.answers < 500)
    #expect(found.bound <= 0.05)
  }

  /// A level of 0 never passes, although so many right answers have a chance that rounds to 0.
  @Test func aThresholdBehindAFailureIsNotTested() {
    let order = ThresholdOrder(calibration: mixture([Double](repeating: 0.99, count: 9) + [0.6]), testRows: 60, target)
    let rows = (0..<60).map { (0.995, $0 >= 10) } + (0..<9000).map { _ in (0.7, true) }
    #expect(strictest(rows, order) == [60, 10])
  }

  @Test func confidentRowsAreAnsweredAndDoubtfulOnesAreNot() throws {
    let rows = (0..<200).map { (0.995, $0 >= 2) } + (0..<200).map { (0.7, $0 % 3 > 0) }
    let found = try SelectiveAnswering(outcomes(rows), order, target)
    #expect(found.answers == 200 && found.errors == 2)
    #expect(found.threshold > 0.7 && found.threshold <= 0.995)
    #expect(found.bound <= 0.05 && found.bound > 0.02)
  }

  @Test func everythingIsAnsweredWhereErrorsAreRare() throws {
    let rows = (0..<400).map { ($0 < 200 ? 0.995 : 0.7, $0 % 100 > 0) }
    #expect(try SelectiveAnswering(outcomes(rows), order, target).threshold == 0)
  }

  /// The most confident rows are the wrong ones, so each start fails; that a lower threshold would pass does not count.
  @Test func aFailureEndsTheTestsOfAStart() {
    let rows = (0..<60).map { (0.995, $0 >= 20) } + (0..<2000).map { _ in (0.7, true) }
    #expect(BinomialBounds(successes: 20, trials: 2060).upper(0.05) < 0.05)
    #expect(strictest(rows, order) == [60, 20])
  }

  /// Sixteen methods whose risk is a little above the target: the promise of each may hold by chance. If one of them is
  /// chosen because its promise holds, that chance is taken sixteen times, unless each has a sixteenth of delta.
  @Test(arguments: [(shares: 1.0, holds: false), (shares: 16.0, holds: true)])
  func aChoiceAmongMethodsNeedsAShareOfDeltaForEach(shares: Double, holds: Bool) {
    let (repeats, methods, rows) = (200, 16, 150)
    let target = RiskTarget(risk: 0.05, delta: 0.05 / shares)
    let order = ThresholdOrder(calibration: mixture([]), testRows: rows, target)
    let forecasts = mixture([Double](repeating: 0.9, count: rows))
    let broken = (0..<repeats).count { repeated in
      (0..<methods).contains { method in
        let stream = RandomStream(seed: UInt64(repeated), purpose: .test, place: (UInt32(method), 0))
        let labels = (0..<rows).map { stream.uniform($0) < 0.051 ? Int32(1) : 0 }
        return (try? SelectiveAnswering(Outcomes(forecasts, labels: labels), order, target)) != nil
      }
    }
    // Four deviations of a share of 5 % over the repeats.
    let largest = 0.05 + 4 * (0.05 * 0.95 / Double(repeats)).squareRoot()
    #expect((Double(broken) / Double(repeats) <= largest) == holds, "\(broken) of \(repeats)")
  }

  @Test func tooFewRowsShowNothing() {
    #expect(strictest((0..<58).map { _ in (0.995, true) }, order) == [58, 0])
  }
}
