// Calibrators: figures of scikit-learn 1.9.1 and scipy 1.17.1, and what they must keep or leave alone.
import Arrays
import Calibration
import Foundation
import Testing

@Suite struct CalibratorTests {
  private let two = (0..<40).map { (example: Int) -> [Double] in
    [Double((example * 7) % 23) / 6, Double((example * 5) % 19) / 5]
  }

  private func fit(_ form: LinearMap.Form, _ answers: CalibrationAnswers, scale: Double, ridge: Double) -> LinearMap {
    LinearMap(form, classes: answers.outcomes.mixture.choices, scale: scale).fitted(to: answers, ridge: ridge)
  }

  /// LogisticRegression(C=0.5, fit_intercept=False) on the log-probabilities and a constant.
  @Test func aMatrixWithRidgeIsThatOfScikitLearn() {
    let expected = [
      [0.5021174091246196, 0.14684359613949843, -0.49914264969583505, -0.10012456457982759],
      [-0.44637136120327164, 0.5199093536514517, -0.21075711563017413, 0.029054414923364753],
      [-0.05574604792134773, -0.666752949790951, 0.7098997653260086, 0.07107014965646319],
    ]
    let map = fit(.matrix, Forty.answers(Forty.rows), scale: 0, ridge: 2)
    for (row, values) in expected.enumerated() {
      for column in 0..<3 { #expect(abs(map.parameters[3 + 3 * row + column] - values[column]) < 1e-5) }
      #expect(abs(map.parameters[row] - values[3]) < 1e-5)
    }
  }

  /// LogisticRegression(C=1e12) on the log-odds.
  @Test func twoClassesHavePlattsScaling() {
    let map = fit(.platt, Forty.answers(two), scale: 0, ridge: 1e-9)
    #expect(abs(map.parameters[2] - 1.44163156) < 1e-5)
    #expect(abs(map.parameters[1] - map.parameters[0] - 0.12557827) < 1e-5)
  }

  /// LogisticRegression(C=1e12) on log p and -log(1 - p).
  @Test func aVectorOfTwoClassesIsBetaCalibration() {
    let answers = Forty.answers(two)
    let map = fit(.vector, answers, scale: 0, ridge: 1e-9)
    #expect(abs(map.parameters[3] + 1.77166215) < 1e-3 && abs(map.parameters[2] - 7.40776932) < 1e-3)
    #expect(abs(map.parameters[1] - map.parameters[0] + 6.60863383) < 1e-3)
    let calibrated = map.applied(to: answers.outcomes.mixture)
    for (example, probability) in [0.43882385, 0.33541902, 0.25761882, 0.20245097].enumerated() {
      #expect(abs(calibrated.probabilities[2 * example + 1] - probability) < 1e-5)
    }
  }

  @Test(arguments: [LinearMap.Form.platt, .vector, .matrix])
  func theGradientOfTheFitIsZeroAndThatOfTheLoss(form: LinearMap.Form) {
    let answers = Forty.answers(Forty.rows)
    let map = fit(form, answers, scale: 0.8, ridge: 0.3)
    let problem = LinearMap.Problem(answers, ridge: 0.3)
    #expect(map.evaluate(problem).gradient.allSatisfy { abs($0) < 1e-6 })
    // Away from the optimum, against differences.
    let start = LinearMap(form, classes: 3, scale: 0.8)
    let gradient = start.evaluate(problem).gradient
    for index in gradient.indices {
      func loss(_ change: Double) -> Double { start.moved(index, by: change).evaluate(problem).loss }
      #expect(abs((loss(1e-4) - loss(-1e-4)) / 2e-4 - gradient[index]) < 1e-6)
    }
  }

  /// Two sets of weights; scipy's minimum.
  @Test func theTemperatureInsideIsThatOfScipy() throws {
    let others = Forty.rows { example, choice in Double((example * 11 + choice * 5) % 19) / 5 }
    let samples = PosteriorSamples(
      logits: zip(Forty.rows, others).flatMap { ($0 + $1).map(Float.init) }, samples: 2, choices: 3,
      choiceCounts: [Int32](repeating: 3, count: 40))
    let answers = CalibrationAnswers(samples, labels: Forty.labels(Forty.rows))
    let fitted = try FittedCalibrator.fit(.inside, answers)
    let mixture = fitted.applied(to: answers.outcomes.mixture, of: samples)
    #expect(abs(answers.loss(mixture) - 0.8301388752889609) < 1e-6)
    func scaled(_ row: [Double]) -> [Double] { softmax(row.map { $0 / 0.754802238722022 }).probabilities }
    let (one, other) = (scaled(Forty.rows[0]), scaled(others[0]))
    for choice in 0..<3 {
      let mean = (one[choice] + other[choice]) / 2
      #expect(abs(mixture.probabilities[choice] - mean) < 1e-4)
    }
  }

  @Test func oneSetOfWeightsHasTheSameTemperatureInsideAndOutside() throws {
    let answers = Forty.answers(Forty.rows)
    let mixture = answers.outcomes.mixture
    func calibrated(_ calibrator: Calibrator) throws -> [Double] {
      try FittedCalibrator.fit(calibrator, answers).applied(to: mixture, of: answers.samples).probabilities
    }
    let (outside, inside) = (try calibrated(.temperature), try calibrated(.inside))
    for index in outside.indices { #expect(abs(outside[index] - inside[index]) < 1e-6) }
  }

  /// Answers that are all right have no temperature, but no answer is certain: the uniform distribution has 1 / 41.
  @Test func noSmoothedProbabilityIsZero() throws {
    let rows = Forty.rows.map { row in row.map { 100 * $0 } }
    let samples = Forty.samples(rows)
    let right = CalibrationAnswers(samples, labels: rows.map { Int32($0.firstIndex(of: $0.max()!)!) })
    let smoothed = try FittedCalibrator.fit(.smoothed, right)
    let mixture = smoothed.applied(to: right.outcomes.mixture, of: samples)
    #expect(smoothed.remark == "temperature not identifiable: every calibration answer is right")
    #expect(abs(mixture.probabilities.min()! - 1.0 / 41 / 3) < 1e-9)
  }

  /// Labels drawn from the probabilities themselves: every calibrator leaves them nearly as they are.
  @Test(arguments: Calibrator.allCases) func nothingIsLearntWhereNothingIsWrong(calibrator: Calibrator) throws {
    let answers = Forty.drawn(count: calibrator == .isotonic ? 1200 : 600) { row in row }
    let fitted = try FittedCalibrator.fit(calibrator, answers)
    let mixture = answers.outcomes.mixture
    let calibrated = fitted.applied(to: mixture, of: answers.samples)
    let change = zip(mixture.probabilities, calibrated.probabilities).map { abs($0 - $1) }
    #expect(change.reduce(0, +) / Double(change.count) < 0.025, "\(change.max()!)")
    for example in 0..<mixture.count {
      #expect(abs(calibrated.probabilities[calibrated.row(example)].reduce(0, +) - 1) < 1e-9)
    }
  }

  /// One class is reported too rarely, which no temperature mends.
  @Test func aBiasIsFoundByThoseThatHaveOne() throws {
    let biased = { (row: [Double]) in [row[0] - 1.5, row[1], row[2]] }
    let (train, test) = (Forty.drawn(count: 1500, biased), Forty.drawn(count: 4000, seed: 3, biased))
    func loss(_ calibrator: Calibrator) throws -> Double {
      let fitted = try FittedCalibrator.fit(calibrator, train)
      return test.loss(fitted.applied(to: test.outcomes.mixture, of: test.samples))
    }
    let right = Forty.drawn(count: 4000, seed: 3) { $0 }
    let best = right.loss(right.outcomes.mixture)
    #expect(try loss(.temperature) > best + 0.05)
    for calibrator in [Calibrator.platt, .vector, .matrix, .chosen] { #expect(try loss(calibrator) < best + 0.01) }
    #expect(try loss(.isotonic) < best + 0.04)
    let kind = try FittedCalibrator.fit(.chosen, train).kind
    #expect([.platt, .vector, .matrix].contains(kind), "\(kind)")
  }

  @Test func whereAnAdjustmentIsNoiseTheTemperatureAloneIsKept() throws {
    var kept = 0
    for seed in 0..<10 {
      let fitted = try FittedCalibrator.fit(.matrix, Forty.drawn(count: 60, seed: UInt64(100 + seed)) { row in row })
      kept += fitted.remark == "cross-validation keeps the temperature alone" ? 1 : 0
    }
    #expect(kept >= 3, "\(kept) of 10")
  }
}

extension LinearMap {
  /// The same with one number changed.
  fileprivate func moved(_ index: Int, by change: Double) -> LinearMap {
    var map = self
    map.parameters[index] += change
    return map
  }
}
