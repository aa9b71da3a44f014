// Calibration errors without bins or without bias, and CORP: numbers of other programs on made-up answers, closed forms.
// The figures are those of uncertainty-calibration 0.1.4, relplot 1.0.3, scikit-learn 1.9.1 and model-diagnostics 1.5.0.
import Arrays
import Calibration
import Foundation
import Testing

/// Sixty confidences between 0.41 and 1, all different, with answers that depend on them hardly at all.
private enum Sixty {
  static let confidences = (0..<60).map { 0.41 + 0.59 * Double(($0 * 37) % 61) / 61 }
  static let correct = (0..<60).map { ($0 * 29) % 17 < 11 ? 1.0 : 0 }

  static func error(_ binning: Binning, _ norm: CalibrationError.Norm) -> CalibrationError {
    CalibrationError(confidences: confidences, correct: correct, binning: binning, norm: norm)
  }
}

@Suite struct SmoothAndDebiasedTests {
  private func value(_ statistic: any Statistic) throws -> Double { try #require(statistic.score.value) }

  @Test func debiasedErrorsAreThoseOfUncertaintyCalibration() throws {
    let width = DebiasedCalibrationError(Sixty.error(.equalWidth(5), .rootMeanSquare))
    let mass = DebiasedCalibrationError(Sixty.error(.equalMass(5), .rootMeanSquare))
    #expect(abs(try value(width) - 0.16046078163272304) < 1e-12)
    #expect(abs(try value(mass) - 0.14700765739765081) < 1e-12)
    // Its mean over 400,000 normal labels is 0.14974; in closed form, by scipy's folded normal distribution:
    let expected = DebiasedCalibrationError(Sixty.error(.equalWidth(5), .expected))
    #expect(abs(try value(expected) - 0.14967939606287944) < 1e-12)
    #expect(abs(try value(Sixty.error(.equalWidth(5), .expected)) - 0.16654098360655734) < 1e-12)
  }

  @Test func aCalibratedMethodHasNoDebiasedErrorOnAverage() throws {
    let (count, samples) = (300, 200)
    var (plain, debiased, square) = (0.0, 0.0, 0.0)
    for sample in 0..<samples {
      let stream = RandomStream(seed: 5, purpose: .test, place: (UInt32(sample), 0))
      let confidences = (0..<count).map { 0.3 + 0.7 * Double(stream.uniform($0)) }
      let correct = (0..<count).map { Double(stream.uniform(count + $0)) < confidences[$0] ? 1.0 : 0 }
      func error(_ norm: CalibrationError.Norm) -> CalibrationError {
        CalibrationError(confidences: confidences, correct: correct, binning: .equalMass(15), norm: norm)
      }
      plain += try value(error(.expected)) / Double(samples)
      debiased += try value(DebiasedCalibrationError(error(.expected))) / Double(samples)
      square += pow(try value(DebiasedCalibrationError(error(.rootMeanSquare))), 2) / Double(samples)
    }
    // Negative values count as 0, so that something is left.
    #expect(plain > 0.06 && debiased < 0.75 * plain && square < 0.0025, "\(plain), \(debiased), \(square)")
  }

  @Test func theSmoothErrorIsThatOfRelplot() throws {
    let own = try value(SmoothCalibrationError(confidences: Sixty.confidences, correct: Sixty.correct))
    // relplot has a coarser grid and ten bisections; the second figure is scipy's root with reflected densities.
    #expect(abs(own - 0.14429966034570932) < 2e-4)
    #expect(abs(own - 0.14415918863362032) < 1e-5)
  }

  @Test(arguments: [(0.7, 0.7), (0.7, 0.5), (0.6, 0.9), (1.0, 0.9)])
  func aConstantConfidenceHasItsGapAsSmoothError(confidence: Double, accuracy: Double) throws {
    let correct = (0..<100).map { Double($0) < 100 * accuracy ? 1.0 : 0 }
    let confidences = [Double](repeating: confidence, count: 100)
    let error = try value(SmoothCalibrationError(confidences: confidences, correct: correct))
    // All residuals are at one place, and what is smoothed keeps its sum.
    #expect(abs(error - abs(confidence - accuracy)) < 2e-3)
  }

  @Test func gapsOfOppositeSignsThatAreCloseCancel() throws {
    // Too confident by 0.1 and too cautious by 0.1, at a distance: bins would see 0.1 at any distance that splits them.
    func error(_ distance: Double) throws -> Double {
      let confidences = (0..<200).map { $0 < 100 ? 0.6 : 0.6 + distance }
      let correct = (0..<200).map { example in
        Double(example % 100) < 100 * (example < 100 ? 0.5 : 0.7 + distance) ? 1.0 : 0
      }
      return try value(SmoothCalibrationError(confidences: confidences, correct: correct))
    }
    #expect(try error(0.001) < 0.012)
    #expect(abs(try error(0.3) - 0.1) < 0.01)
  }

  /// Gaps of 0.002 and -0.002 at a distance d of 0.004, half of the answers each: the integral of the difference of two
  /// Gaussians, 0.002 erf(d / (2 sqrt(2) s)), is below s = 0.0025, the narrowest.
  @Test func theGaussianIsNeverNarrowerThanTheTermsCanShow() throws {
    let confidences = (0..<1000).map { $0 < 500 ? 0.3 : 0.304 }
    let correct = (0..<1000).map { $0 % 500 < 151 ? 1.0 : 0 }
    let found = try value(SmoothCalibrationError(confidences: confidences, correct: correct))
    #expect(abs(found / (0.002 * erf(0.004 / (2 * 2.0.squareRoot() * 0.0025))) - 1) < 0.02)
  }

  @Test func theIsotonicFitIsThatOfScikitLearn() {
    let fit = IsotonicFit(Sixty.confidences, Sixty.correct)
    for (position, value) in [
      (0.4, 0.6176470588235294), (0.55, 0.6176470588235294), (0.7, 0.6176470588235294), (0.83, 0.631578947368421),
      (0.95, 0.6666666666666666), (1.0, 0.75),
    ] { #expect(abs(fit.value(at: position) - value) < 1e-12, "\(position)") }
  }

  @Test func theIsotonicFitIsLinearBetweenStepsAndPoolsTies() {
    let fit = IsotonicFit([0.1, 0.2, 0.2, 0.4], [0, 1, 0, 1])
    #expect(fit.steps.map(\.value) == [0, 0.5, 1])
    #expect(abs(fit.value(at: 0.3) - 0.75) < 1e-12 && abs(fit.value(at: 0.15) - 0.25) < 1e-12)
    #expect(fit.value(at: 0) == 0 && fit.value(at: 2) == 1)
    #expect(IsotonicFit([1, 2, 3], [3, 2, 1]).steps.map(\.value) == [2])
  }

  @Test func scoresSplitAsModelDiagnosticsDoes() throws {
    let parts = [ReliabilityPart.Part.miscalibration, .discrimination].map {
      ReliabilityPart(confidences: Sixty.confidences, correct: Sixty.correct, $0)
    }
    let (miscalibration, discrimination) = (try value(parts[0]), try value(parts[1]))
    #expect(abs(miscalibration - 0.045056783636824665) < 1e-12)
    #expect(abs(discrimination - 0.0011033711730306928) < 1e-12)
    let error = zip(Sixty.correct, Sixty.confidences).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) } / 60
    #expect(abs(error - (miscalibration - discrimination + 0.23222222222222222)) < 1e-12)
  }

  /// The band of a calibrated method holds its own curve nearly always, pointwise; that of an overconfident one does not.
  @Test func theBandHoldsCurvesOfCalibratedMethods() throws {
    func held(by shift: Double) -> Double {
      var (inside, all) = (0, 0)
      for sample in 0..<60 {
        let stream = RandomStream(seed: 23, purpose: .test, place: (UInt32(sample), 0))
        let shares = (0..<400).map { 0.5 + 0.5 * stream.uniform($0) }
        let labels = shares.enumerated().map { stream.uniform(400 + $0) < $1 - Float(shift) ? Int32(0) : 1 }
        let mixture = Mixture(
          logits: shares.flatMap { [log($0), log(max(1 - $0, 1e-6))] }, choices: 2,
          choiceCounts: [Int32](repeating: 2, count: 400))
        let curve = ReliabilityCurve(Outcomes(mixture, labels: labels), draws: 200, seed: UInt64(sample))
        for band in curve.band {
          inside += band.interval.contains(curve.fit.value(at: band.confidence)) ? 1 : 0
          all += 1
        }
      }
      return Double(inside) / Double(all)
    }
    #expect(abs(held(by: 0) - 0.95) < 0.03)
    #expect(held(by: 0.1) < 0.6)
  }
}
