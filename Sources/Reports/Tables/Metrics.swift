// The metrics of the results table, one value each: name in files, title, direction, format, definition and statistic.
// A new metric needs a value here, an entry in `all`, and a test.
import Calibration

extension Metric {
  /// The metrics of every set, in the order of files and reports.
  package static let all = [
    accuracy, nll, nllRefinement, nllCalibration, brier, ece, eceNull, eceSigned, eceDebiased, eceSmooth, ece10, ece20,
    eceEqualMass, mce, rmsce, rmsceDebiased, eceClasswise, miscalibration, discrimination, aurc, riskAt80, totalEntropy,
    aleatoricEntropy, epistemicEntropy, betweenGroups, withinGroups, disagreement,
  ]

  /// The metrics of sets that have more than one label for each example, or grades.
  static let further = [votes, microF1, macroF1, subsetAccuracy, crps, medianError, coverage90]

  /// The fraction of right answers.
  package static let accuracy = Metric("accuracy", "Accuracy", better: .higher, .percent, isMean: true) { _ in
    "Share of questions whose most probable choice is right; if choices tie, the first one counts."
  } statistic: { forecast, _ in
    forecast.outcomes.accuracy
  }

  /// Negative log-likelihood, in nats.
  package static let nll = Metric("nll", "NLL", better: .lower, .decimal, isMean: true) { _ in
    "Mean of −log p(right choice), in nats, from log-probabilities in double precision. Of numbers, −log of the density "
      + "at the right number, which depends on their unit and may be negative."
  } statistic: { forecast, _ in
    forecast.numbers?.negativeLogDensity ?? forecast.outcomes.negativeLogLikelihood
  }

  /// The part of the negative log-likelihood that no temperature takes away, in nats.
  package static let nllRefinement = Metric(
    "nll_refinement", "NLL, refinement", better: .lower, .decimal, isMean: true
  ) { _ in
    "NLL of the same probabilities after a temperature (with a uniform distribution of one question's weight), fitted on "
      + "four fifths of the scored questions and applied to the others: what the method knows, however it says it."
  } statistic: { forecast, _ in
    forecast.refinement.refinement
  }

  /// The part that a temperature takes away, in nats.
  package static let nllCalibration = Metric(
    "nll_calibration", "NLL, calibration", better: .lower, .decimal, isMean: true
  ) { _ in
    "NLL \u{2212} refinement: what miscalibration costs. Below 0 if there is too little of it to be found in a fold."
  } statistic: { forecast, _ in
    forecast.refinement.calibration
  }

  /// F1 over all labels together.
  package static let microF1 = Metric(
    "f1_micro", "micro F1", better: .higher, .percent, where: { !$0.labelNames.isEmpty }
  ) { _ in
    "2 TP / (2 TP + FP + FN) with the counts of all labels together; a label is predicted above a probability of 50 %."
  } statistic: { forecast, _ in
    F1(forecast.outcomes, labels: forecast.labelNames.count, .micro)
  }

  /// The mean of the labels' F1.
  package static let macroF1 = Metric(
    "f1_macro", "macro F1", better: .higher, .percent, where: { !$0.labelNames.isEmpty }
  ) { _ in
    "Mean of the labels' F1 scores, so that rare labels count as much as frequent ones; 0 for a label that neither "
      + "applies nor is predicted."
  } statistic: { forecast, _ in
    F1(forecast.outcomes, labels: forecast.labelNames.count, .macro)
  }

  /// The fraction of examples without a wrong label.
  package static let subsetAccuracy = Metric(
    "subset_accuracy", "subset accuracy", better: .higher, .percent, isMean: true, where: { !$0.labelNames.isEmpty }
  ) { _ in
    "Share of texts all of whose labels are right. The accuracy is the share of single labels that are right."
  } statistic: { forecast, _ in
    forecast.outcomes.subsetAccuracy(labels: forecast.labelNames.count)
  }

  /// The cross-entropy with the votes of several annotators, in nats.
  package static let votes = Metric(
    "nll_votes", "NLL of the votes", better: .lower, .decimal, isMean: true, where: { $0.details.votes != nil }
  ) { _ in
    "Mean of −Σ share log p over the choices, in nats, where the shares are those of the annotators' votes. The other "
      + "scores take the choice with the most votes as the right one. Its smallest value is the votes' own entropy."
  } statistic: { forecast, _ in
    forecast.crossEntropyWithVotes
  }

  /// The Brier score, summed over choices.
  package static let brier = Metric("brier", "Brier score", better: .lower, .decimal, isMean: true) { _ in
    "Mean squared distance between p and the right answer's indicator, summed over choices: 0 to 2."
  } statistic: { forecast, _ in
    forecast.outcomes.brierScore
  }

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

  /// The area under the curve of risk against coverage.
  package static let aurc = Metric("aurc", "AURC", better: .lower, .percent) { _ in
    "Mean share of wrong answers among the n most confident ones, over n = 1 ... N; ties count as the mean over "
      + "their orders."
  } statistic: { forecast, _ in
    SelectiveRisk(forecast.outcomes, .area)
  }

  /// The fraction of wrong answers among the most confident 80 %.
  package static let riskAt80 = Metric("risk_at_80", "Risk at 80 % coverage", better: .lower, .percent) { _ in
    "Share of wrong answers among the most confident 80 % (rounded up to whole questions)."
  } statistic: { forecast, _ in
    SelectiveRisk(forecast.outcomes, .atCoverage(0.8))
  }

  /// Mean entropy of the mixture, in nats.
  package static let totalEntropy = Metric("entropy_total", "Total entropy", better: .neither, .decimal) { _ in
    "Mean entropy of p, in nats; at most log of the number of choices."
  } statistic: { forecast, _ in
    forecast.totalEntropy
  }

  /// Mean entropy of the individual sets of weights, in nats.
  package static let aleatoricEntropy = Metric(
    "entropy_aleatoric", "Aleatoric entropy", better: .neither, .decimal
  ) { _ in
    "Mean entropy of the individual sets of weights: the uncertainty that they share."
  } statistic: { forecast, _ in
    forecast.spread(\.meanAleatoric)
  }

  /// Total minus aleatoric entropy, in nats.
  package static let epistemicEntropy = Metric(
    "entropy_epistemic", "Epistemic: mutual information", better: .neither, .decimal
  ) { _ in
    "Total − aleatoric: the uncertainty from differences between the sets of weights."
  } statistic: { forecast, _ in
    forecast.spread(\.meanEpistemic)
  }

  /// Its part between members.
  package static let betweenGroups = Metric(
    "mutual_information_between", "... between members", better: .neither, .decimal
  ) { _ in
    "Its part between the members' mean predictions; between + within = epistemic."
  } statistic: { forecast, _ in
    forecast.spread(\.meanBetweenGroups)
  }

  /// Its part within a member.
  package static let withinGroups = Metric(
    "mutual_information_within", "... within a member", better: .neither, .decimal
  ) { _ in
    "Its part among the samples of a member, mean over members."
  } statistic: { forecast, _ in
    forecast.spread(\.meanWithinGroups)
  }

  /// The fraction of sets of weights whose answer is not the mixture's.
  package static let disagreement = Metric("disagreement", "Disagreement", better: .neither, .percent) { _ in
    "Mean share of sets of weights whose answer is not the mixture's."
  } statistic: { forecast, _ in
    forecast.spread(\.meanDisagreement)
  }
}
