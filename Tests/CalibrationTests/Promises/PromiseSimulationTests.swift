// Over 1,000 draws of labelled rows, promises hold as often as they say: on forecasts made up here, and on the predictions
// of real runs where there are any.
import Arrays
import Artifacts
import Calibration
import Files
import Foundation
import TestSupport
import Testing

@Suite struct PromiseSimulationTests {
  /// Four deviations of a share that has this expectation over 1,000 repeats.
  private func noise(_ share: Double) -> Double { 4 * (share * (1 - share) / 1000).squareRoot() }

  /// Rows of four classes whose forecasts are too sure, and biased towards the first class.
  private var madeUp: PromiseSimulation {
    let (rows, classes, stream) = (2000, 4, RandomStream(seed: 5, purpose: .test, place: (2, 0)))
    var (logits, labels): ([Float], [Int32]) = ([], [])
    for row in 0..<rows {
      let ease = 80 * stream.uniform(8 * row)
      let logit = (0..<classes).map { ease * stream.uniform(8 * row + 1 + $0) }
      let shares = logit.map { Double(exp($0)) }
      var rest = Double(stream.uniform(8 * row + 6)) * shares.reduce(0, +)
      labels.append(
        Int32(
          shares.indices.first {
            rest -= shares[$0]; return rest < 0
          } ?? 0))
      logits += logit.enumerated().map { 1.5 * $1 + ($0 == 0 ? 0.5 : 0) }
    }
    let all = Mixture(logits: logits, choices: classes, choiceCounts: [Int32](repeating: Int32(classes), count: rows))
    let (calibration, test) = (Array(0..<200), Array(200..<rows))
    return PromiseSimulation(
      labelled: 300, new: 1500, population: Outcomes(all.selecting(test), labels: test.map { labels[$0] }),
      randomParts: ConformalScore.randomParts(ids: test.map(String.init)), calibration: all.selecting(calibration))
  }

  private func checkSets(_ simulation: PromiseSimulation) throws {
    for score in [ConformalScore.leastAmbiguous, .adaptive, .regularised(penalty: 0.05, free: 1)] {
      let sets = try simulation.sets(score)
      // The mean over splits varies by the deviation of the coverage, about 0.3 / sqrt(labelled), over sqrt(repeats).
      #expect(sets.coverage >= 0.9 - 0.0025 && sets.coverage <= 0.9 + 1.0 / 300 + 0.0025, "\(score) \(sets)")
      #expect(sets.inBand >= 0.9 - noise(0.9), "\(score) \(sets)")
      #expect(sets.size > 1 && sets.size < 4, "\(score) \(sets)")
    }
  }

  @Test func setsHoldTheRightClassAsOftenAsTheySay() throws { try checkSets(madeUp) }

  @Test func theRiskStaysBelowItsTargetAsOftenAsItSays() {
    let answers = madeUp.answers()
    #expect(answers.found > 0.9 && answers.answered > 0.5, "\(answers)")
    #expect(answers.broken <= 0.05 + noise(0.05), "\(answers)")
  }

  /// The confidences say nothing and the risk is a nineteenth everywhere: whatever is answered, the promise is broken.
  @Test func theOrderOfTestsKeepsThePromiseWhereAnyThresholdBreaksIt() {
    let rows = 1000
    let mixture = Mixture(
      logits: (0..<rows).flatMap { row in
        let confidence = 0.999 - 0.099 * Float(row) / Float(rows)
        return [log(confidence), log(1 - confidence)]
      }, choices: 2, choiceCounts: [Int32](repeating: 2, count: rows))
    let answers = PromiseSimulation(
      labelled: 1000, new: 300, population: Outcomes(mixture, labels: (0..<rows).map { $0 % 19 == 0 ? 1 : 0 }),
      randomParts: [Double](repeating: 1, count: rows),
      calibration: mixture.selecting(Array(stride(from: 0, to: rows, by: 5)))
    ).answers()
    #expect(answers.broken <= 0.05 + noise(0.05), "\(answers)")
    #expect(answers.brokenWithoutOrder > 0.05 + noise(0.05), "\(answers)")
  }

  @Test func intervalsHoldTheShareAsOftenAsTheySay() {
    let shares = madeUp.shares()
    for held in shares.held { #expect(held >= 0.95 - noise(0.95) - 0.005, "\(shares)") }
    #expect(shares.width < 0.95, "\(shares)")
  }

  // --- Real runs ---

  /// Files of predictions, separated by blanks: `PROMISES="..." swift test --filter realRuns` prints the table.
  private static let files = (ProcessInfo.processInfo.environment["PROMISES"] ?? "").split(separator: " ").map(
    String.init)

  @Test(.enabled(if: !files.isEmpty, "PROMISES names no predictions")) func realRuns() throws {
    print(PromiseTable.header)
    for path in Self.files { print(try PromiseTable.row(path)) }
  }

  private static let almanac = projectRoot + "/runs/almanac/predictions/ensemble/almanac.h5"

  @Test(.enabled(if: FileManager.default.fileExists(atPath: almanac), "needs a run of `make evaluate`"))
  func almanacRun() throws {
    let simulation = try PromiseTable.simulation(Self.almanac)
    try checkSets(simulation)
    #expect(simulation.answers().broken <= 0.05 + noise(0.05))
  }
}
