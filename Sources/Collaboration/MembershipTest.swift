// What an adapter tells about the rows that it was trained on: an attacker who has the adapter and a row can compute the
// loss of the row, and rows of training tend to have a lower one (Yeom et al. 2018, "Privacy risk in machine learning",
// arXiv:1709.01604). This is the weakest of such attacks, so a small value promises nothing.
import Adapters
import Artifacts
import Calibration
import Training

extension Scorer {
  /// The area under the ROC curve of the loss as a test for membership: the probability that a held-out row (calibration or
  /// test) has a higher loss than a training row; 0.5 where the loss tells nothing. NaN without held-out rows.
  ///
  /// - Throws: `Fault` of kind `.configuration` where several labels may apply to a row; what scoring throws.
  package func membershipAUROC(of values: [Float], _ settings: AdapterSettings, seed: Int) throws -> Double {
    try data.requireOneRightChoice(for: "a test for membership", hint: "omit `membership`")
    let trained = try DataOrder(training: data, settings, seed: seed).examples
    let heldOut = data.splits.indices.filter { data.splits[$0] != .train && data.labels[$0] >= 0 }
    let detection = Detection(
      inDistribution: try losses(of: trained, values), shifted: try losses(of: heldOut, values), .areaUnderROC)
    return detection.score.value ?? .nan
  }

  /// [example] -log p(label) in nats.
  private func losses(of examples: [Int], _ values: [Float]) throws -> [Double] {
    let answers = try logProbabilities(of: examples, parameters: values)
    return examples.enumerated().map { row, example in
      -Double(answers[row * data.maximumAnswers + Int(data.labels[example])])
    }
  }
}
