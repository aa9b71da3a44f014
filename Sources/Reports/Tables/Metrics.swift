// The metrics of the results table, one value each: name in files, title, direction, format, definition and statistic.
// A new metric needs a value, an entry in `all`, and a test. Those of calibration are in Metrics+Calibration.swift.
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
