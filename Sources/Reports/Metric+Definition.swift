// The metrics in words, as the reports print them beside the numbers.

extension Metric {
  /// Its name in tables and over pictures.
  public var title: String {
    switch self {
    case .accuracy: "Accuracy"
    case .nll: "NLL"
    case .brier: "Brier score"
    case .ece: "ECE"
    case .ece10: "ECE, 10 bins"
    case .ece20: "ECE, 20 bins"
    case .eceEqualMass: "ECE, equal mass"
    case .mce: "MCE"
    case .rmsce: "RMS calibration error"
    case .eceClasswise: "Classwise ECE"
    case .aurc: "AURC"
    case .riskAt80: "Risk at 80 % coverage"
    case .totalEntropy: "Total entropy"
    case .aleatoricEntropy: "Aleatoric entropy"
    case .epistemicEntropy: "Epistemic: mutual information"
    case .betweenGroups: "... between members"
    case .withinGroups: "... within a member"
    case .disagreement: "Disagreement"
    }
  }

  /// What exactly is computed. `p` is the mean of the probabilities of all members and samples.
  public func definition(bins: Int) -> String {
    switch self {
    case .accuracy: "Share of questions whose most probable choice is the right one; the first of equals counts."
    case .nll: "Mean of −log p(right choice), in nats, from log-probabilities in double precision."
    case .brier: "Mean squared distance between p and the right answer's indicator, summed over choices: 0 to 2."
    case .ece:
      "Mean over \(bins) equally wide, right-closed bins of |accuracy − mean confidence|, weighted by their counts. "
        + "Confidence is the largest probability. It is too high where calibration is good: a perfectly calibrated "
        + "method has about 2 % with 1000 questions and 5 % with 200. Its interval is higher still and misses a small "
        + "true value nearly always: with 1000 questions and a true ECE of 2 % in about 85 of 100 cases, of 5 % in 15, "
        + "of 13 % in 7. The same holds of the calibration errors below. Compare methods by the NLL."
    case .ece10: "ECE with 10 bins."
    case .ece20: "ECE with 20 bins."
    case .eceEqualMass:
      "ECE with \(bins) bins of nearly equal counts; equal confidences at an edge are shared in proportion."
    case .mce:
      "The largest |accuracy − mean confidence| of any of the \(bins) bins that has at least one question: a "
        + "single question can decide it, so it is no number to compare methods by."
    case .rmsce: "The square root of the mean squared gap over the \(bins) bins, weighted by their counts."
    case .eceClasswise:
      "For every choice, the gap between its probability and its frequency over \(bins) bins; mean over choices."
    case .aurc:
      "Mean share of wrong answers among the n most confident ones, over n = 1 ... N; equal confidences count "
        + "as the mean over their orders."
    case .riskAt80: "Share of wrong answers among the most confident 80 % (rounded up to whole questions)."
    case .totalEntropy: "Mean entropy of p, in nats; at most log of the number of choices."
    case .aleatoricEntropy: "Mean entropy of the single sets of weights: the doubt that they share."
    case .epistemicEntropy: "Total − aleatoric: the doubt that comes of differences between the sets of weights."
    case .betweenGroups: "Its part between the members' mean predictions; between + within = epistemic."
    case .withinGroups: "Its part among the samples of a member, mean over members."
    case .disagreement: "Mean share of single sets of weights whose answer is not the mixture's."
    }
  }
}
