// The paired test of two calibration errors: a naive twin of its formula, and how often it fires. All seeds are fixed.
import Arrays
import Calibration
import Foundation
import Testing

/// Two methods on the same questions.
struct CalibrationPair: Sendable, CustomTestStringConvertible {
  enum Kind: Sendable {
    /// Logits with independent noise of this deviation, then divided by a temperature: equal in law.
    case seeds(noise: Double, temperature: Double)
    /// The true probabilities with logits divided by a temperature each.
    case temperatures(Double, Double)
    /// Confidences that are wrong by these shares of 1 - confidence.
    case slopes(Double, Double)
    /// Confidences that are wrong by waves of these heights; with opposite signs, in opposite places.
    case waves(Double, Double)
  }

  let kind: Kind
  /// Whether both are equally well calibrated.
  let isNull: Bool
  var testDescription: String { "\(kind)" }

  static let all = [
    CalibrationPair(kind: .seeds(noise: 0.2, temperature: 1), isNull: true),
    CalibrationPair(kind: .seeds(noise: 0.5, temperature: 1), isNull: true),
    CalibrationPair(kind: .seeds(noise: 2, temperature: 1), isNull: true),
    CalibrationPair(kind: .seeds(noise: 0.5, temperature: 0.77), isNull: true),
    CalibrationPair(kind: .slopes(0.15, -0.15), isNull: true), CalibrationPair(kind: .waves(0.05, -0.05), isNull: true),
    CalibrationPair(kind: .temperatures(1, 0.77), isNull: false),
    CalibrationPair(kind: .temperatures(1, 0.6), isNull: false),
    CalibrationPair(kind: .slopes(0, 0.3), isNull: false), CalibrationPair(kind: .waves(0, 0.2), isNull: false),
  ]

  /// The confidences and right answers of both on a sample.
  func sample(_ count: Int, _ index: Int) -> [(confidences: [Double], correct: [Double])] {
    let stream = RandomStream(seed: 31, purpose: .test, place: (UInt32(index), UInt32(count)))
    var methods: [(confidences: [Double], correct: [Double])] = [([], []), ([], [])]
    for question in 0..<count {
      let place = 32 * question
      var logits = (0..<4).map { Reference.normal(stream, place + $0) }
      logits[0] -= 2 * log(1 - Double(stream.uniform(1_000_000_000 + question)))
      logits[0] += pow(Reference.normal(stream, place + 4), 2)
      var threshold = Double(stream.uniform(1_500_000_000 + question))
      let shares = softmax(logits).probabilities
      let label =
        shares.firstIndex {
          threshold -= $0
          return threshold < 0
        } ?? 3
      for method in methods.indices {
        let (answer, confidence) = report(logits, method) { Reference.normal(stream, place + 8 + 4 * method + $0) }
        methods[method].confidences.append(confidence)
        methods[method].correct.append(answer == label ? 1 : 0)
      }
    }
    return methods
  }

  private func report(_ logits: [Double], _ method: Int, _ noise: (Int) -> Double) -> (answer: Int, confidence: Double)
  {
    func answer(_ logits: [Double], _ temperature: Double = 1) -> (Int, Double) {
      let shares = softmax(logits.map { $0 / temperature }).probabilities
      return (firstMaximum(shares), shares.max()!)
    }
    switch kind {
    case .seeds(let deviation, let temperature):
      return answer(logits.enumerated().map { $1 + deviation * noise($0) }, temperature)
    case .temperatures(let first, let second): return answer(logits, method == 0 ? first : second)
    case .slopes(let first, let second):
      let (choice, confidence) = answer(logits)
      return (choice, confidence + (method == 0 ? first : second) * (1 - confidence))
    case .waves(let first, let second):
      let (choice, confidence) = answer(logits)
      // Small at both ends, so that no confidence leaves (0, 1).
      let height = (method == 0 ? first : second) * min(1, 8 * (1 - confidence))
      return (choice, confidence + height * sin(6 * Double.pi * confidence))
    }
  }

  /// The errors of both on a sample.
  func errors(_ count: Int, _ index: Int) -> [CalibrationError] {
    sample(count, index).map {
      CalibrationError(confidences: $0.confidences, correct: $0.correct, binning: .equalWidth(15), norm: .expected)
    }
  }

  /// How often the first is found to differ from the second.
  func rate(_ count: Int, samples: Int) -> Double {
    let fired = (0..<samples).count { index in
      Bootstrap(draws: 2).resample(errors(count, index), strata: [count]).difference(0, minus: 1).excludesZero
    }
    return Double(fired) / Double(samples)
  }
}

@Suite struct GapComparisonTests {
  /// x' D x - tr D S and its variance by plain sums over all pairs of cells, with one cell for each method and bin.
  private func naive(_ methods: [(confidences: [Double], correct: [Double])], clusters: [Int]) -> Double {
    let count = Double(clusters.count)
    struct Cell {
      let method: Int
      let members: [Int]
      let weight: Double
      let gap: Double
    }
    let cells = methods.enumerated().flatMap { method, answers in
      (0..<15).compactMap { bin -> Cell? in
        let members = answers.confidences.indices.filter {
          answers.confidences[$0] > Double(bin) / 15 && answers.confidences[$0] <= Double(bin + 1) / 15
        }
        guard members.count > 1 else { return nil }
        let gap = members.reduce(0) { $0 + answers.correct[$1] - answers.confidences[$1] } / Double(members.count)
        return Cell(method: method, members: members, weight: Double(members.count) / count, gap: gap)
      }
    }
    func deviation(_ cell: Cell, _ cluster: Int) -> Double {
      let size = Double(cell.members.count)
      return cell.members.filter { clusters[$0] == cluster }.reduce(0) { sum, example in
        let answers = methods[cell.method]
        return sum + answers.correct[example] - answers.confidences[example] - cell.gap
      } * (size / (size - 1)).squareRoot() / count
    }
    let deviations = cells.map { cell in Set(clusters).sorted().map { deviation(cell, $0) } }
    func covariance(_ one: Int, _ other: Int) -> Double {
      zip(deviations[one], deviations[other]).reduce(0) { $0 + $1.0 * $1.1 }
    }
    func sign(_ cell: Int) -> Double { cells[cell].method == 0 ? 1 / cells[cell].weight : -1 / cells[cell].weight }
    var (difference, linear, trace) = (0.0, 0.0, 0.0)
    for one in cells.indices {
      let x = cells[one].weight * cells[one].gap
      difference += sign(one) * (x * x - covariance(one, one))
      for other in cells.indices {
        let y = cells[other].weight * cells[other].gap
        linear += x * sign(one) * covariance(one, other) * sign(other) * y
        // Within a method, only a cell with itself.
        guard one == other || cells[one].method != cells[other].method else { continue }
        trace += sign(one) * covariance(one, other) * sign(other) * covariance(one, other)
      }
    }
    return difference / max(4 * linear - 2 * trace, 2 * trace).squareRoot()
  }

  @Test(arguments: CalibrationPair.all) func theStatisticIsThatOfPlainSums(pair: CalibrationPair) throws {
    for copies in [1, 3] {
      let methods = pair.sample(90, 4).map { method in
        (
          confidences: [[Double]](repeating: method.confidences, count: copies).flatMap { $0 },
          correct: [[Double]](repeating: method.correct, count: copies).flatMap { $0 }
        )
      }
      let clusters = (0..<90 * copies).map { $0 % 90 }
      let errors = methods.map {
        CalibrationError(confidences: $0.confidences, correct: $0.correct, binning: .equalWidth(15), norm: .expected)
      }
      let difference = Bootstrap(draws: 2).resample(errors, strata: [Clusters(clusters)]).difference(0, minus: 1)
      let z = try #require(difference.z)
      #expect(abs(z - naive(methods, clusters: clusters)) < 1e-9, "\(z), \(copies) copies")
      #expect(difference.interval == nil)
    }
  }

  @Test func theStatisticChangesItsSignWithTheOrderAndIsZeroForOneMethod() throws {
    let errors = CalibrationPair.all[1].errors(500, 0)
    let resamples = Bootstrap(draws: 2).resample(errors, strata: [500])
    let (one, other) = (resamples.difference(0, minus: 1), resamples.difference(1, minus: 0))
    #expect(abs(try #require(one.z) + (try #require(other.z))) < 1e-12)
    #expect(resamples.difference(0, minus: 0).z == 0 && !resamples.difference(0, minus: 0).excludesZero)
  }

  /// 5 % are meant; the table in results/calibration.md has more samples.
  @Test(arguments: CalibrationPair.all.filter(\.isNull))
  func theTestFiresRarelyWhereBothAreEquallyCalibrated(pair: CalibrationPair) {
    let rate = pair.rate(1000, samples: 300)
    #expect((0.005...0.095).contains(rate), "\(rate)")
  }

  @Test func theTestFindsWhatIsDifferent() {
    for (pair, least) in zip(CalibrationPair.all.filter { !$0.isNull }, [0.25, 0.75, 0.35, 0.2]) {
      let rate = pair.rate(1000, samples: 60)
      #expect(rate > least, "\(pair.testDescription): \(rate)")
    }
  }

  @Test(.enabled(if: ProcessInfo.processInfo.environment["COVERAGE"] != nil, "COVERAGE is not set"))
  func tableOfStars() {
    let samples = Int(ProcessInfo.processInfo.environment["COVERAGE"] ?? "") ?? 1000
    let percent = { (value: Double) in (1000 * value).rounded() / 10 }
    for pair in CalibrationPair.all {
      let rates = [200, 1000, 5000].map { percent(pair.rate($0, samples: samples)) }
      let quantiles = (0..<samples / 4).count { index in
        let errors = pair.errors(1000, index).map(Percentile.init)
        return Bootstrap(draws: 200).resample(errors, strata: [1000]).difference(0, minus: 1).excludesZero
      }
      print(
        "| `\(pair.testDescription)` | \(pair.isNull ? "no" : "yes") |",
        rates.map { "\($0)" }.joined(separator: " | "), "|", percent(Double(quantiles) / Double(samples / 4)), "|")
    }
  }
}
