// Predictions for labelled examples, reduced to a few values per example: the basis of proper scores, calibration
// errors and risk-coverage curves.

/// Predictions together with their labels.
package struct Outcomes: Sendable {
  /// The predictive distributions, of the labelled examples only.
  package let mixture: Mixture
  /// [example] The right choice.
  package let labels: [Int]
  /// [example] The most probable choice; the lowest index wins ties.
  package let predictions: [Int]
  /// [example] Its probability.
  package let confidences: [Double]
  /// [example] 1 if the prediction is the label, else 0.
  package let correct: [Double]

  /// Keeps the examples with a label and leaves out those with -1; `count` is the number that remains.
  package init(_ mixture: Mixture, labels: [Int32]) {
    precondition(mixture.count == labels.count, "\(mixture.count) predictions, \(labels.count) labels")
    let labelled = labels.indices.filter { labels[$0] >= 0 }
    let mixture = labelled.count == labels.count ? mixture : mixture.selecting(labelled)
    let kept = labelled.map { Int(labels[$0]) }
    for (example, label) in kept.enumerated() {
      precondition(label < Int(mixture.choiceCounts[example]), "label \(label) of \(mixture.choiceCounts[example])")
    }
    let predictions = (0..<mixture.count).map(mixture.prediction)
    (self.mixture, self.labels, self.predictions) = (mixture, kept, predictions)
    confidences = predictions.enumerated().map { mixture.probabilities[$0.offset * mixture.choices + $0.element] }
    correct = zip(predictions, kept).map { $0 == $1 ? 1 : 0 }
  }

  /// The number of labelled examples.
  package var count: Int { labels.count }

  /// The share of right predictions, 0 to 1.
  package var accuracy: Mean { Mean(correct) }

  /// The mean of -log p(label) in nats, from log-probabilities: no probability underflows to zero before its logarithm.
  package var negativeLogLikelihood: Mean {
    Mean(labels.enumerated().map { -mixture.logProbabilities[$0.offset * mixture.choices + $0.element] })
  }

  /// The mean over examples of the squared distance to the label's indicator, summed over choices: 0 to 2 (Brier 1950).
  package var brierScore: Mean {
    Mean(
      labels.enumerated().map { example, label in
        mixture.row(example).reduce(0) { sum, index in
          let error = mixture.probabilities[index] - (index - example * mixture.choices == label ? 1 : 0)
          return sum + error * error
        }
      })
  }

  /// The mean confidence minus the accuracy, -1 to 1.
  package var overconfidence: Mean { Mean(zip(confidences, correct).map { $0 - $1 }) }

  /// The expected calibration error with equal-width, right-closed bins, 0 to 1.
  package func expectedCalibrationError(bins: Int = 15) -> CalibrationError {
    CalibrationError(self, binning: .equalWidth(bins), norm: .expected)
  }
}
