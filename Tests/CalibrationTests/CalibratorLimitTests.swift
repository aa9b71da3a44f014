// Where calibrators do not apply, or have nothing to fit: closed forms and remarks.
import Arrays
import Calibration
import Foundation
import Testing

@Suite struct CalibratorLimitTests {
  /// Two sets of weights with the same log-odds of class 1 in each example.
  private func pairs(_ odds: [(Double, Double)], labels: [Int32]) -> CalibrationAnswers {
    let samples = PosteriorSamples(
      logits: odds.flatMap { [0, Float($0), 0, Float($1)] }, samples: 2, choices: 2,
      choiceCounts: [Int32](repeating: 2, count: odds.count))
    return CalibrationAnswers(samples, labels: labels)
  }

  /// Answers that are all right, or all wrong: where no temperature is the best, nothing is changed, and it is said.
  @Test(arguments: [(1, "every calibration answer is right"), (-1, "no better than guessing")])
  func whereThereIsNoTemperatureNothingIsSharpenedOrFlattened(sign: Double, reason: String) throws {
    let labels = (0..<60).map { Int32($0 % 2) }
    let odds = labels.enumerated().map { row, label -> (Double, Double) in
      let right = sign * (label == 1 ? 1 : -1)
      return (right * (0.5 + Double(row % 7) / 4), right * (0.7 + Double(row % 5) / 3))
    }
    let answers = pairs(odds, labels: labels)
    for calibrator in [Calibrator.temperature, .inside, .platt, .vector, .matrix]
    where sign > 0 || calibrator == .inside {
      let fitted = try FittedCalibrator.fit(calibrator, answers)
      #expect(fitted.remark == "temperature not identifiable: \(reason)", "\(calibrator)")
      let found = fitted.applied(to: answers.outcomes.mixture, of: answers.samples)
      for (p, q) in zip(found.probabilities, answers.outcomes.mixture.probabilities) { #expect(abs(p - q) < 1e-12) }
    }
  }

  /// Where the two disagree, the vote of 1/2 costs log 2 and each temperature above 0 more: the likelihood rises to the end.
  @Test func anInsideTemperatureWithoutAnEndIsThatOfTheMean() throws {
    let (agree, differ) = (
      [(Double, Double)](repeating: (2, 1.5), count: 30), [(Double, Double)](repeating: (-3, 0.4), count: 5)
    )
    let answers = pairs(agree + differ, labels: [Int32](repeating: 1, count: 35))
    let votes = answers.loss(
      Mixture(
        PosteriorSamples(
          logits: (agree + differ).flatMap { [0, Float(40 * $0), 0, Float(40 * $1)] }, samples: 2, choices: 2,
          choiceCounts: [Int32](repeating: 2, count: 35))))
    #expect(abs(votes - 5 * log(2) / 35) < 1e-6)
    let (inside, plain) = try (FittedCalibrator.fit(.inside, answers), FittedCalibrator.fit(.temperature, answers))
    #expect(plain.remark == nil && plain.temperature?.value != 1)
    #expect(inside.remark == "no best temperature inside the mean, so that of the mean is kept")
    let mixture = answers.outcomes.mixture
    #expect(inside.applied(to: mixture, of: answers.samples) == plain.applied(to: mixture, of: answers.samples))
  }

  /// Class 1 is far too probable, so that answers are worse than guessing. With a bias of -4 they are right.
  @Test func aBiasIsFoundWhereTheTemperatureIsNot() throws {
    let right = (0..<400).map { row in Double(row % 20) / 10 - 2 }
    let labels = right.indices.map { Double(($0 / 20) % 20) + 0.5 < 20 / (1 + exp(-right[$0])) ? Int32(1) : 0 }
    let answers = pairs(right.map { ($0 + 4, $0 + 4) }, labels: labels)
    let fitted = try FittedCalibrator.fit(.platt, answers)
    #expect(Temperature.fit(answers.outcomes).remark == "temperature not identifiable: no better than guessing")
    #expect(fitted.remark == nil)
    let best = zip(right, labels).reduce(0) { $0 + log(1 + exp($1.1 == 1 ? -$1.0 : $1.0)) } / 400
    #expect(abs(answers.loss(fitted.applied(to: answers.outcomes.mixture, of: answers.samples)) - best) < 0.01)
  }

  @Test func whatDoesNotApplySaysWhy() throws {
    func reason(_ calibrator: Calibrator, _ answers: CalibrationAnswers) -> String? {
      do throws(Misfit) {
        _ = try FittedCalibrator.fit(calibrator, answers)
        return nil
      } catch { return error.reason }
    }
    let few = Forty.drawn(count: 5) { $0 }
    #expect(reason(.matrix, few) == "matrix needs 12 calibration questions, and there are 5")
    let fewer = Forty.drawn(count: 999) { $0 }
    #expect(reason(.isotonic, fewer) == "isotonic needs 1000 calibration questions, and there are 999")
    let ragged = PosteriorSamples(logits: [1, 2, 3, 1, 2, 0], choices: 3, choiceCounts: [3, 2])
    let other = CalibrationAnswers(ragged, labels: [0, 1])
    let mixed = "needs the same number of choices in every question, and there are 2 to 3"
    #expect(reason(.vector, other) == "vector \(mixed)")
    #expect(reason(.temperature, other) == nil && reason(.inside, other) == nil && reason(.smoothed, other) == nil)
    // Also where only rows that it will be applied to have others.
    let even = Forty.drawn(count: 1200) { [$0[0] - 1.5, $0[1], $0[2]] }
    let labels = even.outcomes.labels.map(Int32.init)
    let (uneven, wide) = (CalibrationAnswers(even.samples, labels: labels, choices: 2...3), wider(even))
    for calibrator in [Calibrator.platt, .vector, .matrix, .isotonic] {
      #expect(reason(calibrator, uneven) == "\(calibrator.rawValue) \(mixed)")
      #expect(reason(calibrator, even) == nil && reason(calibrator, wide) == nil)
    }
    let kinds = try [even, uneven].map { try FittedCalibrator.fit(.chosen, $0).kind }
    #expect([.platt, .vector, .matrix].contains(kinds[0]) && [.temperature, .smoothed, .inside].contains(kinds[1]))
  }

  /// The width of the array that rows stand in is of no matter.
  @Test(arguments: [Calibrator.vector, .matrix, .isotonic]) func whatIsBeyondTheChoicesIsNotRead(kind: Calibrator)
    throws
  {
    let narrow = Forty.drawn(count: 1000) { [$0[0] - 1.5, $0[1], $0[2]] }
    let wide = wider(narrow)
    let (one, other) = try (FittedCalibrator.fit(kind, narrow), FittedCalibrator.fit(kind, wide))
    let found = other.applied(to: wide.outcomes.mixture, of: wide.samples)
    let expected = one.applied(to: narrow.outcomes.mixture, of: narrow.samples)
    for example in 0..<1000 {
      #expect(found.probabilities[found.row(example)].elementsEqual(expected.probabilities[expected.row(example)]))
    }
  }

  /// The same answers of three choices in rows of four numbers.
  private func wider(_ answers: CalibrationAnswers) -> CalibrationAnswers {
    let count = answers.outcomes.count
    let logits = (0..<count).flatMap { answers.samples.logits[3 * $0..<3 * $0 + 3] + [.nan] }
    return CalibrationAnswers(
      PosteriorSamples(logits: logits, choices: 4, choiceCounts: [Int32](repeating: 3, count: count)),
      labels: answers.outcomes.labels.map(Int32.init))
  }
}

extension Forty {
  /// Answers of three classes with labels drawn from softmax(logits), reported as `report` says.
  static func drawn(count: Int, seed: UInt64 = 2, _ report: ([Double]) -> [Double]) -> CalibrationAnswers {
    let stream = RandomStream(seed: seed, purpose: .test)
    var (rows, labels): ([[Double]], [Int32]) = ([], [])
    for example in 0..<count {
      let row = (0..<3).map { 1.5 * Reference.normal(stream, 4 * example + $0) }
      var threshold = Double(stream.uniform(16 * count + example))
      let label = softmax(row).probabilities.firstIndex {
        threshold -= $0
        return threshold < 0
      }
      rows.append(report(row))
      labels.append(Int32(label ?? 2))
    }
    return CalibrationAnswers(samples(rows), labels: labels)
  }
}
