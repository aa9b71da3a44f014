// Predicts a data set with a linearised network: one forward and one backward pass give the Gaussian of an example's
// logits, from which samples cost next to nothing.
import Artifacts
import Calibration
import Foundation
import Training

/// The prediction of one data set by Gaussian logits.
struct LinearizedRun: FilledPrediction {
  let scorer: Scorer
  private let posterior: Laplace
  private let linearization: Linearization
  /// The calibration and test examples.
  private let examples: [Int]
  /// The largest number of choices among them.
  private let choices: Int
  /// [example, sample, choice], filled step by step.
  package var logProbabilities: [Float]
  package var completed = 0

  /// A prediction before its first step.
  init(_ scorer: Scorer, _ posterior: Laplace) throws {
    (self.scorer, self.posterior) = (scorer, posterior)
    linearization = try posterior.linearization(scorer)
    examples = scorer.data.predictedExamples
    choices = scorer.data.maximumChoices(of: examples)
    logProbabilities = [Float](repeating: -.infinity, count: examples.count * posterior.samples * choices)
  }

  var total: Int { (examples.count + examplesPerStep - 1) / examplesPerStep }
  var note: String { "" }

  mutating func advance() throws {
    let first = completed * examplesPerStep
    let step = examples[first..<min(first + examplesPerStep, examples.count)]
    for (index, gaussian) in zip(step.indices, try linearization.gaussians(ofStep: step, scorer)) {
      let width = scorer.data.choiceCount(examples[index])
      let rows = logProbabilities(gaussian, examples[index])
      for sample in 0..<posterior.samples {
        let target = (index * posterior.samples + sample) * choices
        logProbabilities.replaceSubrange(target..<target + width, with: rows[sample * width..<(sample + 1) * width])
      }
    }
    completed += 1
  }

  private func logProbabilities(_ gaussian: LogitGaussian, _ example: Int) -> [Float] {
    let covariance = gaussian.covariances[0]
    if posterior.form == .probit { return gaussian.probit(covariance: covariance) }
    return gaussian.sampled(
      posterior.samples, covariance: covariance, stream: logitStream(seed: posterior.seed, scorer, example))
  }

  func predictions() -> Predictions {
    precondition(completed == total, "\(completed) of \(total) steps")
    var result = Predictions(of: examples, in: scorer.data, by: posterior, logProbabilities)
    if let warning = flatnessWarning(result) { result.warnings.append(warning) }
    // A forward and a backward pass, and both for each choice if one sequence gives the logits of all.
    result.cost.forwardPasses = 2 * (scorer.repeatsSequences ? choices : 1)
    return result
  }

  /// A remark if the probabilities are almost uniform. This is how Laplace fails when the prior is too wide.
  private func flatnessWarning(_ result: Predictions) -> String? {
    let shares = (0..<result.count).map { example in
      let width = Int(result.choiceCounts[example])
      let leaves = (0..<result.samples).map { sample in
        let row = (example * result.samples + sample) * choices
        return result.logProbabilities[row..<row + width].map(Double.init)
      }
      return width > 1 ? entropy(logMeanExp(leaves)) / log(Double(width)) : 0
    }
    let share = shares.reduce(0, +) / Double(max(shares.count, 1))
    guard share > Self.flatShare else { return nil }
    return "the mean entropy is \((100 * share).formatted(0)) % of that of equal choices: "
      + "a prior precision of \(posterior.curvature.priorPrecision.significant) may be too low"
  }

  /// Above this share of log C, the predictions are called flat.
  private static let flatShare = 0.95
}
