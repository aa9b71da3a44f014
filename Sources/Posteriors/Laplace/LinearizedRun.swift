// Predicting a data set with a linearised network: one forward and one backward pass gives the Gaussian of an example's
// logits, and samples of it cost nothing.
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
  /// The choices of the widest of them.
  private let choices: Int
  /// [example, sample, choice], filled step by step.
  package var logProbabilities: [Float]
  package var completed = 0

  /// Nothing predicted yet.
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
    for (place, gaussian) in zip(step.indices, try linearization.gaussians(ofStep: step, scorer)) {
      let own = scorer.data.choiceCount(examples[place])
      let rows = logProbabilities(gaussian, examples[place])
      for sample in 0..<posterior.samples {
        let target = (place * posterior.samples + sample) * choices
        logProbabilities.replaceSubrange(target..<target + own, with: rows[sample * own..<(sample + 1) * own])
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
    // A backward pass, and both once for each choice where a sequence gives the logits of all.
    result.cost.forwardPasses = 2 * (scorer.repeatsSequences ? choices : 1)
    return result
  }

  /// A remark where the probabilities say nothing: their entropy is nearly that of equal choices. This is how Laplace
  /// fails, with a prior that lets almost everything vary.
  private func flatnessWarning(_ result: Predictions) -> String? {
    let shares = (0..<result.count).map { example in
      let own = Int(result.choiceCounts[example])
      let leaves = (0..<result.samples).map { sample in
        let row = (example * result.samples + sample) * choices
        return result.logProbabilities[row..<row + own].map(Double.init)
      }
      return own > 1 ? entropy(logMeanExp(leaves)) / log(Double(own)) : 0
    }
    let share = shares.reduce(0, +) / Double(max(shares.count, 1))
    guard share > Self.flatShare else { return nil }
    return "the mean entropy is \((100 * share).formatted(0)) % of that of equal choices: "
      + "a prior precision of \(posterior.curvature.priorPrecision.significant) may be too low"
  }

  /// From this share of log C on the predictions are called flat.
  private static let flatShare = 0.95
}
