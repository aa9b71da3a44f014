// How often the intervals of the other scores hold the truth: the classwise error, AURC, and errors of other bins. All
// seeds are fixed.
import Arrays
import Calibration
import Foundation
import Testing

/// Questions with four choices, and probabilities that are sharper or flatter than the right ones.
private struct ChoicePopulation: Sendable {
  private let logits: [[Double]]
  private let right: [[Double]]
  private let stream = RandomStream(seed: 37, purpose: .test)
  let sharpness: Double

  init(sharpness: Double, size: Int = 200_000) {
    self.sharpness = sharpness
    let stream = stream
    let raw = (0..<size).map { question in (0..<4).map { 1.5 * Reference.normal(stream, 4 * question + $0) } }
    right = raw.map { softmax($0).probabilities }
    logits = raw.map { row in row.map { sharpness * $0 } }
  }

  /// A statistic's value without noise: every question with its right probabilities in place of an answer.
  func truth(_ name: Score.Name) -> Double {
    let probabilities = logits.map { softmax($0).probabilities }
    let confidences = probabilities.map { $0.max()! }
    let correct = zip(probabilities, right).map { $1[firstMaximum($0)] }
    switch name {
    case .classwise:
      return (0..<4).reduce(0) { sum, choice in
        var gaps = [Int: Double]()
        for (own, right) in zip(probabilities, right) {
          gaps[Int((own[choice] * 15).rounded(.up)), default: 0] += own[choice] - right[choice]
        }
        return sum + gaps.values.reduce(0) { $0 + abs($1) } / Double(logits.count) / 4
      }
    case .aurc: return SelectiveRisk(confidences: confidences, correct: correct, .area).score.value!
    case .rms:
      return CalibrationError(
        confidences: confidences, correct: correct, binning: .equalWidth(15), norm: .rootMeanSquare
      )
      .score.value!
    case .equalMass:
      return CalibrationError(confidences: confidences, correct: correct, binning: .equalMass(15), norm: .expected)
        .score.value!
    }
  }

  func sample(_ count: Int, _ index: Int) -> Outcomes {
    let stream = RandomStream(seed: 41, purpose: .test, place: (UInt32(index), UInt32(count)))
    let questions = (0..<count).map { stream.integer(2 * $0, below: logits.count) }
    let labels = questions.enumerated().map { place, question -> Int32 in
      var threshold = Double(stream.uniform(1_000_000 + place))
      return Int32(
        right[question].firstIndex {
          threshold -= $0
          return threshold < 0
        } ?? 3)
    }
    let mixture = Mixture(
      logits: questions.flatMap { logits[$0].map(Float.init) }, choices: 4,
      choiceCounts: [Int32](repeating: 4, count: count))
    return Outcomes(mixture, labels: labels)
  }

  /// How often the interval of the statistic holds its truth.
  func rate(_ name: Score.Name, _ count: Int, samples: Int) -> Double {
    let truth = truth(name)
    let held = (0..<samples).count { index in
      let statistic = name.statistic(sample(count, index))
      return Bootstrap(draws: 300).resample([statistic], strata: [count])[0].interval!.contains(truth)
    }
    return Double(held) / Double(samples)
  }
}

extension Score {
  /// A score whose interval is examined.
  fileprivate enum Name: String, CaseIterable {
    case classwise, aurc, rms
    case equalMass = "equal mass"

    func statistic(_ outcomes: Outcomes) -> any Statistic {
      switch self {
      case .classwise: ClasswiseCalibrationError(outcomes)
      case .aurc: SelectiveRisk(outcomes, .area)
      case .rms: CalibrationError(outcomes, binning: .equalWidth(15), norm: .rootMeanSquare)
      case .equalMass: CalibrationError(outcomes, binning: .equalMass(15), norm: .expected)
      }
    }
  }
}

@Suite struct OtherIntervalsTests {
  @Test(arguments: Score.Name.allCases, [1.0, 1.4]) fileprivate func theTruthIsInTheInterval(
    name: Score.Name, sharpness: Double
  ) {
    let rate = ChoicePopulation(sharpness: sharpness, size: 40_000).rate(name, 500, samples: 150)
    #expect(rate > 0.89, "\(rate)")
  }

  @Test(.enabled(if: ProcessInfo.processInfo.environment["COVERAGE"] != nil, "COVERAGE is not set"))
  func tableOfOtherIntervals() {
    let samples = Int(ProcessInfo.processInfo.environment["COVERAGE"] ?? "") ?? 1000
    for sharpness in [1.0, 1.2, 1.6] {
      let population = ChoicePopulation(sharpness: sharpness)
      for name in Score.Name.allCases {
        let rates = [200, 1000].map { (1000 * population.rate(name, $0, samples: samples)).rounded() / 10 }
        let truth = (10000 * population.truth(name)).rounded() / 100
        print("| \(name.rawValue) | \(sharpness) | \(truth) | \(rates[0]) | \(rates[1]) |")
      }
    }
  }
}
