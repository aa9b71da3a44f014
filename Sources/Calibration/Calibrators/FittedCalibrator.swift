// A calibrator with its parameters: how it is fitted, chosen and applied.
import Foundation

/// A map with its parameters.
package struct FittedCalibrator: Sendable {
  enum Map: Sendable {
    case temperature(Temperature)
    /// A temperature, and the share of the uniform distribution.
    case smoothed(Double, share: Double)
    case inside(Double)
    case linear(LinearMap)
    /// [class] Fits of the class against the others, and the share of the uniform distribution.
    case isotonic([IsotonicFit], share: Double)
  }

  /// What was asked for.
  package let calibrator: Calibrator
  /// What it is: another kind where the best was chosen.
  package let kind: Calibrator
  /// Why nothing could be fitted, or what was not worth fitting; nil if there is nothing to say.
  package let remark: String?
  /// The number of answers it was fitted on.
  package let count: Int
  let map: Map

  private init(_ calibrator: Calibrator, _ kind: Calibrator, _ map: Map, remark: String? = nil, count: Int) {
    (self.calibrator, self.kind, self.map, self.remark, self.count) = (calibrator, kind, map, remark, count)
  }

  /// Temperature scaling.
  package init(_ temperature: Temperature) {
    self.init(
      .temperature, .temperature, .temperature(temperature), remark: temperature.remark, count: temperature.count)
  }

  /// The temperature, if that is all that was asked for.
  package var temperature: Temperature? {
    if case .temperature(let temperature) = map, calibrator == .temperature { temperature } else { nil }
  }

  /// The same probabilities, better calibrated; `samples` are those behind `mixture`.
  package func applied(to mixture: Mixture, of samples: PosteriorSamples) -> Mixture {
    switch map {
    case .temperature(let temperature): mixture.scaled(by: temperature.value)
    case .smoothed(let temperature, let share): mixture.scaled(by: temperature).mixedWithUniform(share)
    case .inside(let temperature): Mixture(samples.scaled(by: temperature))
    case .linear(let map): map.applied(to: mixture)
    case .isotonic(let fits, let share):
      mixture.mappingRows { row in
        precondition(row.count == fits.count, "\(row.count) choices, \(fits.count) fits")
        let values = zip(row, fits).map { $1.value(at: exp($0)) }
        let sum = values.reduce(0, +)
        return values.map { log((sum > 0 ? (1 - share) * $0 / sum : 0) + share / Double(row.count)) }
      }
    }
  }
}

extension FittedCalibrator {
  /// `calibrator` fitted on `answers`; throws a `Misfit` where it does not apply to them.
  package static func fit(_ calibrator: Calibrator, _ answers: CalibrationAnswers) throws(Misfit) -> FittedCalibrator {
    let temperature = Temperature.fit(answers.outcomes, votes: answers.votes)
    let count = answers.count
    func fitted(_ map: Map, _ remark: String? = nil) -> FittedCalibrator {
      FittedCalibrator(calibrator, calibrator, map, remark: remark, count: count)
    }
    switch calibrator {
    case .temperature: return FittedCalibrator(temperature)
    case .smoothed:
      return fitted(.smoothed(temperature.value, share: 1 / Double(count + 1)), temperature.remark)
    case .inside:
      // One set of weights is its own mean.
      guard answers.samples.hasSpread, temperature.remark == nil else {
        return fitted(.temperature(temperature), temperature.remark)
      }
      guard let inside = insideTemperature(answers) else {
        return fitted(.temperature(temperature), "no best temperature inside the mean, so that of the mean is kept")
      }
      return fitted(.inside(inside))
    case .platt, .vector, .matrix:
      let form: LinearMap.Form = calibrator == .platt ? .platt : calibrator == .vector ? .vector : .matrix
      let classes = try answers.classes(for: calibrator)
      try Misfit.require(rows: form.count(classes), for: calibrator, of: count)
      let start = LinearMap(form, classes: classes, scale: 1 / temperature.value)
      // Answers that are all right ask for no end of sharpness. No better than guessing may be a bias, which has an end.
      if temperature.remark != nil, !answers.outcomes.correct.contains(0) {
        return fitted(.linear(start), temperature.remark)
      }
      guard let ridge = start.bestRidge(answers) else {
        return fitted(.linear(start), temperature.remark ?? "cross-validation keeps the temperature alone")
      }
      return fitted(.linear(start.fitted(to: answers, ridge: ridge)))
    case .isotonic:
      let classes = try answers.classes(for: calibrator)
      try Misfit.require(rows: Self.rowsOfIsotonic, for: calibrator, of: count)
      return fitted(.isotonic(isotonic(answers, classes), share: 1 / Double(count + 1)))
    case .chosen: return try choose(answers)
    }
  }

  /// With fewer rows than this, steps follow the noise.
  private static let rowsOfIsotonic = 1000

  private static func isotonic(_ answers: CalibrationAnswers, _ classes: Int) -> [IsotonicFit] {
    let (mixture, targets) = (answers.outcomes.mixture, answers.targets)
    return (0..<classes).map { choice in
      IsotonicFit(
        (0..<answers.count).map { mixture.probabilities[mixture.row($0).lowerBound + choice] },
        targets.map { $0[choice] })
    }
  }

  /// The temperature of the samples with the highest likelihood of their mixture, by golden sections of log T from 1/20 to
  /// 20; nil if it is an end of that.
  private static func insideTemperature(_ answers: CalibrationAnswers) -> Double? {
    let loss = { (logarithm: Double) in answers.loss(Mixture(answers.samples.scaled(by: exp(logarithm)))) }
    let golden = (5.0.squareRoot() - 1) / 2
    let end = log(20.0)
    var (low, high) = (-end, end)
    var (left, right) = (high - golden * (high - low), low + golden * (high - low))
    var (lossLeft, lossRight) = (loss(left), loss(right))
    while high - low > 1e-5 {
      if lossLeft < lossRight {
        (high, right, lossRight) = (right, left, lossLeft)
        left = high - golden * (high - low)
        lossLeft = loss(left)
      } else {
        (low, left, lossLeft) = (left, right, lossRight)
        right = low + golden * (high - low)
        lossRight = loss(right)
      }
    }
    let best = (low + high) / 2
    return abs(best) < end - 1e-4 ? exp(best) : nil
  }

  /// The kind with the smallest loss on held-out folds, fitted on all; the simpler one wins ties.
  private static func choose(_ answers: CalibrationAnswers) throws(Misfit) -> FittedCalibrator {
    var best: (kind: Calibrator, loss: Double) = (.temperature, .infinity)
    for kind in Calibrator.choices {
      guard let loss = crossValidatedLoss(kind, answers), loss < best.loss else { continue }
      best = (kind, loss)
    }
    let fit = try fit(best.kind, answers)
    return FittedCalibrator(.chosen, best.kind, fit.map, remark: fit.remark, count: fit.count)
  }

  /// The mean loss of each example by the fit on the other folds; nil where the kind does not apply.
  private static func crossValidatedLoss(_ kind: Calibrator, _ answers: CalibrationAnswers) -> Double? {
    var sum: Double?
    for (own, others) in answers.splits {
      guard let fit = try? fit(kind, others) else { return nil }
      sum = (sum ?? 0) + own.loss(fit.applied(to: own.outcomes.mixture, of: own.samples)) * Double(own.count)
    }
    return sum.map { $0 / Double(answers.count) }
  }
}

/// Why a calibrator does not apply.
package struct Misfit: Error, Equatable {
  /// The reason in a few words.
  package let reason: String

  static func require(rows: Int, for calibrator: Calibrator, of count: Int) throws(Misfit) {
    guard count >= rows else {
      throw Misfit(reason: "\(calibrator.rawValue) needs \(rows) calibration questions, and there are \(count)")
    }
  }
}

extension CalibrationAnswers {
  /// The number of choices that all rows have, for a map of its own for each of them.
  fileprivate func classes(for calibrator: Calibrator) throws(Misfit) -> Int {
    guard choices.count == 1 else {
      throw Misfit(
        reason: "\(calibrator.rawValue) needs the same number of choices in every question, and there are "
          + "\(choices.lowerBound) to \(choices.upperBound)")
    }
    return choices.lowerBound
  }
}

extension PosteriorSamples {
  /// softmax(log p / T) of every sample.
  func scaled(by temperature: Double) -> PosteriorSamples {
    PosteriorSamples(
      logits: logits.map { Float(Double($0) / temperature) }, groups: groups, samples: samples, choices: choices,
      choiceCounts: choiceCounts, weights: weights)
  }
}

extension Mixture {
  /// A uniform distribution with this share, and these ones with the rest.
  func mixedWithUniform(_ share: Double) -> Mixture {
    mappingRows { row in row.map { log((1 - share) * exp($0) + share / Double(row.count)) } }
  }
}
