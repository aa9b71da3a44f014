// The metrics of how far confidence and accuracy are apart, with their definitions.
import Calibration

extension Metric {
  /// Expected calibration error over the bins of the settings.
  package static let ece = Metric("ece", "ECE", better: .lower, .percent) { bins in
    "Mean over \(bins) equally wide, right-closed bins of |accuracy − mean confidence|, weighted by their counts. "
      + "Confidence is the largest probability. Noise alone makes it larger than 0: compare it with ece_null. Its "
      + "interval is about the true error and takes this into account; if it contains 0, the method may be perfectly "
      + "calibrated."
  } statistic: { forecast, bins in
    CalibrationError(forecast.outcomes, binning: .equalWidth(bins), norm: .expected)
  }

  /// What noise alone would make of the expected calibration error.
  package static let eceNull = Metric("ece_null", "ECE if calibrated", better: .neither, .percent) { bins in
    "The ECE over \(bins) bins that a perfectly calibrated method with the same confidences would show, on average; its "
      + "interval has 95 of 100 such methods."
  } statistic: { forecast, bins in
    guard forecast.outcomes.count > 0 else { return Undefined(count: forecast.count, "no labels") }
    return CalibrationNull(CalibrationError(forecast.outcomes, binning: .equalWidth(bins), norm: .expected))
  }

  /// Mean confidence minus accuracy.
  package static let eceSigned = Metric("ece_signed", "Overconfidence", better: .neither, .percent, isMean: true) { _ in
    "Mean confidence − accuracy: above 0 if a method is overconfident. The ECE is at least as large."
  } statistic: { forecast, _ in
    guard forecast.outcomes.count > 0 else { return Undefined(count: forecast.count, "no labels") }
    return forecast.outcomes.overconfidence
  }

  /// Expected calibration error without the part that noise adds on average.
  package static let eceDebiased = Metric("ece_debiased", "ECE, debiased", better: .lower, .percent) { bins in
    "ECE over \(bins) bins minus what noise adds to it on average (Kumar et al. 2019); 0 if that is more. Its interval is "
      + "that of the ECE, which is about the same true error."
  } statistic: { forecast, bins in
    DebiasedCalibrationError(CalibrationError(forecast.outcomes, binning: .equalWidth(bins), norm: .expected))
  }

  /// The smooth calibration error.
  package static let eceSmooth = Metric("ece_smooth", "Smooth ECE", better: .lower, .percent) { _ in
    "smECE (Błasiok and Nakkiran 2023): residuals smoothed by a Gaussian that is as wide as the error; without bins. Noise "
      + "makes it larger than 0 too, so it has no interval."
  } statistic: { forecast, _ in
    SmoothCalibrationError(forecast.outcomes)
  }

  /// Expected calibration error over 10 bins.
  package static let ece10 = Metric("ece_10", "ECE, 10 bins", better: .lower, .percent) { _ in
    "ECE with 10 bins."
  } statistic: { forecast, _ in
    CalibrationError(forecast.outcomes, binning: .equalWidth(10), norm: .expected)
  }

  /// Expected calibration error over 20 bins.
  package static let ece20 = Metric("ece_20", "ECE, 20 bins", better: .lower, .percent) { _ in
    "ECE with 20 bins."
  } statistic: { forecast, _ in
    CalibrationError(forecast.outcomes, binning: .equalWidth(20), norm: .expected)
  }

  /// Expected calibration error over bins of nearly equal counts.
  package static let eceEqualMass = Metric("ece_equal_mass", "ECE, equal mass", better: .lower, .percent) { bins in
    "ECE with \(bins) bins of nearly equal counts; questions with equal confidence at an edge are split in proportion."
  } statistic: { forecast, bins in
    CalibrationError(forecast.outcomes, binning: .equalMass(bins), norm: .expected)
  }

  /// Maximum calibration error.
  package static let mce = Metric("mce", "MCE", better: .lower, .percent) { bins in
    "The largest |accuracy − mean confidence| of the \(bins) bins, without empty ones. A single question can decide "
      + "it, so it has no interval: do not compare methods by it."
  } statistic: { forecast, bins in
    CalibrationError(forecast.outcomes, binning: .equalWidth(bins), norm: .maximum)
  }

  /// Root mean square calibration error.
  package static let rmsce = Metric("rmsce", "RMS calibration error", better: .lower, .percent) { bins in
    "The square root of the mean squared gap over the \(bins) bins, weighted by their counts."
  } statistic: { forecast, bins in
    CalibrationError(forecast.outcomes, binning: .equalWidth(bins), norm: .rootMeanSquare)
  }

  /// Root mean square calibration error over bins of nearly equal counts, without the part that noise adds on average.
  package static let rmsceDebiased = Metric(
    "rmsce_debiased", "RMS calibration error, debiased", better: .lower, .percent
  ) { bins in
    "The root of Σ w (gap² − a (1 − a) / (n − 1)) over \(bins) bins of nearly equal counts n with accuracy a (Kumar et al. "
      + "2019); 0 if the sum is negative. It has no interval."
  } statistic: { forecast, bins in
    DebiasedCalibrationError(CalibrationError(forecast.outcomes, binning: .equalMass(bins), norm: .rootMeanSquare))
  }

  /// The calibration error of every choice's probability.
  package static let eceClasswise = Metric("ece_classwise", "Classwise ECE", better: .lower, .percent) { bins in
    "For every choice, the gap between its probability and its frequency over \(bins) bins; mean over choices."
  } statistic: { forecast, bins in
    ClasswiseCalibrationError(forecast.outcomes, bins: bins)
  }

  /// The part of the confidence's squared error that a recalibration would take away.
  package static let miscalibration = Metric("corp_mcb", "CORP miscalibration", better: .lower, .decimal) { _ in
    "Of the mean squared error of the confidence, (correct − confidence)²: the part that an isotonic recalibration of the "
      + "same questions would take away (Dimitriadis et al. 2021). It follows the noise and is too large; no interval."
  } statistic: { forecast, _ in
    ReliabilityPart(forecast.outcomes, .miscalibration)
  }

  /// The part of the accuracy's squared error that the confidence explains.
  package static let discrimination = Metric("corp_dsc", "CORP discrimination", better: .higher, .decimal) { _ in
    "How much the recalibrated confidence is better than the overall accuracy a in the same squared error: error = "
      + "miscalibration − discrimination + a (1 − a). Too large by noise too; no interval."
  } statistic: { forecast, _ in
    ReliabilityPart(forecast.outcomes, .discrimination)
  }
}
